#ifndef CONSILIUM_MODULES_MODN_FEATURE_PREDICTOR_H_
#define CONSILIUM_MODULES_MODN_FEATURE_PREDICTOR_H_

#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/modn/feature_decoders.h"
#include "modules/modn/predictor.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// What a state says of the answers to every question that has a feature decoder.
struct FeatureReading {
  AlignedVector<float> hidden;
  // In the order of the stack: of a number its mean and its deviation (normalised, as in Examples),
  // of a category the probability of each.
  std::vector<float> outputs;
};

// The feature decoders of a trained network, ready for one state at a time. Immutable, so
// thread-safe.
class FeaturePredictor {
 public:
  // Requires what Predictor::Create accepted.
  FeaturePredictor(const Architecture& architecture, std::span<const float> parameters,
                   const nn::Kernels<float>& kernels = nn::BestKernels<float>());

  // Where a feature's outputs lie in a reading.
  const FeatureDecoderStack& stack() const { return decoders_.stack; }

  // Allocates nothing when `reading` is used again.
  void Read(const PatientState& patient, FeatureReading& reading) const;

 private:
  PackedFeatureDecoders<float> decoders_;
  AlignedVector<float> w1_transposed_;  // [state + 1, row of units]
  int unit_row_;
  const nn::Kernels<float>* kernels_;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_PREDICTOR_H_
