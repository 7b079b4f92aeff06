#include "tests/server/node/participation_bench.h"

#include <utility>

#include "base/security/digest.h"
#include "server/federation/wire/chunks.h"
#include "server/federation/wire/convert.h"

namespace consilium::testing {

ParticipationBench::ParticipationBench(std::vector<std::string> sites, const std::string& plan,
                                       MakeBenchLearner make_learner, Duration checkpoint_every)
    : plan_(plan),
      make_learner_(std::move(make_learner)),
      checkpoint_every_(checkpoint_every),
      names_(std::move(sites)),
      loop_(SystemClock()) {
  loop_.Start();
  for (const std::string& name : names_) {
    Site& site = *(sites_[name] = std::make_unique<Site>());
    site.database = storage::Database::Open(site.folder.path(), storage::NodeFormat()).value();
    site.checkpoints = std::make_unique<storage::Checkpoints>(*site.database);
    site.writer = std::make_unique<node::CheckpointWriter>(*site.checkpoints, SystemClock());
  }
}

ParticipationBench::~ParticipationBench() {
  loop_.Stop();
  for (auto& [name, site] : sites_) {
    site->participation.reset();
    site->writer->Stop();
  }
}

void ParticipationBench::Invite() {
  OnLoop([this] {
    for (const std::string& name : names_) {
      if (site(name).participation) continue;
      site(name).participation =
          node::Participation::Begin(SiteOf(name), {.run = "r1", .plan = plan_}).value();
      site(name).participation->MakeOffer();
    }
  });
}

void ParticipationBench::Assign(int first_round) {
  Invite();
  OnLoop([this, first_round] {
    federation::Assignment assignment{"r1", ++generation_, {}, {}, first_round};
    for (const std::string& name : names_) {
      assignment.participants.push_back({name, weights_[name], false, false});
    }
    for (int i = 1; i < static_cast<int>(names_.size()); ++i) {
      assignment.edges.emplace_back(i - 1, i);
    }
    for (const std::string& name : names_) {
      site(name).participation->Handle(assignment).IgnoreError();
    }
  });
}

bool ParticipationBench::OnLoop(std::function<void()> task) {
  auto done = std::make_shared<std::promise<void>>();
  loop_.Post([done, task = std::move(task)] {
    task();
    done->set_value();
  });
  return done->get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready;
}

void ParticipationBench::WaitForDisk(const std::string& name) {
  std::promise<void> done;
  federation::Checkpoint last;
  last.run = "last";
  site(name).writer->Save(
      std::move(last), [&done](const Status&, const federation::Checkpoint&) { done.set_value(); });
  done.get_future().wait();
  OnLoop([] {});
}

std::optional<federation::SiteReport> ParticipationBench::Report(const std::string& name,
                                                                 double seconds) {
  auto report = site(name).reported.get_future();
  if (report.wait_for(Seconds(seconds)) != std::future_status::ready) return std::nullopt;
  return report.get();
}

node::ParticipationSite ParticipationBench::SiteOf(const std::string& name) {
  Site& here = site(name);
  return {
      .name = name,
      .records = records_,
      .checkpoints = *here.checkpoints,
      .writer = *here.writer,
      .loop = loop_,
      .clock = SystemClock(),
      .checkpoint_every = checkpoint_every_,
      .training_threads = 1,
      .make_learner =
          [this, name](const federation::Plan&, const node::SiteRecords&, const training::Model*) {
            auto learner = make_learner_(name);
            weights_[name] = learner->Facts().weights;
            return StatusOr<std::unique_ptr<training::Learner>>(std::move(learner));
          },
      .send = [this, name](v1::FromNode message) { Said(name, message); },
      .send_peer = [this](federation::PeerMessage message) { Send(std::move(message)); },
      .release =
          [&here](training::Model model) {
            ++here.releases;
            const auto* bytes = reinterpret_cast<const char*>(model.parameters.data());
            return StatusOr<std::string>(security::ToHex(security::Sha256(
                std::string_view(bytes, model.parameters.size() * sizeof(float)))));
          },
      .model_of =
          [](const std::string&) { return StatusOr<training::Model>(NotFound("no model")); }};
}

void ParticipationBench::Said(const std::string& name, const v1::FromNode& message) {
  if (on_said) on_said(name, message);
  if (message.has_report())
    site(name).reported.set_value(federation::Decode(message.report()).value());
}

void ParticipationBench::Send(federation::PeerMessage message) {
  if (on_sent) on_sent(message.from, message);
  const std::string to = message.to;
  auto divider = std::make_shared<federation::MessageDivider>(std::move(message));
  while (!divider->done()) {
    v1::PeerChunk chunk;
    divider->Next(chunk);
    loop_.Post(
        [this, to, chunk = std::move(chunk)]() mutable { site(to).participation->Handle(chunk); });
  }
}

}  // namespace consilium::testing
