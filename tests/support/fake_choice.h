#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_CHOICE_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_CHOICE_H_

#include <vector>

#include "server/training/learner.h"

namespace consilium::testing {

// Candidates for the final model: the model itself, and the model with everything doubled. Each
// site votes with its target for the second, so all of them must come to the same choice.
class FakeSelection final : public training::ModelSelection {
 public:
  explicit FakeSelection(float target) : target_(target) {}

  size_t size() const override { return 1; }
  StatusOr<std::vector<double>> Sums(std::span<const float>, const std::atomic<bool>&) override {
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

 private:
  const float target_;
};

// Keeps what it is to use.
class FakeCalibration final : public training::ModelCalibration {
 public:
  explicit FakeCalibration(float target) : target_(target) {}

  size_t size() const override { return 2; }
  StatusOr<std::vector<double>> Sums(std::span<const float> parameters,
                                     const std::atomic<bool>&) override {
    return std::vector<double>{target_, parameters.front()};
  }
  Status Use(std::span<const double> over_sites) override {
    used_.assign(over_sites.begin(), over_sites.end());
    return OkStatus();
  }

  const std::vector<double>& used() const { return used_; }

 private:
  const float target_;
  std::vector<double> used_;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_CHOICE_H_
