#ifndef CONSILIUM_MODULES_MODN_ARCHITECTURE_H_
#define CONSILIUM_MODULES_MODN_ARCHITECTURE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/modn/feature_shape.h"
#include "modules/nn/layout.h"

namespace consilium::modn {

struct OutcomeShape {
  std::string key;
  int classes = 2;  // 0: a number, predicted as mean and deviation
  int hidden = 0;   // 0: linear decoder; else one hidden layer with ReLU
  bool operator==(const OutcomeShape&) const = default;
};

// Numbers an outcome's decoder gives: logits of the classes, or mean and log-deviation.
constexpr int Outputs(const OutcomeShape& outcome) {
  return outcome.classes == 0 ? 2 : outcome.classes;
}

// A MoDN network (docs/papers.md, MoDN):
//   s_0 trainable;  s' = s + W2 relu(W1 [x; s] + b1) + b2;  logits = W s + b
// with encoders of other modalities beside it (docs/papers.md, MultiModN).
struct Architecture {
  int state = 30;
  int hidden = 32;
  int feature_decoder_hidden =
      0;  // units of a feature decoder's hidden layer; 0: none (10 in MoDN)
  std::vector<FeatureShape> features;
  std::vector<OutcomeShape> outcomes;
  uint32_t schema_version = 1;
  bool operator==(const Architecture&) const = default;
};

// Sizes positive and sensible, keys present and unique, at least one outcome.
Status Validate(const Architecture& architecture);

// Modules in order: the initial state (s0 [state]); one encoder per feature (w1 [hidden, width +
// state] with x first, b1 [hidden], w2 [state, hidden], b2 [state]; other modalities: see
// encoders/); one decoder per outcome (w [outputs, state], b [outputs]; with a hidden layer
// w1 [hidden, state], b1 [hidden], w2 [outputs, hidden], b2 [outputs]); one feature decoder per
// answer (w1 [units, state], b1 [units], w2 [outputs, hidden], b2 [outputs]: of a category logits
// from `hidden` units; of a number mean and log-deviation, each from `hidden` of 2 * hidden units).
nn::Layout MakeLayout(const Architecture& architecture);

// Indices into the layout's modules. The state's is 0.
constexpr int StateModule() { return 0; }
constexpr int EncoderModule(int feature) { return 1 + feature; }
int DecoderModule(const Architecture& architecture, int outcome);
// -1: the feature has none.
int FeatureDecoderModule(const Architecture& architecture, int feature);
bool HasFeatureDecoder(const Architecture& architecture, int feature);

// Seeded starting values; `parameters` has layout.size() numbers. Each module draws from a stream
// named after its ModuleId, so its values do not depend on which other modules exist.
template <typename Scalar>
void Initialise(const Architecture& architecture, const nn::Layout& layout, uint64_t seed,
                std::span<Scalar> parameters);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ARCHITECTURE_H_
