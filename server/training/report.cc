#include "server/training/report.h"

#include "modules/metrics/scores.h"

namespace consilium::training {

std::vector<OutcomeScores> ScoresOf(const data::Schema& schema,
                                    std::span<const HeldOutPredictions> predictions) {
  std::vector<OutcomeScores> outcomes;
  for (size_t o = 0; o < schema.outcomes.size(); ++o) {
    OutcomeScores& outcome = outcomes.emplace_back();
    outcome.outcome = schema.outcomes[o].key;
    for (const HeldOutPredictions& model : predictions) {
      const metrics::Predictions view{static_cast<int>(schema.outcomes[o].classes.size()),
                                      model.probabilities[o], model.labels[o]};
      outcome.models.push_back(
          {model.model,
           {metrics::Auroc(view), metrics::MacroF1(view), metrics::Accuracy(view),
            metrics::CalibrationError(view), metrics::NegativeLogLikelihood(view)}});
    }
  }
  return outcomes;
}

}  // namespace consilium::training
