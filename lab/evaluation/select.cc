#include "lab/evaluation/select.h"

namespace consilium::evaluation {

std::vector<LabelledPredictions> Select(const data::Schema& schema,
                                        std::span<const Collected> by_seed,
                                        const Selection& selection) {
  const size_t classes = schema.outcomes[selection.outcome].classes.size();
  std::vector<LabelledPredictions> selected;
  for (const Collected& sites : by_seed) {
    LabelledPredictions& chosen = selected.emplace_back();
    chosen.classes = static_cast<int>(classes);
    for (size_t s = 0; s < sites.size(); ++s) {
      const training::HeldOutPredictions& model =
          sites[s].predictions[selection.variant][selection.model];
      const std::vector<int32_t>& labels = model.labels[selection.outcome];
      const std::vector<float>& probabilities = model.probabilities[selection.outcome];
      for (size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0) continue;
        const int patient = static_cast<int>(i);
        if (selection.grouping.group_of(s, sites[s].held_out, patient) != selection.group) continue;
        chosen.labels.push_back(labels[i]);
        chosen.probabilities.insert(
            chosen.probabilities.end(), probabilities.begin() + static_cast<ptrdiff_t>(i * classes),
            probabilities.begin() + static_cast<ptrdiff_t>((i + 1) * classes));
      }
    }
  }
  return selected;
}

std::vector<int> CountClasses(const LabelledPredictions& predictions) {
  std::vector<int> counts(static_cast<size_t>(predictions.classes));
  for (const int32_t label : predictions.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

}  // namespace consilium::evaluation
