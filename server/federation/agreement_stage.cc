#include "server/federation/agreement.h"
#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Where every round ended with the same bits at every site, as an all-reduce among sites does, they
// need not send the model again to agree on it. A site that was not heard may hold another.
class AgreementStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.all_agree = false;
    const Plan& plan = *part.options.plan;
    const bool likely = ExchangesUpdates(plan) && plan.schedule.aggregator == Aggregator::kSite &&
                        !plan.schedule.overlap;
    if (!likely) return Then::kGoOn;
    part.stage = Stage::kAgreement;
    RETURN_IF_ERROR(part.ShareSums(AgreementNumbers(part.final_model)));
    return Then::kStay;
  }

  // It asks for no work.
  StatusOr<Then> Worked(SitePart& /*part*/, WorkDone /*done*/) override { return Then::kStay; }

  StatusOr<Then> End(SitePart& part) override {
    const bool all = part.sums_exchange->Whole();
    part.all_agree = AllAgree(part.EndSums(kAgreementNumbers)) && all;
    return Then::kGoOn;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeAgreementStage() { return std::make_unique<AgreementStage>(); }

}  // namespace consilium::federation
