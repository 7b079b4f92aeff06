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

using SchedulePair = std::tuple<schedule::NamedSchedule, const compress::CompressorRow*>;

inline std::vector<SchedulePair> SchedulePairs() {
  std::vector<SchedulePair> pairs;
  for (const schedule::NamedSchedule& schedule : schedule::AllSchedules()) {
    for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
      if (schedule::CheckServes(schedule, compress::CompressorOptions{.kind = compressor}).ok())
        pairs.emplace_back(schedule, compressor);
    }
  }
  return pairs;
}

// "gossip_low_rank"
inline std::string NameOf(const SchedulePair& pair) {
  return std::string(std::get<0>(pair).name) + "_" + std::string(std::get<1>(pair)->name);
}

// `tree`, or the links that push-sum has of its own.
inline topology::Graph LinksOf(schedule::ScheduleKind schedule, const topology::Graph& tree) {
  return schedule == schedule::ScheduleKind::kPushSum ? *schedule::PushSumLinks(tree.size()) : tree;
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_SCHEDULE_PAIRS_H_
