#include <algorithm>

#include "server/training/selection.h"
#include "server/training/site_study.h"
#include "server/training/sums.h"

namespace consilium::training {
namespace {

class SiteSelection final : public ModelSelection {
 public:
  SiteSelection(const SiteStudy& study, const Agreed& agreed, Averages& averages)
      : study_(study), agreed_(agreed), averages_(averages) {}

  size_t size() const override { return SelectionSize(study_.schema, study_.options); }

  StatusOr<std::vector<double>> Sums(std::span<const float> parameters,
                                     const std::atomic<bool>&) override {
    averages_.AgreedAtEnd(parameters);
    std::vector<double> sums;
    for (int candidate = 0; candidate <= averages_.count(); ++candidate) {
      const std::vector<double> of_candidate = SelectionSumsOf(
          study_.schema, PredictionsOf(study_, "validation", Candidate(candidate, parameters),
                                       agreed_.validation));
      sums.insert(sums.end(), of_candidate.begin(), of_candidate.end());
    }
    return sums;
  }

  StatusOr<std::vector<float>> Select(std::span<const double> over_sites,
                                      std::span<const float> parameters) override {
    ASSIGN_OR_RETURN(const int best, BestOf(study_.schema, over_sites, study_.options.ema.select));
    if (best > averages_.count()) {
      return InvalidArgument("candidate {} of {} was selected", best, 1 + averages_.count());
    }
    const std::span<const float> chosen = Candidate(best, parameters);
    std::vector<float> selected(chosen.begin(), chosen.end());
    KeepFrozen(parameters, selected);
    return selected;
  }

 private:
  // 0: the model itself; then its averages.
  std::span<const float> Candidate(int candidate, std::span<const float> parameters) const {
    return candidate == 0 ? parameters : averages_.average(candidate - 1);
  }

  // The average of a module that never moved may differ from it in the last place.
  void KeepFrozen(std::span<const float> parameters, std::span<float> selected) const {
    const std::vector<uint8_t>& frozen = study_.start.frozen();
    for (size_t m = 0; m < frozen.size(); ++m) {
      if (frozen[m] == 0) continue;
      const Block block = study_.layout.module_block(static_cast<int>(m));
      std::ranges::copy(nn::Slice(parameters, block), nn::Slice(selected, block).begin());
    }
  }

  const SiteStudy& study_;
  const Agreed& agreed_;
  Averages& averages_;
};

}  // namespace

std::unique_ptr<ModelSelection> MakeSelection(const SiteStudy& study, const Agreed& agreed,
                                              Averages& averages) {
  return std::make_unique<SiteSelection>(study, agreed, averages);
}

}  // namespace consilium::training
