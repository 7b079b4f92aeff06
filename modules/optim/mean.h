#ifndef CONSILIUM_MODULES_OPTIM_MEAN_H_
#define CONSILIUM_MODULES_OPTIM_MEAN_H_

#include <algorithm>
#include <span>
#include <vector>

namespace consilium::optim {

// A moving average from nothing instead of from a first value, corrected for its bias: every sample
// counts as in the long run from the first on.
class BiasCorrectedEma {
 public:
  explicit BiasCorrectedEma(double decay) : decay_(decay) {}

  void Add(std::span<const double> sample) {
    raw_.resize(std::max(raw_.size(), sample.size()), 0);
    for (size_t i = 0; i < sample.size(); ++i) {
      raw_[i] = decay_ * raw_[i] + (1 - decay_) * sample[i];
    }
    weight_ = decay_ * weight_ + (1 - decay_);
  }

  // sum_k (1 - decay) decay^(n-k) x_k, and what these weights add up to: 1 - decay^n.
  const std::vector<double>& raw() const { return raw_; }
  double weight() const { return weight_; }

  // raw / weight; zeros before the first sample.
  std::vector<double> Value() const {
    std::vector<double> value = raw_;
    for (double& number : value) number = weight_ > 0 ? number / weight_ : 0;
    return value;
  }

 private:
  const double decay_;
  double weight_ = 0;
  std::vector<double> raw_;
};

// A weighted mean, one sample after the other. With an emphasis e > 1 new samples count e times as
// much as they would among so many: mean <- mean + (x - mean) e w / (sum of w + e - 1).
class WeightedMean {
 public:
  explicit WeightedMean(double emphasis = 1) : emphasis_(emphasis) {}

  void Add(double sample, double weight = 1) {
    total_ += weight;
    const double denominator = total_ + emphasis_ - 1;
    if (first_) {
      value_ = sample;
    } else if (denominator > 0) {
      value_ += (sample - value_) * emphasis_ * weight / denominator;
    }
    first_ = false;
  }

  double value() const { return value_; }
  double total() const { return total_; }

 private:
  const double emphasis_;
  bool first_ = true;
  double value_ = 0;
  double total_ = 0;
};

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_MEAN_H_
