#include <utility>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// If anybody's model is current, all take up the exact mean of those that are.
class ResyncStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    if (!part.Has(Stage::kResync)) return Then::kGoOn;
    part.stage = Stage::kResync;
    ASSIGN_OR_RETURN(auto made,
                     MakeResyncExchange(*part.place, part.options.plan, part.options.shape));
    part.BeginModel(std::move(made), part.parameters);
    return Then::kStay;
  }

  StatusOr<Then> End(SitePart& part) override {
    std::vector<float> agreed = part.parameters;
    part.exchange->End(agreed);
    part.KeepFrozen(agreed);
    if (!part.Accept(agreed, part.rounds_completed)) return Then::kStay;
    part.parameters = std::move(agreed);
    return Then::kGoOn;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeResyncStage() { return std::make_unique<ResyncStage>(); }

}  // namespace consilium::federation
