#ifndef CONSILIUM_TESTS_SUPPORT_SCHEDULE_PAIRS_H_
#define CONSILIUM_TESTS_SUPPORT_SCHEDULE_PAIRS_H_

#include <string>
#include <tuple>
#include <vector>

#include "modules/compress/compressor.h"
#include "modules/schedule/make_exchange.h"
#include "modules/schedule/push_sum.h"
#include "modules/topology/graph.h"

// Every schedule with every compressor that serves it, for tests of all of them.
namespace consilium::testing {

using SchedulePair = std::tuple<NamedSchedule, NamedCompressor>;

inline std::vector<SchedulePair> SchedulePairs() {
  std::vector<SchedulePair> pairs;
  for (const NamedSchedule& schedule : AllSchedules()) {
    for (const NamedCompressor& compressor : AllCompressors()) {
      if (CheckServes(schedule, compressor.options).ok()) pairs.emplace_back(schedule, compressor);
    }
  }
  return pairs;
}

// "gossip_low_rank"
inline std::string NameOf(const SchedulePair& pair) {
  return std::string(std::get<0>(pair).name) + "_" + std::string(std::get<1>(pair).name);
}

// `tree`, or the links that push-sum has of its own.
inline Graph LinksOf(ScheduleKind schedule, const Graph& tree) {
  return schedule == ScheduleKind::kPushSum ? *PushSumLinks(tree.size()) : tree;
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_SCHEDULE_PAIRS_H_
