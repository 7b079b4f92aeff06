#include "modules/modn/feature_predictor.h"

#include <algorithm>
#include <cmath>

#include "modules/modn/feature_decoding.h"
#include "modules/modn/softmax.h"

namespace consilium::modn {

FeaturePredictor::FeaturePredictor(const Architecture& architecture,
                                   std::span<const float> parameters,
                                   const nn::Kernels<float>& kernels)
    : decoders_(architecture), unit_row_(nn::PaddedRow(decoders_.stack.units)), kernels_(&kernels) {
  decoders_.Load(MakeLayout(architecture), parameters);
  const auto inputs = static_cast<size_t>(architecture.state) + 1;
  const auto row = static_cast<size_t>(unit_row_);
  w1_transposed_.resize(inputs * row);
  for (size_t u = 0; u < static_cast<size_t>(decoders_.stack.units); ++u) {
    for (size_t s = 0; s < inputs; ++s) {
      w1_transposed_[s * row + u] = decoders_.w1[u * static_cast<size_t>(decoders_.state_row) + s];
    }
  }
}

void FeaturePredictor::Read(const PatientState& patient, FeatureReading& reading) const {
  const FeatureDecoderStack& stack = decoders_.stack;
  reading.hidden.assign(static_cast<size_t>(unit_row_), 0);
  reading.outputs.assign(decoders_.b2.begin(), decoders_.b2.end());
  kernels_->multiply_add({1, unit_row_, decoders_.architecture.state + 1, patient.state().data(),
                          decoders_.state_row, 1, w1_transposed_.data(), unit_row_,
                          reading.hidden.data(), unit_row_});
  kernels_->relu(reading.hidden.size(), reading.hidden.data());
  constexpr auto kMost = static_cast<float>(kMostLogDeviation);
  const float* w2 = decoders_.w2.data();
  for (const FeatureDecoderPlace& place : stack.places) {
    float* outputs = &reading.outputs[static_cast<size_t>(place.first_output)];
    for (int o = 0; o < place.outputs; ++o, w2 += stack.hidden) {
      const float* hidden = &reading.hidden[static_cast<size_t>(stack.FirstUnit(place, o))];
      for (int h = 0; h < stack.hidden; ++h) outputs[o] += w2[h] * hidden[h];
    }
    if (place.categorical) {
      Softmax<float>({outputs, static_cast<size_t>(place.outputs)});
    } else {
      outputs[1] = std::exp(std::clamp(outputs[1], -kMost, kMost));
    }
  }
}

}  // namespace consilium::modn
