#include "modules/modn/parallel_fusion.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "base/random.h"
#include "modules/modn/fusion_network.h"
#include "modules/optim/clip.h"
#include "modules/optim/optimiser.h"
#include "modules/optim/rate.h"

namespace consilium::modn {
namespace {

std::vector<int> WithALabel(const Examples& examples, std::span<const int> patients) {
  std::vector<int> known;
  for (const int patient : patients) {
    const auto has_one = [&](const std::vector<int32_t>& row) {
      return row[static_cast<size_t>(patient)] >= 0;
    };
    if (std::ranges::any_of(examples.labels, has_one)) known.push_back(patient);
  }
  return known;
}

// What training keeps from batch to batch.
class Fitting {
 public:
  Fitting(const Examples& examples, const StandardisedInputs& inputs,
          const ParallelFusionOptions& options, std::vector<int> patients,
          FusionNetwork<float>& network)
      : examples_(examples),
        inputs_(inputs),
        options_(options),
        patients_(std::move(patients)),
        network_(network),
        parameters_(network.size()),
        gradient_(network.size()),
        adam_(optim::NewAdam({.weight_decay = options.weight_decay}, network.size())) {
    network_.Initialise(options.seed, parameters_);
    if (options.masking == Masking::kClassEqualised) equalisation_.emplace(examples, patients_);
  }

  // False if told to stop.
  bool Pass(int pass, const std::function<bool()>& stop) {
    Random random = Random::Named(options_.seed, "fusion pass", static_cast<uint64_t>(pass));
    const double rate = optim::RateAt({optim::RateShape::kCosine, options_.learning_rate,
                                       options_.final_learning_rate, options_.passes, 0},
                                      pass);
    random.Shuffle(std::span<int>(patients_));
    const auto size = static_cast<size_t>(std::max(1, options_.batch));
    for (size_t first = 0; first < patients_.size(); first += size) {
      if (stop && stop()) return false;
      Step(
          random, rate,
          std::span<const int>(patients_).subspan(first, std::min(size, patients_.size() - first)));
    }
    return true;
  }

  std::vector<float>& parameters() { return parameters_; }

 private:
  void Step(Random& random, double rate, std::span<const int> batch) {
    Gather(random, batch);
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    network_.AddGradient(parameters_, static_cast<int>(batch.size()), x_.data(), labels_,
                         gradient_);
    const Block all{0, parameters_.size()};
    optim::ClipByNorm(gradient_, {&all, 1}, options_.gradient_clip);
    adam_->Step(gradient_, rate, {&all, 1}, parameters_);
  }

  void Gather(Random& random, std::span<const int> batch) {
    const size_t n = batch.size(), features = examples_.values.size();
    const auto row = static_cast<size_t>(network_.input_row());
    hidden_.assign(n * features, 0);
    if (options_.answer_dropout > 0) {
      for (uint8_t& hidden : hidden_) hidden = random.Uniform() < options_.answer_dropout ? 1 : 0;
    }
    if (equalisation_) equalisation_->Hide(batch, random, hidden_);
    x_.assign(n * row, 0);
    for (size_t i = 0; i < n; ++i) {
      const std::span<float> x = std::span<float>(x_).subspan(i * row, row);
      inputs_.Write<float>(examples_, batch[i], x);
      inputs_.Hide([&](int f) { return hidden_[static_cast<size_t>(f) * n + i] != 0; }, x);
      x[inputs_.size()] = 1;
    }
    labels_.clear();
    for (const std::vector<int32_t>& labels : examples_.labels) {
      for (const int patient : batch) labels_.push_back(labels[static_cast<size_t>(patient)]);
    }
  }

  const Examples& examples_;
  const StandardisedInputs& inputs_;
  const ParallelFusionOptions& options_;
  std::vector<int> patients_;
  FusionNetwork<float>& network_;
  std::vector<float> parameters_, gradient_;
  const std::unique_ptr<optim::Optimiser> adam_;
  std::optional<ClassEqualisation> equalisation_;
  std::vector<uint8_t> hidden_;
  AlignedVector<float> x_;
  std::vector<int32_t> labels_;
};

}  // namespace

StatusOr<ParallelFusion> ParallelFusion::Fit(const Architecture& architecture,
                                             const Examples& examples,
                                             std::span<const int> patients,
                                             const ParallelFusionOptions& options,
                                             const std::function<bool()>& stop) {
  std::vector<int> known = WithALabel(examples, patients);
  if (known.empty()) return FailedPrecondition("no patient has a label to fit to");
  ParallelFusion model(StandardisedInputs(architecture, examples, known, options.indicators));
  model.hidden_ = options.hidden;
  for (const OutcomeShape& outcome : architecture.outcomes) {
    if (outcome.classes == 0) {
      return InvalidArgument("outcome '{}' is a number; parallel fusion predicts classes only",
                             outcome.key);
    }
    model.classes_.push_back(outcome.classes);
  }
  FusionNetwork<float> network(static_cast<int>(model.inputs_.size()), model.hidden_,
                               model.classes_);
  Fitting fitting(examples, model.inputs_, options, std::move(known), network);
  for (int pass = 0; pass < options.passes; ++pass) {
    if (!fitting.Pass(pass, stop)) return Cancelled("fitting was interrupted");
  }
  if (!std::ranges::all_of(fitting.parameters(), [](float p) { return std::isfinite(p); })) {
    return Internal("fitting left the finite numbers: lower the learning rate");
  }
  model.parameters_ = std::move(fitting.parameters());
  return model;
}

std::vector<std::vector<float>> ParallelFusion::Predict(const Examples& examples,
                                                        std::span<const int> patients) const {
  FusionNetwork<float> network(static_cast<int>(inputs_.size()), hidden_, classes_);
  const auto row = static_cast<size_t>(network.input_row());
  AlignedVector<float> x(patients.size() * row);
  for (size_t i = 0; i < patients.size(); ++i) {
    const std::span<float> inputs = std::span<float>(x).subspan(i * row, row);
    inputs_.Write<float>(examples, patients[i], inputs);
    inputs[inputs_.size()] = 1;
  }
  return network.Predict(parameters_, static_cast<int>(patients.size()), x.data());
}

}  // namespace consilium::modn
