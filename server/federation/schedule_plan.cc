#include "server/federation/schedule_plan.h"

#include <algorithm>
#include <span>

#include "base/read_fields.h"
#include "fmt/format.h"
#include "modules/schedule/make_exchange.h"
#include "server/federation/declare_compression.h"
#include "server/federation/declare_schedule.h"
#include "server/federation/topology_plan.h"

namespace consilium::federation {
namespace {

// An option that only some schedules have.
void GoesWith(TomlTable& table, const SchedulePlan& schedule, const char* key,
              const std::vector<std::string>& kinds) {
  if (!table.Has(key) || std::find(kinds.begin(), kinds.end(), schedule.kind) != kinds.end()) {
    return;
  }
  table.ComplainAt(key, fmt::format("{} goes with schedule {}, not {}", key,
                                    fmt::join(kinds, " or "), schedule.kind));
}

void ReadSchedule(TomlTable& table, const std::vector<std::string>& sites, SchedulePlan& schedule) {
  ReadFields(table, [&](Fields& fields) { DeclareSchedule(fields, schedule); });
  ReadTopology(table, sites, schedule);
  if (schedule.aggregator == Aggregator::kCoordinator)
    GoesWith(table, schedule, "aggregator", {"all_reduce", "scaffold"});
  GoesWith(table, schedule, "fallback", {"relay_sum"});
  GoesWith(table, schedule, "trees", {"relay_sum"});
  if (schedule.trees == 2 && schedule.topology == "edges") {
    table.ComplainAt("trees",
                     "two trees go with a named topology: the second is the first with the "
                     "sites in the reverse order, which edges of your own may not hold");
  }
  GoesWith(table, schedule, "raise_learning_rate", {"relay_sum"});
  GoesWith(table, schedule, "consensus", {"relay_mix"});
  GoesWith(table, schedule, "momentum", {"quasi_global_momentum"});
  if (schedule.overlap && schedule.kind == "scaffold") {
    table.ComplainAt("overlap",
                     "scaffold corrects the local steps by the exchange before them, so "
                     "that it cannot overlap with them");
  }
  GoesWith(table, schedule, "server_optimiser", {"all_reduce"});
}

// What the schedule's exchanges would refuse is refused with the plan.
void CheckServed(TomlTable& table, const SchedulePlan& plan) {
  const auto schedule =
      std::ranges::find(schedule::AllSchedules(), plan.kind, &schedule::NamedSchedule::name);
  if (schedule == schedule::AllSchedules().end()) return;
  const Status served = schedule::CheckServes(*schedule, plan.compression);
  if (!served.ok()) table.ComplainAt("kind", std::string(served.message()));
}

void ReadCompression(TomlTable& table, SchedulePlan& schedule) {
  ReadFields(table, [&](Fields& fields) { DeclareCompression(fields, schedule.compression); });
  GoesWith(table, schedule, "form", {"all_reduce", "scaffold"});
  CheckServed(table, schedule);
}

void ReadChannel(TomlTable& table, const SchedulePlan& schedule, ChannelPlan& channel) {
  ReadFields(table, [&](Fields& fields) { DeclareChannel(fields, channel); });
  if (channel.kind != ChannelKind::kGaussian) return;
  if (schedule.kind != "all_reduce") {
    table.ComplainAt("kind", fmt::format("a gaussian channel goes with schedule all_reduce, not {}",
                                         schedule.kind));
  }
  const std::vector<std::string> heard_by_one = {"star", "fully_connected", "edges"};
  if (schedule.aggregator == Aggregator::kSite &&
      std::find(heard_by_one.begin(), heard_by_one.end(), schedule.topology) ==
          heard_by_one.end()) {
    table.ComplainAt("kind", fmt::format("over a gaussian channel one site hears all others, as in "
                                         "schedule.topology = \"star\", not {}",
                                         schedule.topology));
  }
  if (schedule.server.kind != schedule::ServerOptimiserKind::kNone) {
    table.ComplainAt("kind", "a gaussian channel goes without a server optimiser");
  }
}

}  // namespace

void ReadSchedulePlan(TomlTable& root, const std::vector<std::string>& sites,
                      SchedulePlan& schedule) {
  if (auto table = root.Table("schedule")) ReadSchedule(*table, sites, schedule);
  if (schedule.kind == "push_sum") schedule.compression.kind = &compress::kIdentity;
  if (auto table = root.Table("compression")) ReadCompression(*table, schedule);
  if (auto table = root.Table("channel")) ReadChannel(*table, schedule, schedule.channel);
}

}  // namespace consilium::federation
