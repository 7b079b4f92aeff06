#include "modules/modn/feature_decoders.h"

#include <algorithm>

#include "modules/modn/packed_network.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {
namespace {

template <typename Scalar>
AlignedVector<Scalar> Rows(int rows, int length) {
  return AlignedVector<Scalar>(static_cast<size_t>(rows) * static_cast<size_t>(length));
}

size_t At(int row, int length) { return static_cast<size_t>(row) * static_cast<size_t>(length); }

}  // namespace

FeatureDecoderStack::FeatureDecoderStack(const Architecture& architecture)
    : of_feature(architecture.features.size(), -1), hidden(architecture.feature_decoder_hidden) {
  for (size_t f = 0; f < architecture.features.size(); ++f) {
    if (!HasFeatureDecoder(architecture, static_cast<int>(f))) continue;
    const int width = architecture.features[f].width;
    const FeatureDecoderPlace place{.feature = static_cast<int>(f),
                                    .categorical = width > 1,
                                    .first_unit = units,
                                    .units = width > 1 ? hidden : 2 * hidden,
                                    .first_output = outputs,
                                    .outputs = width > 1 ? width : 2};
    of_feature[f] = static_cast<int>(places.size());
    places.push_back(place);
    units += place.units;
    outputs += place.outputs;
  }
}

template <typename Scalar>
PackedFeatureDecoders<Scalar>::PackedFeatureDecoders(const Architecture& shape)
    : architecture(shape),
      stack(shape),
      state_row(RowLengths(shape).state),
      w1(Rows<Scalar>(stack.units, state_row)),
      w2(At(stack.outputs, stack.hidden)),
      b2(static_cast<size_t>(stack.outputs)) {}

template <typename Scalar>
void PackedFeatureDecoders<Scalar>::Load(const nn::Layout& layout,
                                         std::span<const Scalar> parameters) {
  const int state = architecture.state;
  for (const FeatureDecoderPlace& place : stack.places) {
    const int m = FeatureDecoderModule(architecture, place.feature);
    const auto tensor = [&](int t) {
      return nn::Slice(parameters, layout.tensor_block(m, t)).data();
    };
    const Scalar* from = tensor(0);
    const Scalar* bias = tensor(1);
    for (int u = 0; u < place.units; ++u, from += state) {
      Scalar* row = &w1[At(place.first_unit + u, state_row)];
      std::copy_n(from, state, row);
      row[state] = bias[u];
    }
    std::copy_n(tensor(2), At(place.outputs, stack.hidden),
                &w2[At(place.first_output, stack.hidden)]);
    std::copy_n(tensor(3), place.outputs, &b2[static_cast<size_t>(place.first_output)]);
  }
}

template <typename Scalar>
FeatureDecodersGradient<Scalar>::FeatureDecodersGradient(const Architecture& shape)
    : architecture(shape),
      stack(shape),
      state_row(RowLengths(shape).state),
      w1(Rows<Scalar>(stack.units, state_row)),
      b2(static_cast<size_t>(stack.outputs)) {
  for (const FeatureDecoderPlace& place : stack.places) {
    w2.push_back(Rows<Scalar>(place.units, nn::PaddedRow(place.outputs)));
  }
}

template <typename Scalar>
void FeatureDecodersGradient<Scalar>::SetZero() {
  std::fill(w1.begin(), w1.end(), Scalar{0});
  for (AlignedVector<Scalar>& part : w2) std::fill(part.begin(), part.end(), Scalar{0});
  std::fill(b2.begin(), b2.end(), Scalar{0});
}

template <typename Scalar>
void FeatureDecodersGradient<Scalar>::AddModule(const nn::Layout& layout, int m,
                                                std::span<Scalar> gradient) const {
  const auto is_m = [&](const FeatureDecoderPlace& place) {
    return FeatureDecoderModule(architecture, place.feature) == m;
  };
  const auto place = std::find_if(stack.places.begin(), stack.places.end(), is_m);
  if (place == stack.places.end()) return;
  const int state = architecture.state;
  const auto tensor = [&](int t) { return nn::Slice(gradient, layout.tensor_block(m, t)).data(); };
  Scalar* to = tensor(0);
  Scalar* bias = tensor(1);
  for (int u = 0; u < place->units; ++u, to += state) {
    const Scalar* row = &w1[At(place->first_unit + u, state_row)];
    for (int s = 0; s < state; ++s) to[s] += row[s];
    bias[u] += row[state];
  }
  Scalar* second = tensor(2);
  Scalar* second_bias = tensor(3);
  const AlignedVector<Scalar>& part = w2[static_cast<size_t>(place - stack.places.begin())];
  for (int o = 0; o < place->outputs; ++o, second += stack.hidden) {
    const int first = stack.FirstUnit(*place, o) - place->first_unit;
    for (int h = 0; h < stack.hidden; ++h) {
      second[h] += part[At(first + h, nn::PaddedRow(place->outputs)) + static_cast<size_t>(o)];
    }
    second_bias[o] += b2[static_cast<size_t>(place->first_output + o)];
  }
}

template struct PackedFeatureDecoders<float>;
template struct PackedFeatureDecoders<double>;
template struct FeatureDecodersGradient<float>;
template struct FeatureDecodersGradient<double>;

}  // namespace consilium::modn
