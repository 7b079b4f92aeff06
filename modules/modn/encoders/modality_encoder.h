#ifndef CONSILIUM_MODULES_MODN_ENCODERS_MODALITY_ENCODER_H_
#define CONSILIUM_MODULES_MODN_ENCODERS_MODALITY_ENCODER_H_

#include <memory>
#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/modn/architecture.h"
#include "modules/nn/kernels.h"

namespace consilium::modn {

// Patients who gave one feature, in the states they were in.
template <typename Scalar>
struct EncoderRows {
  int rows = 0;
  const std::span<const Scalar>* payloads = nullptr;  // [rows], never empty
  const Scalar* states = nullptr;                     // [rows, state_row]
  int state_row = 0;
};

// What an encoder remembers from the way there to the way back, and its working memory; reused from
// one step to the next, so that after a while nothing is allocated.
template <typename Scalar>
class Tape {
 public:
  // Room for `size` numbers; 0 where nothing was written yet.
  Scalar* Room(size_t slot, size_t size) {
    if (rooms_.size() <= slot) rooms_.resize(slot + 1);
    if (rooms_[slot].size() < size) rooms_[slot].resize(size);
    return rooms_[slot].data();
  }

  std::vector<int> order;  // of sequences: longest first

 private:
  std::vector<AlignedVector<Scalar>> rooms_;
};

// The encoder of a vector, series or image: (s, x) -> e. The new state is e, or s + e if residual;
// whoever calls sees to that. What a row gives does not depend on the others. Thread-safe but for
// Load, with a tape for each call at a time.
template <typename Scalar>
class ModalityEncoder {
 public:
  virtual ~ModalityEncoder() = default;

  // `parameters` lie as EncoderTensors says.
  virtual void Load(std::span<const Scalar> parameters) = 0;

  // after [rows, state_row] += e
  virtual void Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape,
                       Scalar* after) const = 0;

  // From dL/de, [rows, state_row], of which the first `state` columns count: adds to the gradient
  // of the parameters and to dL/d(states before). `tape` is as Forward left it.
  virtual void Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape,
                        const Scalar* after_gradient, std::span<Scalar> gradient,
                        Scalar* states_gradient) const = 0;
};

// Requires Validate(feature).ok() and another modality than kAnswer. Borrows `kernels`.
template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewModalityEncoder(const Architecture& architecture,
                                                            const FeatureShape& feature,
                                                            const nn::Kernels<Scalar>& kernels);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ENCODERS_MODALITY_ENCODER_H_
