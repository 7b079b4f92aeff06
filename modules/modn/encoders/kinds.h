#ifndef CONSILIUM_MODULES_MODN_ENCODERS_KINDS_H_
#define CONSILIUM_MODULES_MODN_ENCODERS_KINDS_H_

#include <memory>

#include "modules/modn/encoders/modality_encoder.h"

// The kinds of encoder, for NewModalityEncoder.
namespace consilium::modn {

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewMlpEncoder(const Architecture& architecture,
                                                       const FeatureShape& feature,
                                                       const nn::Kernels<Scalar>& kernels);

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewRecurrentEncoder(const Architecture& architecture,
                                                             const FeatureShape& feature,
                                                             const nn::Kernels<Scalar>& kernels);

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewImageEncoder(const Architecture& architecture,
                                                         const FeatureShape& feature,
                                                         const nn::Kernels<Scalar>& kernels);

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ENCODERS_KINDS_H_
