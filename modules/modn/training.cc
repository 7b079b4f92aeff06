#include "modules/modn/training.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace consilium::modn {
namespace {

std::vector<Block> TrainableBlocks(const nn::Layout& layout, std::span<const uint8_t> trainable) {
  std::vector<Block> blocks;
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    if (trainable.empty() || trainable[m] != 0) {
      blocks.push_back(layout.module_block(static_cast<int>(m)));
    }
  }
  return blocks;
}

void AddProximal(const StepTerms& terms, const std::vector<Block>& blocks,
                 std::span<const float> parameters, std::span<float> gradient) {
  if (!(terms.proximal > 0) || terms.start.empty()) return;
  const auto weight = static_cast<float>(terms.proximal);
  for (const Block& block : blocks) {
    for (size_t i = block.offset; i < block.offset + block.size; ++i) {
      gradient[i] += weight * (parameters[i] - terms.start[i]);
    }
  }
}

void AddDrift(const StepTerms& terms, const std::vector<Block>& blocks,
              std::span<float> parameters) {
  if (terms.drift.empty()) return;
  for (const Block& block : blocks) {
    for (size_t i = block.offset; i < block.offset + block.size; ++i) {
      parameters[i] += terms.drift[i];
    }
  }
}

}  // namespace

TrainingPass::TrainingPass(const Architecture& architecture, const Examples& examples,
                           Objective<float>& objective, optim::Optimiser& optimiser,
                           PassOptions options)
    : architecture_(architecture),
      examples_(examples),
      objective_(objective),
      optimiser_(optimiser),
      options_(options) {}

double TrainingPass::Run(std::span<const int> patients, uint64_t seed, uint64_t pass, double rate,
                         std::span<const uint8_t> trainable, std::span<float> parameters,
                         const std::function<bool()>& stop, const nn::Parallel& parallel) {
  const std::vector<Block> blocks = TrainableBlocks(objective_.layout(), trainable);
  Random random = Random::Named(seed, "training pass", pass);
  Random samples = Random::Named(seed, "training samples", pass);
  shuffled_.assign(patients.begin(), patients.end());
  random.Shuffle(std::span<int>(shuffled_));
  PrepareMasking(patients);
  const auto features = static_cast<int>(architecture_.features.size());
  order_ = AllOf(features);
  gradient_.resize(parameters.size());
  const auto size = static_cast<size_t>(std::max(1, options_.batch));
  double loss = 0;
  int batches = 0;
  for (size_t first = 0; first < shuffled_.size(); first += size) {
    if (stop && stop()) break;
    const std::span<const int> batch =
        std::span<const int>(shuffled_).subspan(first, std::min(size, shuffled_.size() - first));
    OrderQuestions(random, batch.size());
    HideAnswers(random, batch);
    const bool repeats = options_.repeat_question && options_.order != QuestionOrder::kOwn;
    const int repeated = repeats && features > 0 ? 1 : 0;
    if (repeated > 0) order_.push_back(order_[samples.Below(static_cast<uint64_t>(features))]);
    const Batch seen{batch, order_, hidden_, repeated, samples.Bits(), own_orders_};
    std::fill(gradient_.begin(), gradient_.end(), 0.0f);
    loss += objective_.AddGradient(parameters, examples_, seen, gradient_, parallel).Total();
    order_.resize(static_cast<size_t>(features));
    AddProximal(terms_, blocks, parameters, gradient_);
    optim::Clip(options_.clip_scope, gradient_, blocks, options_.gradient_clip);
    AddDrift(terms_, blocks, parameters);  // first, so that who watches the optimiser sees both
    optimiser_.Step(gradient_, rate, blocks, parameters);
    ++batches;
  }
  return batches > 0 ? loss / batches : 0;
}

void TrainingPass::PrepareMasking(std::span<const int> patients) {
  if (options_.masking == Masking::kNone) return;
  if (equalisation_ && std::ranges::equal(equalised_patients_, patients)) return;
  equalised_patients_.assign(patients.begin(), patients.end());
  equalisation_.emplace(examples_, patients);
}

void TrainingPass::OrderQuestions(Random& random, size_t patients) {
  own_orders_.clear();
  if (options_.order == QuestionOrder::kShuffled) random.Shuffle(std::span<int>(order_));
  ByLevel(order_);
  if (options_.order != QuestionOrder::kOwn) return;
  const size_t features = order_.size();
  for (size_t i = 0; i < patients; ++i) {
    own_orders_.insert(own_orders_.end(), order_.begin(), order_.end());
    const std::span<int> own = std::span(own_orders_).last(features);
    random.Shuffle(own);
    ByLevel(own);
  }
}

void TrainingPass::ByLevel(std::span<int> order) const {
  if (options_.levels.empty()) return;
  const auto level = [this](int feature) { return options_.levels[static_cast<size_t>(feature)]; };
  std::ranges::stable_sort(order, {}, level);
}

void TrainingPass::HideAnswers(Random& random, std::span<const int> patients) {
  hidden_.clear();
  if (options_.answer_dropout <= 0 && !equalisation_) return;
  hidden_.resize(patients.size() * architecture_.features.size());
  if (options_.answer_dropout > 0) {
    for (uint8_t& hidden : hidden_) hidden = random.Uniform() < options_.answer_dropout ? 1 : 0;
  }
  if (equalisation_) equalisation_->Hide(patients, random, hidden_);
}

}  // namespace consilium::modn
