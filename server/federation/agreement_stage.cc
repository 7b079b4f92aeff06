#include "server/federation/agreement.h"
#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Whether all hold the same final model already, which a few numbers of it tell.
class AgreementStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.all_agree = false;
    if (!part.Has(Stage::kAgreement)) return Then::kGoOn;
    part.stage = Stage::kAgreement;
    RETURN_IF_ERROR(part.ShareSums(AgreementNumbers(part.final_model)));
    return Then::kStay;
  }

  StatusOr<Then> End(SitePart& part) override {
    const bool all = schedule::IsWhole(*part.sums_exchange);
    part.all_agree = AllAgree(part.EndSums(kAgreementNumbers)) && all;
    return Then::kGoOn;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeAgreementStage() { return std::make_unique<AgreementStage>(); }

}  // namespace consilium::federation
