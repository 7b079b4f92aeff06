#ifndef CONSILIUM_CLIENT_API_CONSULTATION_H_
#define CONSILIUM_CLIENT_API_CONSULTATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "client/api/questionnaire.h"

// A consultation as a client sees it, as plain values: see proto/consultation.proto for what they
// mean.
namespace consilium::api {

// What a client does in a consultation.
struct Act {
  enum class Kind { kBegin, kObserve, kRevise, kWithdraw, kUnknown, kWhatIf };
  Kind kind = Kind::kBegin;
  std::string feature;
  std::string value;                           // a number or a category, as written
  std::string unit;                            // empty: the schema's
  uint32_t suggestions = 0;                    // kBegin only; 0: the node's choice
  std::vector<std::vector<double>> rows = {};  // of a vector, series or image, instead of a value
  std::string image = {};                      // a PGM or PNG, instead of a value
  bool explain = false;                        // kBegin only
};

struct ClassChance {
  std::string label;
  double probability = 0;   // calibrated, if there is a confidence
  double uncalibrated = 0;  // as the network gives it
};

// What predictions after about as many answers were worth on validation patients.
struct PredictionConfidence {
  std::vector<std::string> set;  // the classes that may be true
  double coverage = 0;           // of each class's patients, at least so many are in their set
  bool abstain = false;          // the set does not name one class
  int patients = 0;              // validation patients behind it
};

// Of an outcome that is a number.
struct NumberEstimate {
  double mean = 0;
  double deviation = 0;
  std::string unit;  // what people read; "1" where there is none
};

struct OutcomeChance {
  std::string outcome;
  std::vector<ClassChance> classes;
  double change = 0;  // of the last class's probability, or of the mean, against the step before
  double log_odds_change = 0;
  std::optional<NumberEstimate> estimate = {};                    // then there are no classes
  std::optional<PredictionConfidence> confidence = std::nullopt;  // of a calibrated model
};

// Something the node did not take. Nothing changed.
struct Rejection {
  std::string feature;
  std::string reason;  // "OUT_OF_RANGE"
  std::string message;
};

struct NextQuestion {
  std::string feature;
  double information_gain = 0;  // bits
};

// What one answer did to an outcome's log odds: when it was given, and against all without it.
struct OutcomeEffect {
  std::string outcome;
  double log_odds_change = 0;
  double left_out = 0;
};

struct AnswerEffect {
  std::string feature;
  std::vector<OutcomeEffect> outcomes;
};

// What is expected of an answer not given: a mean and deviation, or the chance of each category.
struct ExpectedAnswer {
  std::string feature;
  double mean = 0, deviation = 0;
  std::vector<ClassChance> categories;
};

struct StepReply {
  int answers = 0;  // that count
  std::vector<OutcomeChance> outcomes;
  std::vector<Rejection> rejections;
  std::vector<std::string> missing;  // in asking order
  std::vector<NextQuestion> next;    // best first
  // If the consultation began so that it explains itself:
  std::vector<AnswerEffect> effects;     // in the order of answering
  std::vector<ExpectedAnswer> expected;  // none if the model has no feature decoders
  std::string model;
};

// One running consultation. Not thread-safe.
class ConsultationChannel {
 public:
  virtual ~ConsultationChannel() = default;

  // Sends one act and waits for the step it leads to. An act that is not taken is a StepReply with
  // a rejection, not an error; after an error the consultation is over.
  virtual StatusOr<StepReply> Send(const Act& act) = 0;
};

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_CONSULTATION_H_
