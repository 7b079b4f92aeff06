#ifndef CONSILIUM_SERVER_TRAINING_REPORT_H_
#define CONSILIUM_SERVER_TRAINING_REPORT_H_

#include <optional>
#include <string>
#include <vector>

namespace consilium {

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

}  // namespace consilium

#endif  // CONSILIUM_SERVER_TRAINING_REPORT_H_
