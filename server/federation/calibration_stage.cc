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
    if (part.options.aggregator) {
      RETURN_IF_ERROR(part.ShareSums(std::vector<double>(part.options.calibration_size)));
      return Then::kStay;
    }
    part.state = SitePart::State::kSumming;
    part.deadline.reset();
    part.actions.push_back(SumForCalibration{++part.ticket, part.final_model});
    return Then::kStay;
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
