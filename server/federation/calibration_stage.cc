#include <algorithm>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Every site adds up what its validation patients say of the final model, to calibrate it.
class CalibrationStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.stage = Stage::kCalibration;
    part.calibration.clear();
    if (!part.Has(Stage::kCalibration)) return Then::kGoOn;
    return BeginSumming<SumForCalibration>(part, part.options.calibration_size);
  }

  StatusOr<Then> Worked(SitePart& part, WorkDone done) override {
    RETURN_IF_ERROR(part.ShareSums(std::get<std::vector<double>>(done)));
    return Then::kStay;
  }

  StatusOr<Then> End(SitePart& part) override {
    part.calibration = part.EndSums(part.options.calibration_size);
    const auto sites = std::ranges::count_if((*part.place)->assignment->participants,
                                             [](const Participant& p) { return !p.aggregator; });
    // It was the mean that travelled.
    for (double& sum : part.calibration) sum *= static_cast<double>(sites);
    if (!part.options.aggregator) part.actions.push_back(UseCalibration{part.calibration});
    return Then::kGoOn;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeCalibrationStage() { return std::make_unique<CalibrationStage>(); }

}  // namespace consilium::federation
