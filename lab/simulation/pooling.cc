#include "lab/simulation/pooling.h"

#include <array>

namespace consilium::simulation {
namespace {

constexpr std::array kScores = {&training::Scores::auroc, &training::Scores::macro_f1,
                                &training::Scores::accuracy, &training::Scores::ece,
                                &training::Scores::nll};

template <typename T>
void Extend(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

void Append(std::span<const training::HeldOutPredictions> more,
            std::vector<training::HeldOutPredictions>& all) {
  if (all.empty()) {
    all.assign(more.begin(), more.end());
    return;
  }
  for (size_t m = 0; m < all.size(); ++m) {
    for (size_t o = 0; o < all[m].labels.size(); ++o) {
      Extend(all[m].labels[o], more[m].labels[o]);
      Extend(all[m].probabilities[o], more[m].probabilities[o]);
    }
  }
}

training::HeldOutPredictions Part(const training::HeldOutPredictions& all, int first, int count) {
  training::HeldOutPredictions part{all.model, {}, {}};
  for (size_t o = 0; o < all.labels.size(); ++o) {
    const std::vector<int32_t>& labels = all.labels[o];
    const std::vector<float>& numbers = all.probabilities[o];
    const auto classes =
        static_cast<ptrdiff_t>(labels.empty() ? 0 : numbers.size() / labels.size());
    part.labels.emplace_back(labels.begin() + first, labels.begin() + first + count);
    part.probabilities.emplace_back(numbers.begin() + first * classes,
                                    numbers.begin() + (first + count) * classes);
  }
  return part;
}

std::vector<training::OutcomeScores> MeanOver(
    std::span<const std::vector<training::OutcomeScores>> sites) {
  if (sites.empty()) return {};
  std::vector<training::OutcomeScores> mean = sites.front();
  for (size_t o = 0; o < mean.size(); ++o) {
    for (size_t m = 0; m < mean[o].models.size(); ++m) {
      for (const auto score : kScores) {
        double sum = 0;
        int defined = 0;
        for (const std::vector<training::OutcomeScores>& site : sites) {
          const std::optional<double>& value = site[o].models[m].scores.*score;
          if (!value) continue;
          sum += *value;
          ++defined;
        }
        mean[o].models[m].scores.*score = defined > 0 ? std::optional(sum / defined) : std::nullopt;
      }
    }
  }
  return mean;
}

}  // namespace consilium::simulation
