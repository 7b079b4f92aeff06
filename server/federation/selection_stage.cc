#include <utility>

#include "server/federation/member_stage.h"

namespace consilium::federation {
namespace {

// Every site adds up what its validation patients say of the candidates for the final model; by
// the mean all choose the same one, each of its own.
class SelectionStage final : public MemberStage {
 public:
  StatusOr<Then> Begin(SitePart& part) override {
    part.stage = Stage::kSelection;
    if (MayLoseMessages(part.options.plan)) part.past_rounds = std::move(part.exchange);
    part.exchange.reset();
    part.final_model = part.parameters;
    if (!part.Has(Stage::kSelection)) return Then::kGoOn;
    return BeginSumming<SumForSelection>(part, part.options.selection_size);
  }

  StatusOr<Then> Worked(SitePart& part, WorkDone done) override {
    if (const auto* sums = std::get_if<std::vector<double>>(&done)) {
      RETURN_IF_ERROR(part.ShareSums(*sums));
      return Then::kStay;
    }
    part.final_model = std::move(std::get<std::vector<float>>(done));
    return Then::kGoOn;
  }

  StatusOr<Then> End(SitePart& part) override {
    std::vector<double> sums = part.EndSums(part.options.selection_size);
    if (part.options.aggregator) return Then::kGoOn;
    part.state = SitePart::State::kSelecting;
    part.deadline.reset();
    part.actions.push_back(SelectModel{++part.ticket, std::move(sums), part.final_model});
    return Then::kStay;
  }
};

}  // namespace

std::unique_ptr<MemberStage> MakeSelectionStage() { return std::make_unique<SelectionStage>(); }

}  // namespace consilium::federation
