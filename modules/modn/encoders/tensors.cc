#include "modules/modn/encoders/tensors.h"

#include <string>
#include <utility>

namespace consilium::modn {
namespace {

void AddLayer(const std::string& name, int outputs, int inputs,
              std::vector<nn::TensorShape>& tensors) {
  tensors.push_back({"w" + name, outputs, inputs});
  tensors.push_back({"b" + name, outputs, 1});
}

std::vector<nn::TensorShape> MlpTensors(const EncoderShape& shape, int inputs) {
  std::vector<nn::TensorShape> tensors;
  for (size_t layer = 0; layer < shape.hidden.size(); ++layer) {
    AddLayer(std::to_string(layer + 1), shape.hidden[layer],
             layer == 0 ? inputs : shape.hidden[layer - 1], tensors);
  }
  return tensors;
}

std::vector<nn::TensorShape> RecurrentTensors(const EncoderShape& shape, int inputs) {
  std::vector<nn::TensorShape> tensors;
  const int units = shape.hidden.back();
  AddLayer("_input", Gates(shape.kind) * units, inputs, tensors);
  AddLayer("_hidden", Gates(shape.kind) * units, units, tensors);
  return tensors;
}

std::vector<nn::TensorShape> ConvolutionTensors(const EncoderShape& shape) {
  std::vector<nn::TensorShape> tensors;
  const int channels = shape.hidden.back();
  AddLayer("1", channels, 9, tensors);
  AddLayer("2", channels, 9 * channels, tensors);
  AddLayer("3", channels, 9 * channels, tensors);
  return tensors;
}

}  // namespace

int Gates(EncoderKind kind) {
  return kind == EncoderKind::kLstm ? 4 : kind == EncoderKind::kGru ? 3 : 1;
}

std::vector<nn::TensorShape> EncoderTensors(const Architecture& architecture,
                                            const FeatureShape& feature) {
  const int state = architecture.state, hidden = architecture.hidden;
  if (feature.modality == Modality::kAnswer) {
    std::vector<nn::TensorShape> tensors;
    AddLayer("1", hidden, feature.width + state, tensors);
    AddLayer("2", state, hidden, tensors);
    return tensors;
  }
  const EncoderShape shape = Resolved(feature, hidden);
  const int inputs = feature.width + (shape.state_first ? state : 0);
  std::vector<nn::TensorShape> tensors = shape.kind == EncoderKind::kMlp ? MlpTensors(shape, inputs)
                                         : shape.kind == EncoderKind::kConvolution
                                             ? ConvolutionTensors(shape)
                                             : RecurrentTensors(shape, inputs);
  const int last = shape.hidden.empty() ? feature.width : shape.hidden.back();
  AddLayer("_out", state, last + (shape.state_first ? 0 : state), tensors);
  return tensors;
}

}  // namespace consilium::modn
