#include "modules/modn/encoders/modality_encoder.h"

#include "modules/modn/encoders/kinds.h"

namespace consilium::modn {

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewModalityEncoder(const Architecture& architecture,
                                                            const FeatureShape& feature,
                                                            const nn::Kernels<Scalar>& kernels) {
  switch (feature.modality) {
    case Modality::kSeries:
      return NewRecurrentEncoder<Scalar>(architecture, feature, kernels);
    case Modality::kImage:
      return NewImageEncoder<Scalar>(architecture, feature, kernels);
    default:
      return NewMlpEncoder<Scalar>(architecture, feature, kernels);
  }
}

template std::unique_ptr<ModalityEncoder<float>> NewModalityEncoder(const Architecture&,
                                                                    const FeatureShape&,
                                                                    const nn::Kernels<float>&);
template std::unique_ptr<ModalityEncoder<double>> NewModalityEncoder(const Architecture&,
                                                                     const FeatureShape&,
                                                                     const nn::Kernels<double>&);

}  // namespace consilium::modn
