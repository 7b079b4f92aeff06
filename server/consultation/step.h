#ifndef CONSILIUM_SERVER_CONSULTATION_STEP_H_
#define CONSILIUM_SERVER_CONSULTATION_STEP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/data/value_check.h"

// What is said in a consultation, as plain values: see proto/consultation.proto for what they mean.
namespace consilium::consultation {

// The numbers of a vector (one row), a series (the earliest first) or an image.
struct GivenRows {
  std::vector<std::vector<double>> rows;
};

// A PGM or PNG.
struct GivenImage {
  std::string bytes;
};

struct GivenAnswer {
  std::string feature;
  std::variant<double, std::string, GivenRows, GivenImage> value;  // text: a category
  std::string unit;                                                // empty: the schema's
};

struct Observe {
  GivenAnswer answer;
};
struct Revise {
  GivenAnswer answer;
};
struct Withdraw {
  std::string feature;
};
struct MarkUnknown {
  std::string feature;
};
struct WhatIf {
  GivenAnswer answer;
};
// No action at all is refused as such.
using ConsultationAction =
    std::variant<std::monostate, Observe, Revise, Withdraw, MarkUnknown, WhatIf>;

// Why an action was not taken.
struct StepRefusal {
  std::string feature;
  data::RefusalReason reason = data::RefusalReason::kNoAction;
  std::string message;  // for the clinician; may repeat the value, so never for a log
};

struct Suggestion {
  int feature = 0;
  double information_gain = 0;  // expected, in bits, summed over the outcomes; not below 0
};

// What one answer did to the log odds of each outcome's last class.
struct Contribution {
  int feature = 0;
  std::vector<double> log_odds_change;  // when it was given, after those before it
  std::vector<double> left_out;         // against the same answers without it
};

// What is expected of an answer not given yet.
struct Expectation {
  int feature = 0;
  double mean = 0, deviation = 0;    // of a number, in its unit
  std::vector<float> probabilities;  // of each category
};

// The answer to an action. Features and outcomes are indices of the release's schema.
struct Step {
  int answers = 0;  // that count
  // Outcome after outcome, class after class, calibrated; of a number mean and deviation as the
  // network gives them: see Release::EstimateOf.
  std::vector<float> probabilities;
  std::vector<float> uncalibrated;  // the same, all as the network gives them
  std::vector<uint8_t> possible;    // likewise: 1 if the class belongs to the conformal set
  std::vector<int> calibrated_on;   // by outcome: validation patients; 0: not calibrated
  // By outcome: of the last class, or of the mean (in its unit), against the step before.
  std::vector<double> change;
  std::vector<double> log_odds_change;  // by outcome: of the last class against all others
  std::optional<StepRefusal> refusal;   // then nothing changed
  std::vector<int> missing;             // features not answered, in asking order
  std::vector<Suggestion> suggestions;  // best first
  // Where the consultation explains itself:
  std::vector<Contribution> contributions;  // in the order of answering
  std::vector<Expectation> expected;        // of `missing`, where the model has feature decoders
};

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_STEP_H_
