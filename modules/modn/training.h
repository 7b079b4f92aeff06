#ifndef CONSILIUM_MODULES_MODN_TRAINING_H_
#define CONSILIUM_MODULES_MODN_TRAINING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "modules/modn/masking.h"
#include "modules/modn/objective.h"
#include "modules/optim/clip.h"
#include "modules/optim/optimiser.h"

namespace consilium {
class Random;
}  // namespace consilium

namespace consilium::modn {

// In which order questions are asked in training.
enum class QuestionOrder {
  kShuffled,  // drawn for every batch
  kFixed,     // the architecture's
  kOwn,       // drawn for every patient: slower, for fewer are computed together. Not with feature
              // decoders nor with repeat_question
};

struct PassOptions {
  int batch = 32;
  double answer_dropout = 0;         // share of the answers hidden, drawn anew in every pass
  double gradient_clip = 10;         // norm over the trainable modules; 0: none
  Masking masking = Masking::kNone;  // of further answers, likewise
  optim::ClipScope clip_scope = optim::ClipScope::kGlobal;
  std::vector<int> levels = {};  // by feature: those of a level are asked before those of the next
  bool repeat_question = false;  // one drawn question again at the end: for the idempotence loss
  QuestionOrder order = QuestionOrder::kShuffled;
};

// What is added to the steps that the objective alone would lead to. Spans are over all parameters,
// or empty: nothing.
struct StepTerms {
  double proximal = 0;                // FedProx: proximal (parameters - start) joins the gradient
  std::span<const float> start = {};  // before it is clipped
  std::span<const float> drift = {};  // joins the parameters at every step
};

// One pass over a set of patients: shuffled, cut into batches, for each batch questions in an order
// as options say and one step of the optimiser. Not thread-safe.
class TrainingPass {
 public:
  // Borrows everything but the options, as long as it lives.
  TrainingPass(const Architecture& architecture, const Examples& examples,
               Objective<float>& objective, optim::Optimiser& optimiser, PassOptions options);

  // In passes from now on; of trainable modules only. Borrowed until the next call.
  void Add(const StepTerms& terms) { terms_ = terms; }

  // Trains in place the modules whose byte in `trainable` (one per module of the layout; empty:
  // all) is not 0; the others stay as they are, bit for bit. The same seed, pass number, parameters
  // and optimiser state give the same bits. Asks `stop`, if any, before every batch and returns
  // early when it says true. Returns the mean loss over the batches done.
  double Run(std::span<const int> patients, uint64_t seed, uint64_t pass, double rate,
             std::span<const uint8_t> trainable, std::span<float> parameters,
             const std::function<bool()>& stop = nullptr, const nn::Parallel& parallel = {});

 private:
  void PrepareMasking(std::span<const int> patients);
  void OrderQuestions(Random& random, size_t patients);
  void ByLevel(std::span<int> order) const;
  void HideAnswers(Random& random, std::span<const int> patients);

  const Architecture& architecture_;
  const Examples& examples_;
  Objective<float>& objective_;
  optim::Optimiser& optimiser_;
  PassOptions options_;
  StepTerms terms_;
  std::vector<int> shuffled_, order_, own_orders_;
  std::vector<uint8_t> hidden_;
  std::vector<int> equalised_patients_;  // whose rates these are:
  std::optional<ClassEqualisation> equalisation_;
  std::vector<float> gradient_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_TRAINING_H_
