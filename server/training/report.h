#ifndef CONSILIUM_SERVER_TRAINING_REPORT_H_
#define CONSILIUM_SERVER_TRAINING_REPORT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/data/schema.h"

namespace consilium::training {

// Scores of one model for one outcome over held-out patients. Absent where undefined: with no
// patient, or with one class only for the AUROC.
struct Scores {
  std::optional<double> auroc;
  std::optional<double> macro_f1;
  std::optional<double> accuracy;
  std::optional<double> ece;
  std::optional<double> nll;
};

struct ModelReport {
  std::string model;  // "federated", "local", "logistic_regression"
  Scores scores;
};

struct OutcomeScores {
  std::string outcome;
  std::vector<ModelReport> models;
};

// What a site says of a finished run: aggregates only.
struct Report {
  int training_patients = 0;
  int held_out_patients = 0;
  std::vector<OutcomeScores> outcomes;
};

// What one model says of held-out patients, outcome by outcome of the schema.
struct HeldOutPredictions {
  std::string model;
  std::vector<std::vector<float>> probabilities;  // [outcome][patient, class]
  std::vector<std::vector<int32_t>> labels;       // [outcome][patient]
};

// The scores of each model's predictions.
std::vector<OutcomeScores> ScoresOf(const data::Schema& schema,
                                    std::span<const HeldOutPredictions> predictions);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_REPORT_H_
