#include "server/node/participation.h"

#include <utility>

#include "base/security/digest.h"
#include "modules/numbers.h"
#include "proto/federation.pb.h"
#include "server/federation/convergence.h"
#include "server/federation/stage_exchange.h"
#include "server/federation/wire/chunks.h"
#include "server/federation/wire/convert.h"
#include "server/node/checkpoint_writer.h"
#include "server/node/final_model.h"
#include "server/ops/log.h"
#include "server/storage/checkpoints.h"
#include "server/training/digests.h"
#include "server/training/learner_answers.h"

namespace consilium::node {
namespace {

// A full disk fails every checkpoint; once in a while is enough to say so.
constexpr Duration kComplainEvery = Seconds(60);

}  // namespace

StatusOr<std::shared_ptr<Participation>> Participation::Begin(
    const ParticipationSite& site, const federation::Invitation& invitation) {
  ASSIGN_OR_RETURN(federation::Plan plan,
                   federation::ParsePlan(invitation.plan, "plan of run " + invitation.run));
  RETURN_IF_ERROR(federation::CheckRealChannel(plan));
  std::optional<training::Model> start;
  if (!plan.training.start_run.empty()) {
    ASSIGN_OR_RETURN(start, site.model_of(plan.training.start_run));
  } else if (!plan.training.start_model.empty()) {
    return InvalidArgument(
        "[start] model = \"{}\" is for consilium simulate: a federation names a run whose model "
        "its "
        "nodes keep, run = \"NAME\"",
        plan.training.start_model);
  }
  ASSIGN_OR_RETURN(auto learner, site.make_learner(plan, site.records, start ? &*start : nullptr));
  std::shared_ptr<Participation> participation(
      new Participation(site, invitation, std::move(plan), std::move(learner)));
  RETURN_IF_ERROR(participation->MakeMember());
  participation->worker_.Start();
  return participation;
}

Participation::Participation(const ParticipationSite& site,
                             const federation::Invitation& invitation, federation::Plan plan,
                             std::unique_ptr<training::Learner> learner)
    : site_(site),
      run_(invitation.run),
      plan_text_(invitation.plan),
      plan_(std::move(plan)),
      workers_(site.training_threads),
      learner_(std::move(learner)),
      worker_(site.clock) {}

Participation::~Participation() {
  LetGoOfWork();
  worker_.Stop();
}

StatusOr<std::optional<federation::Checkpoint>> Participation::LoadCheckpoint(
    const federation::MemberOptions& options) {
  auto loaded = site_.checkpoints.Load(run_);
  if (loaded.status().code() == StatusCode::kDataLoss) {
    ops::LogError("checkpoint-damaged",
                  "{}; the site begins run {} anew from the federation's model",
                  Message(loaded.status()), run_);
    RETURN_IF_ERROR(site_.checkpoints.Remove(run_));
    return std::nullopt;
  }
  if (!loaded.ok() || !*loaded) return loaded;
  if (!federation::IsOf(**loaded, options)) {
    ops::LogWarning("checkpoint-of-another",
                    "the checkpoint of run {} is of an earlier run of this name", run_);
    RETURN_IF_ERROR(site_.checkpoints.Remove(run_));
    return std::nullopt;
  }
  const federation::Checkpoint& checkpoint = **loaded;
  const Status sound =
      federation::CheckConverges(site_.name, checkpoint.rounds_completed, checkpoint.parameters, 0);
  if (!sound.ok()) {
    ops::LogError("checkpoint-diverged",
                  "{}; the site begins run {} anew from the federation's model", Message(sound),
                  run_);
    RETURN_IF_ERROR(site_.checkpoints.Remove(run_));
    return std::nullopt;
  }
  const Status owable =
      CheckWithin("what is left to send", std::span<const float>(checkpoint.owed));
  if (!owable.ok()) {
    ops::LogWarning("owed-lost", "run {}: {}: it is dropped", run_, Message(owable));
    (*loaded)->owed.clear();
  }
  const Status restored = training::RestoreState(*learner_, (*loaded)->learner);
  if (!restored.ok()) ops::LogWarning("learner-state-lost", "run {}: {}", run_, Message(restored));
  return loaded;
}

Status Participation::MakeMember() {
  federation::MemberOptions options = federation::OptionsOf(*learner_);
  options.site = site_.name;
  options.run = run_;
  options.plan = plan_;
  options.checkpoint_every = site_.checkpoint_every;
  options.plan_digest = security::ToHex(security::Sha256(plan_text_));
  ASSIGN_OR_RETURN(options.checkpoint, LoadCheckpoint(options));
  if (options.checkpoint) {
    ops::LogInfo("resumed", "run {}: going on after round {}", run_,
                 options.checkpoint->rounds_completed);
  }
  learner_state_ = training::SaveState(*learner_);
  assembler_ = std::make_unique<federation::ChunkAssembler>(federation::ChunkAssembler::Limits{
      .largest_message = federation::LargestMessage(
          options.shape.size(),
          options.statistics.size() + options.selection_size + options.calibration_size),
      .most_senders = plan_.sites.size() + 1});
  ASSIGN_OR_RETURN(member_, federation::Member::Create(std::move(options), site_.clock));
  return OkStatus();
}

void Participation::MakeOffer() {
  v1::FromNode message;
  federation::Encode(member_->MakeOffer(), *message.mutable_offer());
  saves_.Forget(AfterSaves::Kind::kOffer);
  saves_.Then([this, message]() mutable { site_.send(std::move(message)); },
              AfterSaves::Kind::kOffer);
}

Status Participation::Handle(const federation::Assignment& assignment) {
  LetGoOfWork();
  ops::LogInfo("assigned", "run {}: generation {}, {} sites, from round {}", run_,
               assignment.generation, assignment.participants.size(), assignment.first_round);
  ASSIGN_OR_RETURN(federation::MemberActions actions, member_->Handle(assignment));
  Do(std::move(actions));
  return OkStatus();
}

void Participation::Handle(const federation::Hold& hold) {
  LetGoOfWork();
  ops::LogInfo("held", "run {} waits: {}", run_, hold.reason);
  Do(member_->Handle(hold));
}

void Participation::Handle(v1::PeerChunk& chunk) {
  if (chunk.to() != site_.name) return;
  StatusOr<std::optional<federation::PeerMessage>> message = assembler_->Accept(chunk);
  if (!message.ok()) {
    ops::LogWarning("link-broken", "run {}: {}", run_, Message(message.status()));
    return Do(federation::LinkBroken{.run = run_,
                                     .generation = chunk.generation(),
                                     .from = chunk.from(),
                                     .reason = std::string(Message(message.status()))});
  }
  if (*message) Do(member_->Handle(*std::move(*message)));
}

void Participation::Tick() {
  const std::optional<Time> deadline = member_->NextDeadline();
  if (deadline && *deadline <= site_.clock.Now()) Do(member_->Tick());
}

void Participation::Do(federation::MemberActions actions) {
  for (federation::MemberAction& action : actions) {
    std::visit([this](auto& wanted) { Do(wanted); }, action);
  }
}

void Participation::Do(federation::PeerMessage& message) {
  if (saves_.all_stored()) return site_.send_peer(std::move(message));
  saves_.Then(
      [this, message = std::move(message)]() mutable { site_.send_peer(std::move(message)); });
}

void Participation::Do(const federation::Progress& progress) {
  v1::FromNode message;
  federation::Encode(progress, *message.mutable_progress());
  Say(std::move(message));
}

void Participation::Do(const federation::SiteReport& report) {
  ops::LogInfo("run-done", "run {}: {} rounds, model {:.12}", run_, report.rounds_completed,
               report.model_digest);
  v1::FromNode message;
  federation::Encode(report, *message.mutable_report());
  Say(std::move(message));
}

void Participation::Do(const federation::LinkBroken& broken) {
  v1::FromNode message;
  federation::Encode(broken, *message.mutable_link_broken());
  Say(std::move(message));
}

void Participation::Do(const federation::Decline& declined) {
  Decline(Internal("{}", declined.reason));
}

void Participation::Do(federation::UseStatistics& use) {
  Use([this, mean = std::move(use.mean)] { return learner_->UseStatistics(mean); });
}

void Participation::Do(federation::UseCalibration& use) {
  Use([this, sums = std::move(use.sums)] { return learner_->Parts().calibration->Use(sums); });
}

void Participation::Use(std::function<Status()> use) {
  worker_.Post([this, use = std::move(use), weak = weak_from_this()] {
    const Status used = use();
    if (used.ok()) return;
    site_.loop.Post([weak, used] {
      if (auto self = weak.lock()) self->Decline(used);
    });
  });
}

template <typename Result>
void Participation::Work(uint64_t ticket,
                         std::function<StatusOr<Result>(const std::atomic<bool>& stop)> work,
                         std::function<void(Result result)> done) {
  stop_ = std::make_shared<std::atomic<bool>>(false);
  ticket_ = ticket;
  worker_.Post([this, ticket, work = std::move(work), done = std::move(done), stop = stop_,
                weak = weak_from_this()] {
    if (*stop) return;
    auto result = std::make_shared<StatusOr<Result>>(work(*stop));
    site_.loop.Post([weak, ticket, result, done] {
      auto self = weak.lock();
      if (!self || ticket != self->ticket_) return;
      self->ticket_ = 0;
      if (!result->ok()) return self->Decline(result->status());
      done(**std::move(result));
    });
  });
}

void Participation::Do(federation::TrainRound& train) {
  stop_ = std::make_shared<std::atomic<bool>>(false);
  ticket_ = train.ticket;
  std::optional<std::string> restore;
  if (std::exchange(learner_strayed_, false)) restore = learner_state_;
  worker_.Post([this, train = std::move(train), stop = stop_, restore = std::move(restore),
                weak = weak_from_this()]() mutable {
    if (*stop) return;
    const Status ready = restore ? training::RestoreState(*learner_, *restore) : OkStatus();
    std::vector<float> parameters = std::move(train.parameters);
    training::LocalRound local = federation::LocalRoundOf(train);
    local.parallel = {workers_.threads(), [this](int count, const std::function<void(int)>& task) {
                        workers_.Run(count, task);
                      }};
    StatusOr<double> loss =
        ready.ok() ? learner_->TrainRound(local, parameters, *stop) : StatusOr<double>(ready);
    std::string state = training::SaveState(*learner_);
    site_.loop.Post([weak, train = std::move(train), parameters = std::move(parameters),
                     loss = std::move(loss), state = std::move(state)]() mutable {
      if (auto self = weak.lock()) {
        self->Trained(train, std::move(parameters), std::move(loss), std::move(state));
      }
    });
  });
}

void Participation::Do(federation::SumForSelection& wanted) {
  Work<std::vector<double>>(
      wanted.ticket,
      [this, model = std::move(wanted.parameters)](const std::atomic<bool>& stop) {
        return learner_->Parts().selection->Sums(model, stop);
      },
      [this, ticket = wanted.ticket](std::vector<double> sums) {
        Do(member_->Summed(ticket, std::move(sums)));
      });
}

void Participation::Do(federation::SelectModel& select) {
  Work<std::vector<float>>(
      select.ticket,
      [this, mean = std::move(select.mean), model = std::move(select.parameters)](
          const std::atomic<bool>&) { return learner_->Parts().selection->Select(mean, model); },
      [this, ticket = select.ticket](std::vector<float> parameters) {
        Do(member_->Selected(ticket, std::move(parameters)));
      });
}

void Participation::Do(federation::SumForCalibration& wanted) {
  Work<std::vector<double>>(
      wanted.ticket,
      [this, model = std::move(wanted.parameters)](const std::atomic<bool>& stop) {
        return learner_->Parts().calibration->Sums(model, stop);
      },
      [this, ticket = wanted.ticket](std::vector<double> sums) {
        Do(member_->Summed(ticket, std::move(sums)));
      });
}

void Participation::Do(federation::EvaluateModel& evaluate) {
  Work<training::Report>(
      evaluate.ticket,
      [this, model = std::move(evaluate.parameters)](const std::atomic<bool>& stop) {
        return training::ReportOf(*learner_, model, stop);
      },
      [this, ticket = evaluate.ticket](training::Report report) {
        saves_.Then([this, ticket, report = std::move(report)]() mutable {
          Do(member_->Evaluated(ticket, std::move(report), model_digest_));
        });
      });
}

void Participation::Do(federation::SaveCheckpoint& save) {
  using Release = absl::AnyInvocable<StatusOr<std::string>(federation::Checkpoint)>;
  Release release = [](federation::Checkpoint) { return std::string(); };
  if (save.checkpoint.consensus) {
    release = [training = plan_.training, &records = site_.records, now = site_.clock.Now(),
               calibration = std::move(save.calibration),
               keep = site_.release](federation::Checkpoint consensus) -> StatusOr<std::string> {
      ASSIGN_OR_RETURN(training::Model model,
                       FinalModel(std::move(consensus), calibration, training, records, now));
      return keep(std::move(model));
    };
  }
  site_.writer.Save(std::move(save.checkpoint),
                    [weak = weak_from_this(), &loop = site_.loop, save = saves_.Ask(),
                     release = std::move(release)](const Status& saved,
                                                   federation::Checkpoint checkpoint) mutable {
                      const int round = checkpoint.rounds_completed;
                      auto digest = release(std::move(checkpoint));
                      loop.Post([weak, save, round, saved, digest = std::move(digest)] {
                        auto self = weak.lock();
                        if (!self) return;
                        self->Complain(round, saved);
                        self->Stored(save, digest);
                      });
                    });
}

void Participation::Complain(int round, const Status& saved) {
  const Time now = site_.clock.Now();
  if (saved.ok()) return complained_.reset();
  if (complained_ && now - *complained_ < kComplainEvery) return;
  complained_ = now;
  ops::LogError("checkpoint-failed", "run {}, round {}: {}; the run goes on without", run_, round,
                Message(saved));
}

void Participation::Stored(uint64_t save, const StatusOr<std::string>& model_digest) {
  if (!model_digest.ok()) {
    saves_.StoredInVain(save);
    return Decline(model_digest.status());
  }
  if (!model_digest->empty()) model_digest_ = *model_digest;
  saves_.Stored(save);
}

void Participation::Say(v1::FromNode message) {
  if (saves_.all_stored()) return site_.send(std::move(message));
  saves_.Then([this, message = std::move(message)]() mutable { site_.send(std::move(message)); });
}

void Participation::LetGoOfWork() {
  saves_.Forget(AfterSaves::Kind::kOfGeneration);
  if (ticket_ == 0) return;
  *stop_ = true;
  ticket_ = 0;
  learner_strayed_ = true;
}

void Participation::Trained(const federation::TrainRound& train, std::vector<float> parameters,
                            StatusOr<double> loss, std::string learner_state) {
  if (train.ticket != ticket_) return;
  ticket_ = 0;
  if (!loss.ok()) {
    learner_strayed_ = true;
    return Decline(loss.status());
  }
  learner_state_ = learner_state;
  Do(member_->Trained(train.ticket, std::move(parameters), *loss, std::move(learner_state)));
}

void Participation::Decline(const Status& why) {
  ops::LogError("declined", "run {}: {}", run_, Message(why));
  LetGoOfWork();
  saves_.ForgetAll();
  Do(member_->Handle(federation::Hold{.run = run_, .reason = std::string(Message(why))}));
  v1::FromNode message;
  federation::Encode(federation::Decline{.run = run_, .reason = std::string(Message(why))},
                     *message.mutable_decline());
  site_.send(std::move(message));
}

}  // namespace consilium::node
