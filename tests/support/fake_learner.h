#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/training/learner.h"

namespace consilium::testing {

// A learner without patients: every round moves each held parameter half of the way to a target of
// the site's own. The weighted mean of the targets is where a federation ends up.
class FakeLearner : public training::Learner {
 public:
  FakeLearner(std::vector<float> weights, float target)
      : weights_(std::move(weights)), target_(target) {
    std::vector<nn::ModuleShape> modules;
    for (size_t m = 0; m < weights_.size(); ++m) {
      nn::ModuleShape& module = modules.emplace_back();
      module.id = {nn::ModuleKind::kEncoder, "f" + std::to_string(m), 1};
      module.tensors = {{"w", 2, 3}, {"b", 2, 1}};
    }
    layout_ = nn::Layout(std::move(modules));
  }

  const nn::Layout& layout() const override { return layout_; }
  std::vector<float> Weights() const override { return weights_; }
  int training_patients() const override { return 10; }
  std::vector<float> InitialParameters() const override {
    return std::vector<float>(layout_.size(), 1.0f);
  }
  std::vector<double> Statistics() const override { return {10.0, target_ * 10.0}; }
  Status UseStatistics(std::span<const double> over_sites) override {
    statistics_.assign(over_sites.begin(), over_sites.end());
    return OkStatus();
  }
  StatusOr<double> TrainRound(const training::LocalRound&, std::span<float> parameters,
                              const std::atomic<bool>&) override {
    ++rounds_;
    for (size_t m = 0; m < weights_.size(); ++m) {
      if (weights_[m] == 0) continue;
      for (float& p : nn::Slice(parameters, layout_.module_block(static_cast<int>(m)))) {
        p += (target_ - p) / 2;
      }
    }
    return 1.0 / rounds_;
  }
  std::string SaveState() const override { return {}; }
  Status RestoreState(std::string_view) override { return OkStatus(); }
  StatusOr<std::vector<training::HeldOutPredictions>> PredictHeldOut(
      std::span<const float>, const std::atomic<bool>&) override {
    return std::vector<training::HeldOutPredictions>{};
  }
  StatusOr<training::Report> Evaluate(std::span<const float>, const std::atomic<bool>&) override {
    return training::Report{10, 0, {}};
  }

  // Candidates for the final model: the model itself, and the model with everything doubled. Each
  // site votes with its target for the second, so all of them must come to the same choice.
  size_t selection_size() const override { return chooses_ ? 1 : 0; }
  StatusOr<std::vector<double>> SelectionSums(std::span<const float>,
                                              const std::atomic<bool>&) override {
    return std::vector<double>{target_};
  }
  StatusOr<std::vector<float>> Select(std::span<const double> over_sites,
                                      std::span<const float> parameters) override {
    std::vector<float> selected(parameters.begin(), parameters.end());
    if (over_sites[0] > 0) {
      for (float& p : selected) p *= 2;
    }
    return selected;
  }
  size_t calibration_size() const override { return chooses_ ? 2 : 0; }
  StatusOr<std::vector<double>> CalibrationSums(std::span<const float> parameters,
                                                const std::atomic<bool>&) override {
    return std::vector<double>{target_, parameters.front()};
  }
  Status UseCalibration(std::span<const double> over_sites) override {
    calibration_.assign(over_sites.begin(), over_sites.end());
    return OkStatus();
  }
  void ChooseAtTheEnd() { chooses_ = true; }
  const std::vector<double>& calibration() const { return calibration_; }

  const std::vector<double>& statistics() const { return statistics_; }
  int rounds() const { return rounds_; }

 private:
  std::vector<float> weights_;
  float target_;
  nn::Layout layout_;
  std::vector<double> statistics_, calibration_;
  bool chooses_ = false;
  int rounds_ = 0;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_LEARNER_H_
