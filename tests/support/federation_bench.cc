#include "tests/support/federation_bench.h"

#include <algorithm>
#include <utility>

#include "gtest/gtest.h"
#include "server/training/digests.h"

namespace consilium::testing {
namespace {

const std::atomic<bool> kNever = false;

}  // namespace

FederationBench::FederationBench(std::string plan_text) : plan_text_(std::move(plan_text)) {
  auto made = federation::Run::Create("test", plan_text_, clock);
  EXPECT_TRUE(made.ok()) << made.status();
  run = *std::move(made);
  stored_ = run->record();
}

void FederationBench::AddSite(const std::string& name, std::vector<float> weights, float target) {
  learners[name] = std::make_unique<FakeLearner>(std::move(weights), target);
}

void FederationBench::Kill(const std::string& site) {
  members.erase(site);
  std::erase_if(messages_,
                [&](const federation::PeerMessage& m) { return m.from == site || m.to == site; });
  std::erase_if(work_, [&](const Work& w) { return w.site == site; });
  Do(run->Detached(site, clock.Now()));
}

void FederationBench::Start(const std::string& site) {
  FakeLearner& learner = *learners.at(site);
  federation::MemberOptions options = federation::OptionsOf(learner);
  options.site = site;
  options.run = "test";
  options.plan = run->plan();
  options.make_rounds = make_rounds;
  if (checkpoints.contains(site)) options.checkpoint = checkpoints[site];
  auto member = federation::Member::Create(std::move(options), clock);
  ASSERT_TRUE(member.ok()) << member.status();
  members[site] = *std::move(member);
  Do(run->Attached(site));
}

void FederationBench::RestartCoordinator() {
  messages_.clear();
  auto restored = federation::Run::Restore(stored_, clock);
  ASSERT_TRUE(restored.ok()) << restored.status();
  run = *std::move(restored);
  for (const auto& [site, member] : members) Do(run->Attached(site));
}

bool FederationBench::Step() {
  const auto next =
      std::find_if(messages_.begin(), messages_.end(),
                   [&](const federation::PeerMessage& m) { return !frozen.contains(m.from); });
  if (next != messages_.end()) {
    const federation::PeerMessage message = std::move(*next);
    messages_.erase(next);
    if (members.contains(message.to)) Do(message.to, members[message.to]->Handle(message));
    return true;
  }
  const auto work = std::find_if(work_.begin(), work_.end(),
                                 [&](const Work& w) { return !frozen.contains(w.site); });
  if (work == work_.end()) return false;
  Work item = std::move(*work);
  work_.erase(work);
  DoWork(std::move(item));
  return true;
}

void FederationBench::Settle() {
  for (int steps = 0; Step(); ++steps) ASSERT_LT(steps, 1'000'000) << "the federation never rests";
}

void FederationBench::Finish(Duration limit) {
  const Time end = clock.Now() + limit;
  while (true) {
    Settle();
    const federation::RunState state = run->record().state;
    if (state != federation::RunState::kWaiting && state != federation::RunState::kRunning) return;
    std::optional<Time> next = run->NextDeadline();
    for (const auto& [site, member] : members) {
      const auto at = member->NextDeadline();
      if (at && !frozen.contains(site)) next = next ? std::min(*next, *at) : *at;
    }
    if (!next || *next > end) return;
    if (*next > clock.Now()) clock.Advance(*next - clock.Now());
    Do(run->Tick());
    for (const auto& [site, member] : members) {
      if (!frozen.contains(site)) Do(site, member->Tick());
    }
  }
}

void FederationBench::RunUntilRound(int rounds) {
  const auto reached = [&] {
    return std::all_of(members.begin(), members.end(),
                       [&](const auto& m) { return m.second->rounds_completed() >= rounds; });
  };
  while (!reached()) ASSERT_TRUE(Step()) << "the federation rests before round " << rounds;
}

void FederationBench::Do(const federation::RunActions& actions) {
  for (const federation::RunAction& action : actions) {
    if (std::holds_alternative<federation::SaveRun>(action)) stored_ = run->record();
    const federation::ToSite* order = std::get_if<federation::ToSite>(&action);
    if (order == nullptr || !members.contains(order->site)) continue;
    federation::Member& member = *members[order->site];
    if (std::holds_alternative<federation::Invitation>(order->message)) {
      Do(run->Handle(order->site, member.MakeOffer()));
    } else if (const auto* assignment =
                   std::get_if<Shared<federation::Assignment>>(&order->message)) {
      auto started = member.Handle(*assignment);
      ASSERT_TRUE(started.ok()) << started.status();
      Do(order->site, *std::move(started));
    } else if (const auto* hold = std::get_if<federation::Hold>(&order->message)) {
      Do(order->site, member.Handle(*hold));
    }
  }
}

void FederationBench::Do(const std::string& site, federation::MemberActions actions) {
  for (federation::MemberAction& action : actions) DoOne(site, action);
}

void FederationBench::DoOne(const std::string& site, federation::MemberAction& action) {
  if (auto* message = std::get_if<federation::PeerMessage>(&action)) {
    sent.push_back(*message);
    messages_.push_back(std::move(*message));
  } else if (auto* progress = std::get_if<federation::Progress>(&action)) {
    Do(run->Handle(site, *progress));
  } else if (auto* report = std::get_if<federation::SiteReport>(&action)) {
    Do(run->Handle(site, *report));
  } else if (auto* link = std::get_if<federation::LinkBroken>(&action)) {
    broken.push_back(*link);
    Do(run->Handle(site, *link));
  } else if (auto* decline = std::get_if<federation::Decline>(&action)) {
    declined.push_back(decline->reason);
    Do(run->Handle(site, *decline));
  } else if (auto* use = std::get_if<federation::UseStatistics>(&action)) {
    EXPECT_TRUE(learners[site]->UseStatistics(use->mean).ok());
  } else if (auto* save = std::get_if<federation::SaveCheckpoint>(&action)) {
    if (save->checkpoint.consensus) finals[site] = save->checkpoint.parameters;
    checkpoints[site] = std::move(save->checkpoint);
  } else if (auto* calibration = std::get_if<federation::UseCalibration>(&action)) {
    EXPECT_TRUE(learners[site]->Parts().calibration->Use(calibration->sums).ok());
  } else if (auto* train = std::get_if<federation::TrainRound>(&action)) {
    work_.push_back({site, std::move(*train)});
  } else if (auto* selection = std::get_if<federation::SumForSelection>(&action)) {
    work_.push_back({site, std::move(*selection)});
  } else if (auto* select = std::get_if<federation::SelectModel>(&action)) {
    work_.push_back({site, std::move(*select)});
  } else if (auto* sum = std::get_if<federation::SumForCalibration>(&action)) {
    work_.push_back({site, std::move(*sum)});
  } else if (auto* evaluate = std::get_if<federation::EvaluateModel>(&action)) {
    work_.push_back({site, std::move(*evaluate)});
  }
}

void FederationBench::DoWork(Work work) {
  std::visit([&](auto& wanted) { Answer(work.site, wanted); }, work.wanted);
}

void FederationBench::Answer(const std::string& site, federation::TrainRound& train) {
  const double loss = learners[site]
                          ->TrainRound(federation::LocalRoundOf(train), train.parameters, kNever)
                          .value_or(0);
  Do(site, members.at(site)->Trained(train.ticket, std::move(train.parameters), loss, ""));
}

void FederationBench::Answer(const std::string& site, federation::SumForSelection& wanted) {
  auto sums = learners[site]->Parts().selection->Sums(wanted.parameters, kNever);
  ASSERT_TRUE(sums.ok()) << sums.status();
  Do(site, members.at(site)->Summed(wanted.ticket, *std::move(sums)));
}

void FederationBench::Answer(const std::string& site, federation::SelectModel& select) {
  auto selected = learners[site]->Parts().selection->Select(select.mean, select.parameters);
  ASSERT_TRUE(selected.ok()) << selected.status();
  Do(site, members.at(site)->Selected(select.ticket, *std::move(selected)));
}

void FederationBench::Answer(const std::string& site, federation::SumForCalibration& wanted) {
  auto sums = learners[site]->Parts().calibration->Sums(wanted.parameters, kNever);
  ASSERT_TRUE(sums.ok()) << sums.status();
  Do(site, members.at(site)->Summed(wanted.ticket, *std::move(sums)));
}

void FederationBench::Answer(const std::string& site, federation::EvaluateModel& evaluate) {
  const std::string digest = training::ParametersDigest(evaluate.parameters);
  Do(site, members.at(site)->Evaluated(evaluate.ticket, training::Report{10, 0, {}}, digest));
}

}  // namespace consilium::testing
