#include "tests/server/coordinator/member_aggregator.h"

#include <utility>

#include "proto/federation.pb.h"
#include "server/federation/wire/chunks.h"

namespace consilium::testing {
namespace {

class MemberAggregator final : public coordinator::Aggregator {
 public:
  MemberAggregator(std::unique_ptr<federation::Member> member,
                   federation::ChunkAssembler::Limits limits, const Clock& clock, Outlets outlets)
      : member_(std::move(member)),
        assembler_(limits),
        clock_(clock),
        outlets_(std::move(outlets)) {}

  Status Handle(const federation::Assignment& assignment) override {
    ASSIGN_OR_RETURN(federation::MemberActions actions, member_->Handle(assignment));
    Do(std::move(actions));
    return OkStatus();
  }

  void Handle(v1::PeerChunk& chunk, std::function<void()> resume) override {
    StatusOr<std::optional<federation::PeerMessage>> message = assembler_.Accept(chunk);
    resume();
    if (!message.ok()) {
      return outlets_.broken({.run = chunk.run(),
                              .generation = chunk.generation(),
                              .from = chunk.from(),
                              .reason = std::string(Message(message.status()))});
    }
    if (*message) Do(member_->Handle(*std::move(*message)));
  }

  void Left(const std::string&) override {}
  void Rest() override {}

  void Tick() override {
    const std::optional<Time> deadline = member_->NextDeadline();
    if (deadline && *deadline <= clock_.Now()) Do(member_->Tick());
  }

  std::optional<Time> NextDeadline() const override { return member_->NextDeadline(); }

 private:
  void Do(federation::MemberActions actions) {
    for (federation::MemberAction& action : actions) {
      if (auto* message = std::get_if<federation::PeerMessage>(&action)) {
        outlets_.send(std::move(*message));
      } else if (const auto* broken = std::get_if<federation::LinkBroken>(&action)) {
        outlets_.broken(*broken);
      } else if (const auto* progress = std::get_if<federation::Progress>(&action)) {
        for (const std::string& site : progress->missed) {
          outlets_.missed(progress->generation, site);
        }
      }
    }
  }

  std::unique_ptr<federation::Member> member_;
  federation::ChunkAssembler assembler_;
  const Clock& clock_;
  const Outlets outlets_;
};

}  // namespace

StatusOr<std::shared_ptr<coordinator::Aggregator>> MakeMemberAggregator(
    federation::MemberOptions options, const Clock& clock,
    coordinator::Aggregator::Outlets outlets) {
  const federation::ChunkAssembler::Limits limits{
      .largest_message = federation::LargestMessage(
          options.shape.size(),
          options.statistics.size() + options.selection_size + options.calibration_size),
      .most_senders = options.plan->sites.size()};
  ASSIGN_OR_RETURN(auto member, federation::Member::Create(std::move(options), clock));
  return std::shared_ptr<coordinator::Aggregator>(
      std::make_shared<MemberAggregator>(std::move(member), limits, clock, std::move(outlets)));
}

}  // namespace consilium::testing
