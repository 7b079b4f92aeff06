#include <utility>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Unless all hold the same model already, they take the exact mean of their final ones.
class ConsensusStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    if (part.all_agree) return Then::kGoOn;
    part.stage = Stage::kConsensus;
    ASSIGN_OR_RETURN(auto made,
                     MakeConsensusExchange(*part.place, part.options.plan, part.options.shape));
    part.BeginModel(std::move(made), part.final_model);
    return Then::kStay;
  }

  StatusOr<Then> End(SitePart& part) override {
    part.exchange->End(part.final_model);
    part.KeepFrozen(part.final_model);
    part.exchange.reset();
    const bool accepted = part.Accept(part.final_model, part.rounds_completed);
    return accepted ? Then::kGoOn : Then::kStay;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeConsensusStage() { return std::make_unique<ConsensusStage>(); }

}  // namespace consilium::federation
