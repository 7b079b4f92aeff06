#include "server/node/node.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "proto/federation.pb.h"
#include "server/federation/run.h"
#include "server/federation/wire/convert.h"
#include "server/node/checkpoint_writer.h"
#include "server/node/consultation_desk.h"
#include "server/node/uplink.h"
#include "server/ops/announce.h"
#include "server/ops/log.h"
#include "server/storage/checkpoints.h"
#include "server/storage/database.h"
#include "server/training/site_learner.h"

namespace consilium::node {
namespace {

constexpr Duration kIdleCheck = Seconds(60);

Status CheckOwnCertificate(const ops::NodeConfig& config) {
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(config.tls));
  if (own.identity.role != security::Role::kNode) {
    return InvalidArgument(
        "{} is a certificate for the role {}, expected node: ask the operator of "
        "the federation to sign a request made with --role node",
        config.tls.certificate, security::RoleName(own.identity.role));
  }
  if (own.identity.name != config.site) {
    return InvalidArgument(
        "[node] site is '{}', but the certificate {} is for '{}': they must agree", config.site,
        config.tls.certificate, own.identity.name);
  }
  return OkStatus();
}

int TrainingThreads(const ops::NodeConfig& config) {
  if (config.training_threads > 0) return config.training_threads;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

class SiteNode final : public Node, private Uplink::Listener {
 public:
  SiteNode(ops::NodeConfig config, SiteRecords records, std::unique_ptr<storage::Database> database,
           const Clock& clock, MakeLearner make_learner)
      : config_(std::move(config)),
        records_(std::move(records)),
        clock_(clock),
        database_(std::move(database)),
        checkpoints_(*database_),
        writer_(checkpoints_, clock),
        make_learner_(std::move(make_learner)),
        loop_(clock) {}

  ~SiteNode() override { Stop(); }

  Status OpenDesk() {
    ASSIGN_OR_RETURN(desk_, ConsultationDesk::Open(config_, records_, *database_, clock_));
    std::vector<ops::ListeningPort> ports;
    if (!desk_->address().empty()) ports.push_back({"consultation", desk_->address()});
    return ops::Announce(config_.state, ports);
  }

  void Start() override {
    UplinkOptions options;
    options.coordinator = config_.coordinator;
    options.coordinator_name = config_.coordinator_name;
    options.tls = config_.tls;
    options.site = config_.site;
    options.schema_version = records_.schema.version;
    options.schema_digest = records_.schema_digest;
    options.longest_backoff = config_.longest_backoff;
    idle_check_ = clock_.Now() + kIdleCheck;
    uplink_ = std::make_unique<Uplink>(std::move(options), loop_, clock_,
                                       static_cast<Uplink::Listener&>(*this));
    loop_.Post([this] { uplink_->Dial(); });
    loop_.Start({.next = [this] { return NextDeadline(); }, .tick = [this] { Tick(); }});
  }

  void Stop() override {
    loop_.Stop();
    uplink_.reset();
    participations_.clear();
    writer_.Stop();
    if (desk_) desk_->Close();
  }

 private:
  std::optional<Time> NextDeadline() {
    Time next = idle_check_;
    if (const auto at = uplink_->NextDeadline()) next = std::min(next, *at);
    for (const auto& [run, participation] : participations_) {
      if (const auto at = participation->NextDeadline()) next = std::min(next, *at);
    }
    return next;
  }

  void Tick() {
    uplink_->Tick();
    for (const auto& [run, participation] : participations_) participation->Tick();
    if (clock_.Now() < idle_check_) return;
    desk_->EndIdle();
    idle_check_ = clock_.Now() + kIdleCheck;
  }

  void OnAttached() override {}

  void OnDetached() override {
    for (const auto& [run, participation] : participations_) {
      participation->Handle(
          federation::Hold{.run = run, .reason = "the coordinator is out of reach"});
    }
  }

  Duration Grace() override {
    Duration grace{0};
    for (const auto& [run, participation] : participations_) {
      grace = std::max(grace, federation::ResumptionGrace(participation->plan()));
    }
    return grace;
  }

  void OnMessage(v1::ToNode& message) override {
    switch (message.message_case()) {
      case v1::ToNode::kPeer:
        if (auto* to = Find(message.peer().run())) to->Handle(*message.mutable_peer());
        return;
      case v1::ToNode::kInvitation:
        return Take(message.invitation());
      case v1::ToNode::kAssignment:
        return Take(message.assignment());
      case v1::ToNode::kHold:
        return Take(message.hold());
      case v1::ToNode::kEnded:
        return Take(message.ended());
      default:
        return;
    }
  }

  // Decodes, and hands over what is well-formed.
  template <typename Proto>
  void Take(const Proto& proto) {
    auto decoded = federation::Decode(proto);
    if (!decoded.ok()) {
      return ops::LogWarning("bad-message", "the coordinator's {} is refused: {}",
                             Proto::descriptor()->name(), Message(decoded.status()));
    }
    Handle(*decoded);
  }

  void Handle(const federation::Invitation& invitation) {
    Participation* present = Find(invitation.run);
    if (present == nullptr || present->plan_text() != invitation.plan) {
      participations_.erase(invitation.run);
      auto begun = Participation::Begin(Site(), invitation);
      if (!begun.ok()) return Refuse(invitation.run, begun.status());
      present = begun->get();
      participations_[invitation.run] = *std::move(begun);
      ops::LogInfo("invited", "taking part in run {}", invitation.run);
    }
    present->MakeOffer();
  }

  void Handle(const federation::Assignment& assignment) {
    Participation* present = Find(assignment.run);
    if (present == nullptr) return;
    const Status handled = present->Handle(assignment);
    if (!handled.ok()) Refuse(assignment.run, handled);
  }

  void Handle(const federation::Hold& hold) {
    if (Participation* present = Find(hold.run)) present->Handle(hold);
  }

  void Handle(const federation::Ended& ended) {
    if (participations_.erase(ended.run) > 0) {
      ops::LogInfo("run-ended", "run {} has ended: {}", ended.run, ended.reason);
    }
    writer_.Remove(ended.run);
  }

  void Refuse(const std::string& run, const Status& why) {
    ops::LogError("declined", "run {}: {}", run, Message(why));
    participations_.erase(run);
    v1::FromNode message;
    federation::Encode(federation::Decline{.run = run, .reason = std::string(Message(why))},
                       *message.mutable_decline());
    uplink_->Send(std::move(message));
  }

  Participation* Find(const std::string& run) {
    const auto found = participations_.find(run);
    return found == participations_.end() ? nullptr : found->second.get();
  }

  ParticipationSite Site() {
    return {
        .name = config_.site,
        .records = records_,
        .checkpoints = checkpoints_,
        .writer = writer_,
        .loop = loop_,
        .clock = clock_,
        .checkpoint_every = config_.checkpoint_every,
        .training_threads = TrainingThreads(config_),
        .make_learner = make_learner_,
        .send = [this](v1::FromNode message) { uplink_->Send(std::move(message)); },
        .send_peer = [this](federation::PeerMessage message) { uplink_->Send(std::move(message)); },
        .release = [this](training::Model model) { return desk_->Release(std::move(model)); },
        .model_of = [this](const std::string& run) { return desk_->ModelOf(run); }};
  }

  // Constant after Start.
  const ops::NodeConfig config_;
  const SiteRecords records_;
  const Clock& clock_;
  std::unique_ptr<storage::Database> database_;
  storage::Checkpoints checkpoints_;
  CheckpointWriter writer_;
  const MakeLearner make_learner_;
  std::unique_ptr<ConsultationDesk> desk_;

  // Touched on the loop only, once it runs.
  std::unique_ptr<Uplink> uplink_;
  std::map<std::string, std::shared_ptr<Participation>> participations_;
  Time idle_check_;

  ops::EventLoop loop_;
};

}  // namespace

MakeLearner Node::MakeMoDnLearner() {
  return
      [](const federation::Plan& plan, const SiteRecords& records, const training::Model* start) {
        return training::MakeSiteLearner(records.schema, plan.training, plan.seed, plan.rounds,
                                         records.cohort, data::EmptyCohort(records.schema), start);
      };
}

StatusOr<std::unique_ptr<Node>> Node::Open(const ops::NodeConfig& config, const Clock& clock,
                                           MakeLearner make_learner) {
  RETURN_IF_ERROR(CheckOwnCertificate(config));
  ASSIGN_OR_RETURN(SiteRecords records, LoadSiteRecords(config));
  for (const std::string& line : Summarise(records)) ops::LogInfo("cohort", "{}", line);
  ASSIGN_OR_RETURN(auto database, storage::Database::Open(config.state, storage::NodeFormat()));
  auto node = std::make_unique<SiteNode>(config, std::move(records), std::move(database), clock,
                                         std::move(make_learner));
  RETURN_IF_ERROR(node->OpenDesk());
  return std::unique_ptr<Node>(std::move(node));
}

Status CheckNode(const ops::NodeConfig& config) {
  RETURN_IF_ERROR(CheckOwnCertificate(config));
  ASSIGN_OR_RETURN(const SiteRecords records, LoadSiteRecords(config));
  for (const std::string& line : Summarise(records)) ops::LogInfo("cohort", "{}", line);
  return OkStatus();
}

}  // namespace consilium::node
