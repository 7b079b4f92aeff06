#include <utility>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// The final model is stored, and evaluated on held-out patients.
class EvaluationStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.deadline.reset();
    part.Save(part.final_model, std::move(part.calibration), true);
    if (part.options.aggregator) {
      part.state = SitePart::State::kWaiting;
      part.done = true;
      return Then::kStay;
    }
    part.state = SitePart::State::kEvaluating;
    part.actions.push_back(EvaluateModel{++part.ticket, part.final_model});
    return Then::kStay;
  }

  StatusOr<Then> Worked(SitePart& part, WorkDone done) override {
    EvaluatedModel& evaluated = std::get<EvaluatedModel>(done);
    part.state = SitePart::State::kWaiting;
    part.done = true;
    part.actions.push_back(SiteReport{part.options.run, part.generation(), part.rounds_completed,
                                      std::move(evaluated.report), std::move(evaluated.digest),
                                      part.bytes_sent, part.bytes_uncompressed, part.traffic});
    return Then::kStay;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeEvaluationStage() { return std::make_unique<EvaluationStage>(); }

}  // namespace consilium::federation
