#include "server/training/report.h"

#include "modules/metrics/scores.h"

namespace consilium {

std::vector<OutcomeScores> ScoresOf(const Schema& schema,
                                    std::span<const HeldOutPredictions> predictions) {
  std::vector<OutcomeScores> outcomes;
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    OutcomeScores& outcome = outcomes.emplace_back();
    outcome.outcome = schema.outcomes[o].key;
    for (const HeldOutPredictions& model : predictions) {
      const Predictions view{static_cast<int>(schema.outcomes[o].classes.size()),
                             model.probabilities[o], model.labels[o]};
      outcome.models.push_back({model.model,
                                {Auroc(view), MacroF1(view), Accuracy(view), CalibrationError(view),
                                 NegativeLogLikelihood(view)}});
    }
  }
  return outcomes;
}

}  // namespace consilium
