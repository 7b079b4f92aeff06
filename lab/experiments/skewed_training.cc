#include "lab/experiments/skewed_training.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/random.h"
#include "lab/experiments/exchange_network.h"
#include "lab/experiments/label_skew.h"
#include "modules/modn/fusion_network.h"

namespace consilium::experiments {
namespace {

constexpr int kLooks = 5;
constexpr float kLargest = 1e4f;  // deviations beyond it are no training any more

double RateAt(const SkewedTraining& how, int step) {
  const double done = static_cast<double>(step) / how.steps;
  const double warm = std::min(1.0, (step + 1) / (0.025 * how.steps));
  return how.rate * warm * (done < 0.75 ? 1 : done < 0.9 ? 0.1 : 0.01);
}

// The sites' models as deviations from the one that all begin with, as exchanges want them.
class Sites {
 public:
  Sites(const ClassificationTask& task, int sites, const SkewedTraining& how, uint64_t seed)
      : task_(task),
        how_(how),
        parts_(SkewedParts(task.train, sites, how.alpha, seed)),
        network_(task.train.inputs, how.hidden, {task.train.classes}),
        random_(Random::Named(seed, "batches")),
        start_(network_.size()),
        model_(network_.size()),
        gradient_(network_.size()),
        deviations_(parts_.size(), std::vector<float>(network_.size())),
        momenta_(deviations_) {
    network_.Initialise(seed, start_);
  }

  size_t size() const { return start_.size(); }
  std::vector<std::vector<float>>& deviations() { return deviations_; }

  void Step(double rate) {
    for (size_t site = 0; site < parts_.size(); ++site) {
      DrawBatch(parts_[site]);
      std::fill(gradient_.begin(), gradient_.end(), 0.0f);
      network_.AddGradient(Model(site), how_.batch, x_.data(), labels_, gradient_);
      std::vector<float>& momentum = momenta_[site];
      const auto keep = static_cast<float>(how_.momentum), step = static_cast<float>(rate);
      for (size_t i = 0; i < gradient_.size(); ++i) {
        momentum[i] = keep * momentum[i] + gradient_[i];
        deviations_[site][i] -= step * (gradient_[i] + keep * momentum[i]);
      }
    }
  }

  bool Sane() const {
    return std::ranges::all_of(deviations_, [](const std::vector<float>& deviation) {
      return std::ranges::all_of(deviation, [](float d) { return std::abs(d) < kLargest; });
    });
  }

  // Adds each site's share of right labels.
  void Look(const Rows& rows, std::vector<double>& right) {
    for (size_t site = 0; site < parts_.size(); ++site) {
      const std::vector<float> says = network_.Predict(Model(site), rows.size(), rows.x.data())[0];
      int hits = 0;
      for (int i = 0; i < rows.size(); ++i) {
        const float* p = says.data() + static_cast<size_t>(i * rows.classes);
        hits += std::max_element(p, p + rows.classes) - p == rows.labels[static_cast<size_t>(i)];
      }
      right[site] += static_cast<double>(hits) / rows.size();
    }
  }

 private:
  std::span<const float> Model(size_t site) {
    for (size_t i = 0; i < model_.size(); ++i) model_[i] = start_[i] + deviations_[site][i];
    return model_;
  }

  void DrawBatch(const std::vector<int>& part) {
    const auto row = static_cast<size_t>(task_.train.row);
    x_.resize(static_cast<size_t>(how_.batch) * row);
    labels_.resize(static_cast<size_t>(how_.batch));
    for (size_t k = 0; k < labels_.size(); ++k) {
      const auto from = static_cast<size_t>(part[random_.Below(part.size())]);
      std::copy_n(task_.train.x.data() + from * row, row, x_.data() + k * row);
      labels_[k] = task_.train.labels[from];
    }
  }

  const ClassificationTask& task_;
  const SkewedTraining& how_;
  const std::vector<std::vector<int>> parts_;
  modn::FusionNetwork<float> network_;
  Random random_;
  std::vector<float> start_, model_, gradient_;
  std::vector<std::vector<float>> deviations_, momenta_;
  AlignedVector<float> x_;
  std::vector<int32_t> labels_;
};

double Worst(const std::vector<double>& right) { return *std::ranges::min_element(right) / kLooks; }

}  // namespace

StatusOr<SkewedScore> TrainSkewed(const ClassificationTask& task,
                                  schedule::ExchangeOptions exchange, const SkewedTraining& how,
                                  uint64_t seed) {
  const int count = exchange.graph.size();
  if (count < 1 || task.train.size() < count) {
    return InvalidArgument("{} cases for {} sites, expected one each", task.train.size(), count);
  }
  Sites sites(task, count, how, seed);
  exchange.shape.blocks = {{0, sites.size()}};
  exchange.weights.assign(static_cast<size_t>(count), {1.0});
  ASSIGN_OR_RETURN(auto network, ExchangeNetwork<float>::Create(std::move(exchange)));
  std::vector<double> validation(static_cast<size_t>(count)), test(validation);
  const int apart = std::max(1, how.steps / (40 * kLooks));
  for (int step = 0; step < how.steps; ++step) {
    sites.Step(RateAt(how, step));
    if (!sites.Sane()) return SkewedScore{};
    RETURN_IF_ERROR(network.Round(sites.deviations()));
    const int left = how.steps - 1 - step;
    if (left % apart != 0 || left >= apart * kLooks) continue;
    sites.Look(task.validation, validation);
    sites.Look(task.test, test);
  }
  return SkewedScore{Worst(validation), Worst(test)};
}

}  // namespace consilium::experiments
