#ifndef CONSILIUM_MODULES_MODN_PACKED_NETWORK_H_
#define CONSILIUM_MODULES_MODN_PACKED_NETWORK_H_

#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/modn/architecture.h"
#include "modules/modn/deep_decoders.h"
#include "modules/modn/encoders/modality_encoder.h"
#include "modules/modn/feature_decoders.h"
#include "modules/nn/kernels.h"
#include "modules/nn/layout.h"

namespace consilium::modn {

// Lengths of the rows in which the network is computed, multiples of kRowMultiple. A state's row
// has the constant 1 behind its numbers, so that a bias is one more row (or column) of a weight.
struct RowLengths {
  explicit RowLengths(const Architecture& architecture);
  int state = 0, hidden = 0, logits = 0;
  int classes = 0;  // of all outcomes together: the logits used
};

// The parameters of a network laid out for the products of its forward and backward pass. S, H and
// L are the numbers of state, hidden and logits; rows have the lengths of RowLengths, zeros behind.
template <typename Scalar>
class PackedNetwork {
 public:
  struct Encoder {
    AlignedVector<Scalar> w1;             // [H, state row]: W1 without x, then b1
    AlignedVector<Scalar> w1_transposed;  // [S+1, hidden row]
    AlignedVector<Scalar> x;              // [width, hidden row]: W1 of x, transposed
    AlignedVector<Scalar> w2;             // [S, hidden row]
    AlignedVector<Scalar> w2_transposed;  // [H, state row]
    AlignedVector<Scalar> b2;             // [state row]
  };

  // Borrows `kernels`.
  PackedNetwork(const Architecture& architecture, const nn::Kernels<Scalar>& kernels);

  // `parameters` lie as MakeLayout(architecture) says.
  void Load(const nn::Layout& layout, std::span<const Scalar> parameters);
  // The same in parts() parts, in any order or at the same time.
  int parts() const { return static_cast<int>(encoders.size()) + 1; }
  void LoadPart(const nn::Layout& layout, int part, std::span<const Scalar> parameters);

  const Architecture& architecture() const { return architecture_; }

  AlignedVector<Scalar> s0;       // [state row], the constant 1 included
  std::vector<Encoder> encoders;  // by feature; of answers
  std::vector<std::unique_ptr<ModalityEncoder<Scalar>>> modality_encoders;  // by feature; of others
  // [L, state row]: W then b, outcome after outcome; zeros where the decoder is a deep one.
  AlignedVector<Scalar> decoders;
  AlignedVector<Scalar> decoders_transposed;  // [S+1, logit row]
  DeepDecoders<Scalar> deep_decoders;
  PackedFeatureDecoders<Scalar> feature_decoders;

 private:
  void LoadEncoder(const nn::Layout& layout, int feature, std::span<const Scalar> parameters);
  void LoadDecoders(const nn::Layout& layout, std::span<const Scalar> parameters);

  Architecture architecture_;
  RowLengths rows_;
};

// A gradient in the same rows.
template <typename Scalar>
class PackedGradient {
 public:
  struct Encoder {
    AlignedVector<Scalar> w1, x, w2, b2;
  };

  explicit PackedGradient(const PackedNetwork<Scalar>& network);

  void SetZero();

  // Adds the part that is module `m` of the layout to its place in `gradient`. `network` is the one
  // this was made for.
  void AddModule(const PackedNetwork<Scalar>& network, const nn::Layout& layout, int m,
                 std::span<Scalar> gradient) const;

  AlignedVector<Scalar> s0;
  std::vector<Encoder> encoders;                         // by feature; of answers
  std::vector<AlignedVector<Scalar>> modality_encoders;  // by feature: as the parameters; of others
  AlignedVector<Scalar> decoders;
  std::vector<AlignedVector<Scalar>> deep_decoders;
  FeatureDecodersGradient<Scalar> feature_decoders;

 private:
  void AddEncoder(const nn::Layout& layout, int m, std::span<Scalar> gradient) const;
  void AddDecoder(const nn::Layout& layout, int m, std::span<Scalar> gradient) const;

  Architecture architecture_;
  RowLengths rows_;
  std::vector<int> first_class_;  // by outcome: its first row of `decoders`
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_PACKED_NETWORK_H_
