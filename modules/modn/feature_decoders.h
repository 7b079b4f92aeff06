#ifndef CONSILIUM_MODULES_MODN_FEATURE_DECODERS_H_
#define CONSILIUM_MODULES_MODN_FEATURE_DECODERS_H_

#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/modn/architecture.h"
#include "modules/nn/layout.h"

namespace consilium::modn {

// A feature decoder tells from the state what a feature's answer is likely to be:
// W2 relu(W1 s + b1) + b2 are the logits of its categories, or the mean and the log-deviation of
// its number, each on hidden units of its own (docs/papers.md, Feature decoders). A network's
// decoders are computed as one stack: their units side by side, and their outputs.
struct FeatureDecoderPlace {
  int feature = 0;
  bool categorical = false;
  int first_unit = 0, units = 0;
  int first_output = 0, outputs = 0;
};

struct FeatureDecoderStack {
  explicit FeatureDecoderStack(const Architecture& architecture);

  // Units of `place` that output `o` is a sum of: `hidden` of them from this one on.
  int FirstUnit(const FeatureDecoderPlace& place, int o) const {
    return place.first_unit + (place.categorical ? 0 : o * hidden);
  }
  // Index into `places`, or -1.
  int Find(int feature) const { return of_feature[static_cast<size_t>(feature)]; }

  std::vector<FeatureDecoderPlace> places;  // ascending features
  std::vector<int> of_feature;              // by feature: index into places, or -1
  int hidden = 0, units = 0, outputs = 0;
};

// Their parameters, laid out for the products.
template <typename Scalar>
struct PackedFeatureDecoders {
  explicit PackedFeatureDecoders(const Architecture& architecture);

  void Load(const nn::Layout& layout, std::span<const Scalar> parameters);

  Architecture architecture;
  FeatureDecoderStack stack;
  int state_row;
  AlignedVector<Scalar> w1;    // [units, state row]: W1, then b1
  std::vector<Scalar> w2, b2;  // [outputs, hidden], [outputs]
};

// A gradient of the same.
template <typename Scalar>
struct FeatureDecodersGradient {
  explicit FeatureDecodersGradient(const Architecture& architecture);

  void SetZero();
  // Adds the part that is module `m`, a feature decoder, to its place in `gradient`.
  void AddModule(const nn::Layout& layout, int m, std::span<Scalar> gradient) const;

  Architecture architecture;
  FeatureDecoderStack stack;
  int state_row;
  AlignedVector<Scalar> w1;               // [units, state row]: of W1, then of b1
  std::vector<AlignedVector<Scalar>> w2;  // by place: [units, row of outputs]
  std::vector<Scalar> b2;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_FEATURE_DECODERS_H_
