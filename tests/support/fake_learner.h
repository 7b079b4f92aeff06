#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_

#include <string>
#include <utility>
#include <vector>

#include "server/training/learner.h"
#include "tests/support/fake_choice.h"

namespace consilium::testing {

// A learner without patients: every round moves each held parameter half of the way to a target of
// the site's own. The weighted mean of the targets is where a federation ends up.
class FakeLearner : public training::Learner {
 public:
  FakeLearner(std::vector<float> weights, float target)
      : target_(target), selection_(target), calibration_(target) {
    std::vector<nn::ModuleShape> modules;
    for (size_t m = 0; m < weights.size(); ++m) {
      nn::ModuleShape& module = modules.emplace_back();
      module.id = {nn::ModuleKind::kEncoder, "f" + std::to_string(m), 1};
      module.tensors = {{"w", 2, 3}, {"b", 2, 1}};
    }
    facts_.layout = nn::Layout(std::move(modules));
    facts_.weights = std::move(weights);
    facts_.initial_parameters.assign(facts_.layout.size(), 1.0f);
    facts_.statistics = {10.0, target * 10.0};
    facts_.training_patients = 10;
  }

  training::LearnerFacts Facts() const override { return facts_; }
  Status UseStatistics(std::span<const double> over_sites) override {
    statistics_.assign(over_sites.begin(), over_sites.end());
    return OkStatus();
  }
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float> parameters,
                              const std::atomic<bool>&) override {
    ++rounds_;
    for (size_t m = 0; m < facts_.weights.size(); ++m) {
      if (facts_.weights[m] == 0) continue;
      for (float& p : nn::Slice(parameters, facts_.layout.module_block(static_cast<int>(m)))) {
        p += (target_ - p) / 2;
      }
    }
    return 1.0 / rounds_;
  }
  training::LearnerParts Parts() override {
    if (!chooses_) return {};
    return {.selection = &selection_, .calibration = &calibration_};
  }

  void ChooseAtTheEnd() { chooses_ = true; }
  const std::vector<double>& calibration() const { return calibration_.used(); }
  const std::vector<double>& statistics() const { return statistics_; }
  int rounds() const { return rounds_; }

 private:
  const float target_;
  training::LearnerFacts facts_;
  std::vector<double> statistics_;
  bool chooses_ = false;
  FakeSelection selection_;
  FakeCalibration calibration_;
  int rounds_ = 0;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_
