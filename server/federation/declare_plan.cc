#include "server/federation/declare_plan.h"

#include "server/federation/declare_compression.h"
#include "server/federation/declare_schedule.h"
#include "server/training/declare_options.h"

namespace consilium::federation {
namespace {

constexpr Range kSeconds = {0.01, 1e6};

}  // namespace

void DeclareRun(Fields& fields, Plan& plan) {
  fields.Add({.key = "sites",
              .place = Names{&plan.sites},
              .help = "the order is the order in the topology",
              .example = R"(["cleveland", "hungarian", "switzerland", "va"])"});
  fields.Add({"seed", &plan.seed, {0}, "of initial values, shuffles, splits and compressors"});
  fields.Add({"rounds", &plan.rounds, {1}});
  fields.Add({.key = "quorum",
              .place = &plan.quorum,
              .range = {1},
              .help = "fewest sites to go on with; default: all of them",
              .example = "3"});
  fields.Add({"round_deadline_seconds", &plan.round_deadline, kSeconds,
              "how long a site waits for its neighbours in a round"});
  fields.Add({"departure_grace_seconds", &plan.departure_grace, kSeconds,
              "how long a site that lost its link is waited for"});
}

void DeclarePlan(Fields& fields, Plan& plan) {
  fields.Table("run", "", [&](Fields& run) { DeclareRun(run, plan); });
  fields.Table("schedule", "", [&](Fields& schedule) { DeclareSchedule(schedule, plan.schedule); });
  fields.Table("compression", "", [&](Fields& compression) {
    DeclareCompression(compression, plan.schedule.compression);
  });
  fields.Table("channel", "simulate only",
               [&](Fields& channel) { DeclareChannel(channel, plan.schedule.channel); });
  training::DeclareTrainingOptions(fields, plan.training);
  fields.Table("tune", "", [&](Fields& tune) {
    std::vector<std::string> searches;
    training::DeclareTune(tune, plan.tune, searches);
  });
}

}  // namespace consilium::federation
