#include "lab/simulation/virtual_federation.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/random.h"
#include "base/tasks.h"
#include "lab/air/rounds.h"
#include "lab/simulation/virtual_clock.h"
#include "server/federation/member.h"
#include "server/federation/run.h"
#include "server/federation/stage_exchange.h"
#include "server/training/digests.h"

namespace consilium::simulation {
namespace {

// Work that a member waits for: done outside the protocol, answered in the order of the sites.
struct Work {
  std::function<Status()> compute;                    // touches one site's learner only
  std::function<federation::MemberActions()> answer;  // touches its member only
};

class VirtualFederation {
 public:
  VirtualFederation(const std::vector<VirtualSite>& sites, int threads)
      : sites_(sites), workers_(std::min(threads, static_cast<int>(sites.size()))) {
    for (size_t i = 0; i < sites_.size(); ++i) index_.emplace(sites_[i].name, i);
  }

  StatusOr<FederationOutcome> Finish(const std::string& plan_text) {
    if (sites_.empty()) return InvalidArgument("a federation of no site, expected at least one");
    std::vector<std::string> names;
    for (const VirtualSite& site : sites_) names.push_back(site.name);
    ASSIGN_OR_RETURN(run_,
                     federation::Run::Create("simulation", plan_text, clock_, std::move(names)));
    const federation::MemberOptions first = federation::OptionsOf(*sites_.front().learner);
    shape_ = first.shape;
    // As at a coordinator: with a model to start from, modules may be frozen and stay out of
    // messages.
    if (run_->plan().training.start_run.empty()) {
      RETURN_IF_ERROR(federation::CheckRounds(run_->plan(), shape_, air::MakeSimulatedRounds));
    }
    const federation::ChannelPlan& channel = run_->plan().schedule.channel;
    if (channel.kind == federation::ChannelKind::kErasure) loss_ = channel.loss;
    erasure_ = Random::Named(run_->plan().seed, "erasure");
    RETURN_IF_ERROR(MakeMembers(first));
    for (const VirtualSite& site : sites_) Do(run_->Attached(site.name));
    while (run_->record().state == federation::RunState::kWaiting ||
           run_->record().state == federation::RunState::kRunning) {
      RETURN_IF_ERROR(Step());
    }
    if (run_->record().state != federation::RunState::kFinished) {
      return FailedPrecondition("the run {}: {}", federation::Name(run_->record().state),
                                run_->record().reason);
    }
    outcome_.record = run_->record();
    return std::move(outcome_);
  }

 private:
  // `first`: what the first site's learner says of its part.
  Status MakeMembers(const federation::MemberOptions& first) {
    outcome_.parameters.resize(sites_.size());
    outcome_.held_out.resize(sites_.size());
    plan_ = run_->plan();
    senders_ = federation::SendersOf(plan_);
    for (const VirtualSite& site : sites_) {
      federation::MemberOptions options =
          &site == &sites_.front() ? first : federation::OptionsOf(*site.learner);
      options.site = site.name;
      outcome_.training_patients.push_back(options.training_patients);
      RETURN_IF_ERROR(AddMember(std::move(options)));
    }
    if (run_->plan().schedule.aggregator != federation::Aggregator::kCoordinator) return OkStatus();
    federation::MemberOptions options;
    options.site = federation::kCoordinatorSite;
    options.shape = first.shape;
    options.weights.assign(options.shape.blocks.size(), 0);
    options.initial = first.initial;
    options.statistics.assign(first.statistics.size(), 0);
    options.selection_size = first.selection_size;
    options.calibration_size = first.calibration_size;
    options.aggregator = true;
    return AddMember(std::move(options));
  }

  Status AddMember(federation::MemberOptions options) {
    options.run = "simulation";
    options.plan = plan_;
    options.make_rounds = air::MakeSimulatedRounds;
    options.senders = senders_;
    options.checkpoint_every = Duration::max();  // nobody is killed here
    const std::string name = options.site;
    ASSIGN_OR_RETURN(members_[name], federation::Member::Create(std::move(options), clock_));
    return OkStatus();
  }

  // Delivers the messages if any are under way, else does the work members wait for, else lets time
  // pass.
  Status Step() {
    if (!messages_.empty()) return DeliverAll();
    if (!work_.empty()) return DoWork();
    return LetTimePass();
  }

  // Members take what is under way on all threads, each its messages in their order; what that
  // leads to is done in the order of the messages, as if they had been taken one by one.
  Status DeliverAll() {
    std::vector<federation::PeerMessage> messages = std::exchange(messages_, {});
    struct Receiver {
      const std::string* name;
      federation::Member* member;
      std::vector<size_t> messages;
    };
    std::vector<Receiver> receivers;
    std::vector<size_t> receiver_of;
    std::map<std::string, size_t> known;
    for (const federation::PeerMessage& message : messages) {
      const auto [found, is_new] = known.try_emplace(message.to, receivers.size());
      if (is_new) {
        receivers.push_back({&found->first, members_.at(message.to).get(), {}});
      }
      receivers[found->second].messages.push_back(receiver_of.size());
      receiver_of.push_back(found->second);
    }
    std::vector<federation::MemberActions> actions(messages.size());
    RETURN_IF_ERROR(RunTasks(workers_, static_cast<int>(receivers.size()), [&](int i) {
      const Receiver& receiver = receivers[static_cast<size_t>(i)];
      for (const size_t m : receiver.messages) {
        actions[m] = receiver.member->Handle(std::move(messages[m]));
      }
      return OkStatus();
    }));
    for (size_t m = 0; m < messages.size(); ++m) {
      RETURN_IF_ERROR(Do(*receivers[receiver_of[m]].name, std::move(actions[m])));
    }
    return OkStatus();
  }

  Status DoWork() {
    std::map<size_t, Work> work = std::exchange(work_, {});
    std::vector<Work*> items;
    for (auto& [site, item] : work) items.push_back(&item);
    std::vector<federation::MemberActions> actions(items.size());
    const Status done = RunTasks(workers_, static_cast<int>(items.size()), [&](int i) {
      const auto index = static_cast<size_t>(i);
      RETURN_IF_ERROR(items[index]->compute());
      actions[index] = items[index]->answer();
      return OkStatus();
    });
    RETURN_IF_ERROR(done);
    size_t next = 0;
    for (auto& [site, item] : work) {
      RETURN_IF_ERROR(Do(sites_[site].name, std::move(actions[next++])));
    }
    return OkStatus();
  }

  Status LetTimePass() {
    std::optional<Time> next = run_->NextDeadline();
    for (const auto& [name, member] : members_) {
      if (const auto at = member->NextDeadline()) next = next ? std::min(*next, *at) : *at;
    }
    if (!next) {
      return Internal("the federation stands still in generation {} after {} rounds: {}",
                      run_->record().generation, run_->record().rounds_completed,
                      run_->record().reason);
    }
    clock_.JumpTo(*next);
    Do(run_->Tick());
    // One at a time, who is furthest behind first: the others may be waiting for it only.
    const std::string* behind = nullptr;
    for (const auto& [name, member] : members_) {
      if (!member->NextDeadline() || *member->NextDeadline() > clock_.Now()) continue;
      if (behind != nullptr &&
          member->rounds_completed() >= members_.at(*behind)->rounds_completed()) {
        continue;
      }
      behind = &name;
    }
    return behind == nullptr ? failure_ : Do(*behind, members_.at(*behind)->Tick());
  }

  void Do(const federation::RunActions& actions) {
    for (const federation::RunAction& action : actions) {
      const federation::ToSite* order = std::get_if<federation::ToSite>(&action);
      if (order == nullptr) continue;
      federation::Member& member = *members_.at(order->site);
      if (std::holds_alternative<federation::Invitation>(order->message)) {
        Do(run_->Handle(order->site, member.MakeOffer()));
      } else if (const auto* assignment =
                     std::get_if<Shared<federation::Assignment>>(&order->message)) {
        auto started = Join(member, *assignment);
        if (started.ok()) {
          (void)Do(order->site, *std::move(started));
        } else {
          Fail(started.status());
        }
      } else if (const auto* hold = std::get_if<federation::Hold>(&order->message)) {
        (void)Do(order->site, member.Handle(*hold));
      }
    }
  }

  // What all members compute alike of an assignment is computed once.
  StatusOr<federation::MemberActions> Join(federation::Member& member,
                                           const Shared<federation::Assignment>& assignment) {
    if (!composition_ || !((*composition_)->assignment == assignment)) {
      ++outcome_.compositions;
      ASSIGN_OR_RETURN(composition_, federation::Compose(assignment, shape_, plan_));
    }
    return member.Join(*composition_);
  }

  Status Do(const std::string& name, federation::MemberActions actions) {
    for (federation::MemberAction& action : actions) {
      std::visit([&](auto& wanted) { Do(name, std::move(wanted)); }, action);
    }
    return failure_;
  }

  // Keeps the first failure of all.
  void Fail(const Status& status) {
    if (failure_.ok()) failure_ = status;
  }

  size_t Index(const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? sites_.size() : found->second;
  }

  void Do(const std::string&, federation::PeerMessage message) {
    if (message.stage == federation::Stage::kRound) {
      ++outcome_.messages;
      if (loss_ > 0 && erasure_.Uniform() < loss_) {
        ++outcome_.messages_lost;
        return;
      }
    }
    messages_.push_back(std::move(message));
  }
  void Do(const std::string& name, const federation::Progress& progress) {
    Do(run_->Handle(name, progress));
  }
  void Do(const std::string& name, const federation::SiteReport& report) {
    Do(run_->Handle(name, report));
  }
  void Do(const std::string& name, const federation::LinkBroken& broken) {
    Do(run_->Handle(name, broken));
  }
  void Do(const std::string&, const federation::Decline& decline) {
    Fail(Internal("{}", decline.reason));
  }
  void Do(const std::string& name, const federation::SaveCheckpoint& save) {
    if (!save.checkpoint.consensus) return;
    outcome_.parameters[Index(name)] = save.checkpoint.parameters;
    outcome_.statistics = save.checkpoint.statistics;
  }

  void Do(const std::string& name, const federation::UseStatistics& use) {
    Fail(sites_[Index(name)].learner->UseStatistics(use.mean));
  }

  void Do(const std::string& name, federation::TrainRound train) {
    struct Result {
      federation::TrainRound train;
      double loss = 0;
    };
    auto result = std::make_shared<Result>(Result{std::move(train)});
    training::Learner* learner = sites_[Index(name)].learner.get();
    federation::Member* member = members_.at(name).get();
    work_[Index(name)] = {[=, this]() -> Status {
                            auto loss = learner->TrainRound(federation::LocalRoundOf(result->train),
                                                            result->train.parameters, never_);
                            RETURN_IF_ERROR(loss.status());
                            result->loss = *loss;
                            return OkStatus();
                          },
                          [=] {
                            return member->Trained(result->train.ticket,
                                                   std::move(result->train.parameters),
                                                   result->loss, "");
                          }};
  }

  void Do(const std::string& name, federation::SumForSelection wanted) {
    Sum(name, std::move(wanted), sites_[Index(name)].learner->Parts().selection);
  }

  void Do(const std::string& name, federation::SumForCalibration wanted) {
    Sum(name, std::move(wanted), sites_[Index(name)].learner->Parts().calibration);
  }

  template <typename Wanted>
  void Sum(const std::string& name, Wanted wanted, training::SiteSums* sums) {
    auto model = std::make_shared<Wanted>(std::move(wanted));
    auto result = std::make_shared<std::vector<double>>();
    federation::Member* member = members_.at(name).get();
    work_[Index(name)] = {[=, this] {
                            auto summed = sums->Sums(model->parameters, never_);
                            if (summed.ok()) *result = *std::move(summed);
                            return summed.status();
                          },
                          [=] { return member->Summed(model->ticket, std::move(*result)); }};
  }

  void Do(const std::string& name, federation::SelectModel wanted) {
    auto select = std::make_shared<federation::SelectModel>(std::move(wanted));
    training::ModelSelection* selection = sites_[Index(name)].learner->Parts().selection;
    federation::Member* member = members_.at(name).get();
    work_[Index(name)] = {
        [=] {
          auto selected = selection->Select(select->mean, select->parameters);
          if (selected.ok()) select->parameters = *std::move(selected);
          return selected.status();
        },
        [=] { return member->Selected(select->ticket, std::move(select->parameters)); }};
  }

  void Do(const std::string& name, const federation::UseCalibration& use) {
    Fail(sites_[Index(name)].learner->Parts().calibration->Use(use.sums));
  }

  void Do(const std::string& name, federation::EvaluateModel evaluate) {
    auto model = std::make_shared<federation::EvaluateModel>(std::move(evaluate));
    training::Evaluation* evaluation = sites_[Index(name)].learner->Parts().evaluation;
    const int patients = outcome_.training_patients[Index(name)];
    federation::Member* member = members_.at(name).get();
    std::vector<training::HeldOutPredictions>* held_out = &outcome_.held_out[Index(name)];
    work_[Index(name)] = {[=, this]() -> Status {
                            if (evaluation == nullptr) return OkStatus();
                            auto predictions = evaluation->Predict(model->parameters, never_);
                            if (predictions.ok()) *held_out = *std::move(predictions);
                            return predictions.status();
                          },
                          [=] {
                            return member->Evaluated(model->ticket,
                                                     training::Report{patients, 0, {}},
                                                     training::ParametersDigest(model->parameters));
                          }};
  }

  const std::vector<VirtualSite>& sites_;
  std::unordered_map<std::string, size_t> index_;  // of the sites, by name
  Workers workers_;
  const std::atomic<bool> never_ = false;
  VirtualClock clock_;
  double loss_ = 0;
  Random erasure_{0};
  FlatShape shape_;  // of every site's parameters
  std::unique_ptr<federation::Run> run_;
  Shared<federation::Plan> plan_;  // and whose messages its members take: the same at all of them
  Shared<federation::Inbox::Senders> senders_;
  std::optional<Shared<federation::Composition>> composition_;  // of the latest generation
  std::map<std::string, std::unique_ptr<federation::Member>> members_;
  std::vector<federation::PeerMessage> messages_;
  std::map<size_t, Work> work_;  // by site
  Status failure_;
  FederationOutcome outcome_;
};

}  // namespace

StatusOr<FederationOutcome> RunVirtualFederation(const std::string& plan_text,
                                                 const std::vector<VirtualSite>& sites,
                                                 int threads) {
  if (sites.empty()) return InvalidArgument("a federation without a site");
  return VirtualFederation(sites, threads).Finish(plan_text);
}

}  // namespace consilium::simulation
