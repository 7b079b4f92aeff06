#include "lab/experiments/air_training.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "base/random.h"

namespace consilium::experiments {
namespace {

// logits = x W, of one case; weights is inputs x classes.
void Logits(const float* x, const std::vector<float>& weights, std::vector<float>& logits) {
  const size_t classes = logits.size();
  std::fill(logits.begin(), logits.end(), 0.0F);
  const float* row = weights.data();
  for (size_t j = 0; j * classes < weights.size(); ++j, row += classes) {
    for (size_t c = 0; c < classes; ++c) logits[c] += x[j] * row[c];
  }
}

// gradient += share d(negative log-likelihood)/dW of one case; logits are spent.
void AddGradient(const float* x, int32_t label, float share, std::vector<float>& logits,
                 std::vector<float>& gradient) {
  const size_t classes = logits.size();
  const float largest = *std::max_element(logits.begin(), logits.end());
  float sum = 0;
  for (float& z : logits) sum += z = std::exp(z - largest);
  for (float& z : logits) z *= share / sum;
  logits[static_cast<size_t>(label)] -= share;
  float* row = gradient.data();
  for (size_t j = 0; j * classes < gradient.size(); ++j, row += classes) {
    for (size_t c = 0; c < classes; ++c) row[c] += x[j] * logits[c];
  }
}

double Accuracy(const Rows& rows, const std::vector<float>& weights) {
  std::vector<float> logits(static_cast<size_t>(rows.classes));
  int right = 0;
  for (int i = 0; i < rows.size(); ++i) {
    Logits(rows.x.data() + i * rows.row, weights, logits);
    const auto best = std::max_element(logits.begin(), logits.end()) - logits.begin();
    right += best == rows.labels[static_cast<size_t>(i)] ? 1 : 0;
  }
  return static_cast<double>(right) / std::max(rows.size(), 1);
}

class AirTrainer {
 public:
  AirTrainer(const Rows& rows, const AirTraining& how, uint64_t seed)
      : rows_(rows),
        how_(how),
        seed_(seed),
        logits_(static_cast<size_t>(rows.classes)),
        weights_(static_cast<size_t>(rows.inputs * rows.classes)),
        velocity_(weights_.size()),
        result_(weights_.size()),
        gradients_(static_cast<size_t>(how.sites), weights_),
        counts_(static_cast<size_t>(how.sites), std::vector<double>{1.0}) {}

  Status Begin() {
    FlatShape shape;
    shape.blocks = {{0, weights_.size()}};
    shape.matrices = {{0, rows_.inputs, rows_.classes, 0}};
    ASSIGN_OR_RETURN(channel_,
                     air::MakeChannel(how_.channel, Random::Named(seed_, "channel").Bits()));
    for (int site = 0; site < how_.sites; ++site) {
      ASSIGN_OR_RETURN(auto scheme, air::MakeAirScheme<float>(how_.scheme, shape, seed_));
      schemes_.push_back(std::move(scheme));
    }
    return OkStatus();
  }

  // False once a number is not finite.
  StatusOr<bool> Step(int step) {
    std::vector<std::span<const float>> signals;
    for (int site = 0; site < how_.sites; ++site) {
      const auto s = static_cast<size_t>(site);
      DrawGradient(step, site, gradients_[s]);
      signals.push_back(schemes_[s]->Begin(gradients_[s]));
    }
    ASSIGN_OR_RETURN(const auto mean,
                     air::AverageOverTheAir<float>(signals, schemes_.front()->Segments(), counts_,
                                                   how_.allocation, how_.channel, *channel_,
                                                   static_cast<uint64_t>(step)));
    for (size_t s = 0; s < schemes_.size(); ++s) {
      schemes_[s]->End(mean.mean, mean.counted[s], result_);
    }
    bool finite = true;
    for (size_t i = 0; i < weights_.size(); ++i) {
      velocity_[i] = static_cast<float>(how_.momentum) * velocity_[i] + result_[i];
      weights_[i] -= static_cast<float>(how_.rate) * velocity_[i];
      finite = finite && std::abs(weights_[i]) < 1e6F;
    }
    return finite;
  }

  const std::vector<float>& weights() const { return weights_; }

 private:
  void DrawGradient(int step, int site, std::vector<float>& gradient) {
    Random random = Random::Named(seed_, "batch", static_cast<uint64_t>(step * how_.sites + site));
    const int part = rows_.size() / how_.sites;
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    for (int k = 0; k < how_.batch; ++k) {
      const int i = site * part + static_cast<int>(random.Below(static_cast<uint64_t>(part)));
      const float* x = rows_.x.data() + i * rows_.row;
      Logits(x, weights_, logits_);
      AddGradient(x, rows_.labels[static_cast<size_t>(i)], 1.0F / static_cast<float>(how_.batch),
                  logits_, gradient);
    }
  }

  const Rows& rows_;
  const AirTraining& how_;
  const uint64_t seed_;
  std::unique_ptr<air::Channel> channel_;
  std::vector<std::unique_ptr<air::AirScheme<float>>> schemes_;
  std::vector<float> logits_, weights_, velocity_, result_;
  std::vector<std::vector<float>> gradients_;
  std::vector<std::vector<double>> counts_;
};

}  // namespace

StatusOr<AirAccuracy> TrainOverTheAir(const ClassificationTask& task, const AirTraining& how,
                                      uint64_t seed) {
  if (how.sites < 1 || task.train.size() < how.sites || how.batch < 1) {
    return InvalidArgument("{} cases for {} sites with batches of {}: expected at least one each",
                           task.train.size(), how.sites, how.batch);
  }
  AirTrainer trainer(task.train, how, seed);
  RETURN_IF_ERROR(trainer.Begin());
  for (int step = 0; step < how.steps; ++step) {
    ASSIGN_OR_RETURN(const bool finite, trainer.Step(step));
    if (!finite) return AirAccuracy{};
  }
  return AirAccuracy{Accuracy(task.validation, trainer.weights()),
                     Accuracy(task.test, trainer.weights())};
}

}  // namespace consilium::experiments
