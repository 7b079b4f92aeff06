#include "modules/modn/packed_network.h"

#include <algorithm>

namespace consilium::modn {
namespace {

template <typename Scalar>
AlignedVector<Scalar> Rows(int rows, int length) {
  return AlignedVector<Scalar>(static_cast<size_t>(rows) * static_cast<size_t>(length));
}

// to[column, row] <- from[row, column] for a matrix of `rows` rows.
template <typename Scalar>
void Transpose(const Scalar* from, ptrdiff_t from_row, int rows, int columns, Scalar* to,
               ptrdiff_t to_row) {
  for (int j = 0; j < columns; ++j) {
    for (int i = 0; i < rows; ++i) to[j * to_row + i] = from[i * from_row + j];
  }
}

template <typename Scalar>
void AddRow(const Scalar* from, int n, Scalar* to) {
  for (int i = 0; i < n; ++i) to[i] += from[i];
}

}  // namespace

RowLengths::RowLengths(const Architecture& architecture)
    : state(nn::PaddedRow(architecture.state + 1)), hidden(nn::PaddedRow(architecture.hidden)) {
  for (const OutcomeShape& outcome : architecture.outcomes) classes += Outputs(outcome);
  logits = nn::PaddedRow(classes);
}

template <typename Scalar>
PackedNetwork<Scalar>::PackedNetwork(const Architecture& architecture,
                                     const nn::Kernels<Scalar>& kernels)
    : deep_decoders(architecture, RowLengths(architecture).state),
      feature_decoders(architecture),
      architecture_(architecture),
      rows_(architecture) {
  const int state = architecture.state, hidden = architecture.hidden;
  s0 = Rows<Scalar>(1, rows_.state);
  for (const FeatureShape& feature : architecture.features) {
    if (feature.modality != Modality::kAnswer) {
      encoders.emplace_back();
      modality_encoders.push_back(NewModalityEncoder<Scalar>(architecture, feature, kernels));
      continue;
    }
    modality_encoders.emplace_back();
    encoders.push_back({Rows<Scalar>(hidden, rows_.state), Rows<Scalar>(state + 1, rows_.hidden),
                        Rows<Scalar>(feature.width, rows_.hidden),
                        Rows<Scalar>(state, rows_.hidden), Rows<Scalar>(hidden, rows_.state),
                        Rows<Scalar>(1, rows_.state)});
  }
  decoders = Rows<Scalar>(rows_.classes, rows_.state);
  decoders_transposed = Rows<Scalar>(state + 1, rows_.logits);
}

template <typename Scalar>
void PackedNetwork<Scalar>::Load(const nn::Layout& layout, std::span<const Scalar> parameters) {
  for (int part = 0; part < parts(); ++part) LoadPart(layout, part, parameters);
}

// An encoder, or last all that is not an encoder.
template <typename Scalar>
void PackedNetwork<Scalar>::LoadPart(const nn::Layout& layout, int part,
                                     std::span<const Scalar> parameters) {
  const auto f = static_cast<size_t>(part);
  if (f < encoders.size()) {
    if (modality_encoders[f] == nullptr) return LoadEncoder(layout, part, parameters);
    return modality_encoders[f]->Load(
        nn::Slice(parameters, layout.module_block(EncoderModule(part))));
  }
  const std::span<const Scalar> initial =
      nn::Slice(parameters, layout.tensor_block(StateModule(), 0));
  std::copy(initial.begin(), initial.end(), s0.begin());
  s0[initial.size()] = 1;
  LoadDecoders(layout, parameters);
  deep_decoders.Load(layout, parameters);
  feature_decoders.Load(layout, parameters);
}

template <typename Scalar>
void PackedNetwork<Scalar>::LoadEncoder(const nn::Layout& layout, int feature,
                                        std::span<const Scalar> parameters) {
  const int state = architecture_.state, hidden = architecture_.hidden;
  const int width = architecture_.features[static_cast<size_t>(feature)].width;
  const auto tensor = [&](int t) {
    return nn::Slice(parameters, layout.tensor_block(EncoderModule(feature), t)).data();
  };
  Encoder& encoder = encoders[static_cast<size_t>(feature)];
  const Scalar* w1 = tensor(0);
  const Scalar* b1 = tensor(1);
  const Scalar* w2 = tensor(2);
  const Scalar* b2 = tensor(3);
  const ptrdiff_t inputs = width + state;
  for (int h = 0; h < hidden; ++h) {
    Scalar* row = &encoder.w1[static_cast<size_t>(h * rows_.state)];
    std::copy_n(w1 + h * inputs + width, state, row);
    row[state] = b1[h];
  }
  Transpose(w1, inputs, hidden, width, encoder.x.data(), rows_.hidden);
  Transpose(encoder.w1.data(), rows_.state, hidden, state + 1, encoder.w1_transposed.data(),
            rows_.hidden);
  for (int s = 0; s < state; ++s) {
    std::copy_n(w2 + s * hidden, hidden, &encoder.w2[static_cast<size_t>(s * rows_.hidden)]);
  }
  Transpose(w2, hidden, state, hidden, encoder.w2_transposed.data(), rows_.state);
  std::copy_n(b2, state, encoder.b2.data());
}

template <typename Scalar>
void PackedNetwork<Scalar>::LoadDecoders(const nn::Layout& layout,
                                         std::span<const Scalar> parameters) {
  const int state = architecture_.state;
  Scalar* row = decoders.data();
  for (size_t o = 0; o < architecture_.outcomes.size(); ++o) {
    const int outputs = Outputs(architecture_.outcomes[o]);
    if (architecture_.outcomes[o].hidden > 0) {
      row += static_cast<ptrdiff_t>(outputs) * rows_.state;
      continue;
    }
    const int m = DecoderModule(architecture_, static_cast<int>(o));
    const Scalar* w = nn::Slice(parameters, layout.tensor_block(m, 0)).data();
    const Scalar* b = nn::Slice(parameters, layout.tensor_block(m, 1)).data();
    for (int c = 0; c < outputs; ++c, row += rows_.state) {
      std::copy_n(w + c * state, state, row);
      row[state] = b[c];
    }
  }
  Transpose(decoders.data(), rows_.state, rows_.classes, state + 1, decoders_transposed.data(),
            rows_.logits);
}

template <typename Scalar>
PackedGradient<Scalar>::PackedGradient(const PackedNetwork<Scalar>& network)
    : feature_decoders(network.architecture()),
      architecture_(network.architecture()),
      rows_(network.architecture()) {
  const int state = architecture_.state, hidden = architecture_.hidden;
  s0 = Rows<Scalar>(1, rows_.state);
  const nn::Layout layout = MakeLayout(architecture_);
  for (size_t f = 0; f < architecture_.features.size(); ++f) {
    const FeatureShape& feature = architecture_.features[f];
    const size_t size = layout.module_block(EncoderModule(static_cast<int>(f))).size;
    modality_encoders.emplace_back(feature.modality == Modality::kAnswer ? 0 : size);
    if (feature.modality != Modality::kAnswer) {
      encoders.emplace_back();
      continue;
    }
    encoders.push_back({Rows<Scalar>(hidden, rows_.state),
                        Rows<Scalar>(feature.width, rows_.hidden),
                        Rows<Scalar>(state, rows_.hidden), Rows<Scalar>(1, rows_.state)});
  }
  decoders = Rows<Scalar>(rows_.classes, rows_.state);
  int first = 0;
  for (const OutcomeShape& outcome : architecture_.outcomes) {
    first_class_.push_back(first);
    first += Outputs(outcome);
  }
  for (int d = 0; d < network.deep_decoders.size(); ++d) {
    deep_decoders.emplace_back(network.deep_decoders.gradient_size(d));
  }
}

template <typename Scalar>
void PackedGradient<Scalar>::SetZero() {
  const auto zero = [](AlignedVector<Scalar>& values) {
    std::fill(values.begin(), values.end(), Scalar{0});
  };
  zero(s0);
  zero(decoders);
  feature_decoders.SetZero();
  for (AlignedVector<Scalar>& encoder : modality_encoders) zero(encoder);
  for (AlignedVector<Scalar>& decoder : deep_decoders) zero(decoder);
  for (Encoder& encoder : encoders) {
    zero(encoder.w1);
    zero(encoder.x);
    zero(encoder.w2);
    zero(encoder.b2);
  }
}

template <typename Scalar>
void PackedGradient<Scalar>::AddModule(const PackedNetwork<Scalar>& network,
                                       const nn::Layout& layout, int m,
                                       std::span<Scalar> gradient) const {
  switch (layout.modules()[static_cast<size_t>(m)].id.kind) {
    case nn::ModuleKind::kState:
      return AddRow(s0.data(), architecture_.state,
                    nn::Slice(gradient, layout.tensor_block(m, 0)).data());
    case nn::ModuleKind::kEncoder:
      return AddEncoder(layout, m, gradient);
    case nn::ModuleKind::kFeatureDecoder:
      return feature_decoders.AddModule(layout, m, gradient);
    default:
      network.deep_decoders.AddModule(layout, m, deep_decoders, gradient);
      return AddDecoder(layout, m, gradient);
  }
}

template <typename Scalar>
void PackedGradient<Scalar>::AddEncoder(const nn::Layout& layout, int m,
                                        std::span<Scalar> gradient) const {
  const int state = architecture_.state, hidden = architecture_.hidden;
  const auto f = static_cast<size_t>(m - EncoderModule(0));
  if (architecture_.features[f].modality != Modality::kAnswer) {
    const AlignedVector<Scalar>& from = modality_encoders[f];
    return AddRow(from.data(), static_cast<int>(from.size()),
                  nn::Slice(gradient, layout.module_block(m)).data());
  }
  const int width = architecture_.features[f].width;
  const auto tensor = [&](int t) { return nn::Slice(gradient, layout.tensor_block(m, t)).data(); };
  const Encoder& encoder = encoders[f];
  Scalar* w1 = tensor(0);
  Scalar* b1 = tensor(1);
  for (int h = 0; h < hidden; ++h, w1 += width + state) {
    const Scalar* row = &encoder.w1[static_cast<size_t>(h * rows_.state)];
    AddRow(row, state, w1 + width);
    b1[h] += row[state];
    for (int i = 0; i < width; ++i) w1[i] += encoder.x[static_cast<size_t>(i * rows_.hidden + h)];
  }
  Scalar* w2 = tensor(2);
  for (int s = 0; s < state; ++s, w2 += hidden) {
    AddRow(&encoder.w2[static_cast<size_t>(s * rows_.hidden)], hidden, w2);
  }
  AddRow(encoder.b2.data(), state, tensor(3));
}

template <typename Scalar>
void PackedGradient<Scalar>::AddDecoder(const nn::Layout& layout, int m,
                                        std::span<Scalar> gradient) const {
  const int state = architecture_.state;
  const auto o = static_cast<size_t>(m - DecoderModule(architecture_, 0));
  if (architecture_.outcomes[o].hidden > 0) return;
  Scalar* w = nn::Slice(gradient, layout.tensor_block(m, 0)).data();
  Scalar* b = nn::Slice(gradient, layout.tensor_block(m, 1)).data();
  const Scalar* row = &decoders[static_cast<size_t>(first_class_[o] * rows_.state)];
  for (int c = 0; c < Outputs(architecture_.outcomes[o]); ++c, row += rows_.state) {
    AddRow(row, state, w + c * state);
    b[c] += row[state];
  }
}

template class PackedNetwork<float>;
template class PackedNetwork<double>;
template class PackedGradient<float>;
template class PackedGradient<double>;

}  // namespace consilium::modn
