#include "server/coordinator/aggregator.h"

#include <utility>

#include "modules/modn/architecture.h"
#include "proto/federation.pb.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/federation/run.h"
#include "server/training/sums.h"

namespace consilium {

StatusOr<std::unique_ptr<Aggregator>> Aggregator::Create(const std::string& run, const Plan& plan,
                                                         const Schema& schema, const Clock& clock,
                                                         Outlets outlets) {
  const Layout layout = MakeLayout(ArchitectureOf(schema, plan.training.state, plan.training.hidden,
                                                  plan.training.feature_decoder_hidden));
  MemberOptions options;
  options.site = kCoordinatorSite;
  options.run = run;
  options.plan = plan;
  options.shape = layout.Shape();
  options.weights.assign(options.shape.blocks.size(), 0);
  options.initial.assign(layout.size(), 0);
  options.statistics.assign(StatisticsSize(schema), 0);
  options.selection_size = SelectionSize(schema, plan.training);
  options.calibration_size = CalibrationSize(schema, plan.training);
  options.aggregator = true;
  const ChunkAssembler::Limits limits{
      .largest_message =
          LargestMessage(layout.size(), options.statistics.size() + options.selection_size +
                                            options.calibration_size),
      .most_senders = plan.sites.size()};
  ASSIGN_OR_RETURN(auto member, Member::Create(std::move(options), clock));
  return std::unique_ptr<Aggregator>(
      new Aggregator(std::move(member), limits, clock, std::move(outlets)));
}

Status Aggregator::Handle(const Assignment& assignment) {
  ASSIGN_OR_RETURN(MemberActions actions, member_->Handle(assignment));
  Do(std::move(actions));
  return OkStatus();
}

void Aggregator::Handle(v1::PeerChunk& chunk) {
  StatusOr<std::optional<PeerMessage>> message = assembler_.Accept(chunk);
  if (!message.ok()) {
    return outlets_.broken({.run = chunk.run(),
                            .generation = chunk.generation(),
                            .from = chunk.from(),
                            .reason = std::string(Message(message.status()))});
  }
  if (*message) Do(member_->Handle(*std::move(*message)));
}

void Aggregator::Tick() {
  const std::optional<Time> deadline = member_->NextDeadline();
  if (deadline && *deadline <= clock_.Now()) Do(member_->Tick());
}

void Aggregator::Do(MemberActions actions) {
  for (MemberAction& action : actions) {
    if (auto* message = std::get_if<PeerMessage>(&action)) {
      outlets_.send(std::move(*message));
    } else if (const auto* broken = std::get_if<LinkBroken>(&action)) {
      outlets_.broken(*broken);
    }
  }
}

}  // namespace consilium
