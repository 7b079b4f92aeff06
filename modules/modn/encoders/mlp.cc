#include <algorithm>

#include "modules/modn/encoders/kinds.h"
#include "modules/modn/encoders/layers.h"

namespace consilium::modn {
namespace {

// h_1 = relu(W_1 x + b_1) or relu(W_1 [x; s] + b_1), h_2 = relu(W_2 h_1 + b_2), ..., then the join.
template <typename Scalar>
class MlpEncoder final : public ModalityEncoder<Scalar> {
 public:
  MlpEncoder(const Architecture& architecture, const FeatureShape& feature,
             const EncoderShape& shape, const nn::Kernels<Scalar>& kernels)
      : width_(feature.width),
        state_(architecture.state),
        state_first_(shape.state_first),
        kernels_(kernels),
        join_(shape.hidden.empty() ? width_ : shape.hidden.back(), state_, !state_first_, kernels) {
    int inputs = width_ + (state_first_ ? state_ : 0);
    for (const int units : shape.hidden) {
      layers_.emplace_back(inputs, units, 1, kernels);
      inputs = units;
    }
  }

  void Load(std::span<const Scalar> parameters) override {
    for (Layer<Scalar>& layer : layers_) parameters = layer.Load(parameters);
    join_.Load(parameters);
  }

  void Forward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, Scalar* after) const override {
    const Scalar* x = Inputs(rows, tape);
    for (size_t l = 0; l < layers_.size(); ++l) {
      Scalar* h = Hidden(rows, tape, l);
      layers_[l].Forward(rows.rows, x, h);
      kernels_.relu(Numbers(rows.rows, Row(l)), h);
      x = h;
    }
    join_.Forward(rows, tape, x, LastRow(), after);
  }

  void Backward(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, const Scalar* after_gradient,
                std::span<Scalar> gradient, Scalar* states_gradient) const override {
    Scalar* last =
        layers_.empty() ? InputGradient(rows, tape) : Gradient(rows, tape, layers_.size() - 1);
    join_.Backward(rows, tape, after_gradient, gradient, last, LastRow(), states_gradient);
    size_t begin = 0;
    for (const Layer<Scalar>& layer : layers_) begin += layer.size();
    for (size_t l = layers_.size(); l-- > 0;) {
      begin -= layers_[l].size();
      Scalar* h_gradient = Gradient(rows, tape, l);
      kernels_.relu_gradient(Numbers(rows.rows, Row(l)), Hidden(rows, tape, l), h_gradient);
      Scalar* x_gradient = l > 0 || state_first_ ? ZeroInputGradient(rows, tape, l) : nullptr;
      layers_[l].Backward(rows.rows, l > 0 ? Hidden(rows, tape, l - 1) : InputRows(rows, tape),
                          h_gradient, Row(l), tape, gradient.subspan(begin), x_gradient);
    }
    if (state_first_) AddStatesGradient(rows, tape, states_gradient);
  }

 private:
  int Row(size_t layer) const { return layers_[layer].linear().output_row(); }
  int InputRow() const { return nn::PaddedRow(width_ + (state_first_ ? state_ : 0)); }
  int LastRow() const { return layers_.empty() ? InputRow() : Row(layers_.size() - 1); }

  Scalar* InputRows(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) const {
    return tape.Room(TapeSlot::kFirstOwn, Numbers(rows.rows, InputRow()));
  }
  Scalar* InputGradient(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) const {
    return tape.Room(TapeSlot::kFirstOwn + 1, Numbers(rows.rows, InputRow()));
  }
  Scalar* Hidden(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, size_t layer) const {
    return tape.Room(TapeSlot::kFirstOwn + 2 + 2 * layer, Numbers(rows.rows, Row(layer)));
  }
  Scalar* Gradient(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape, size_t layer) const {
    return tape.Room(TapeSlot::kFirstOwn + 3 + 2 * layer, Numbers(rows.rows, Row(layer)));
  }

  const Scalar* Inputs(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape) const {
    Scalar* x = InputRows(rows, tape);
    for (int i = 0; i < rows.rows; ++i) {
      Scalar* to = x + Numbers(i, InputRow());
      std::copy_n(rows.payloads[i].data(), width_, to);
      if (state_first_) std::copy_n(rows.states + Numbers(i, rows.state_row), state_, to + width_);
    }
    return x;
  }

  Scalar* ZeroInputGradient(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape,
                            size_t layer) const {
    Scalar* to = layer > 0 ? Gradient(rows, tape, layer - 1) : InputGradient(rows, tape);
    std::fill_n(to, Numbers(rows.rows, layer > 0 ? Row(layer - 1) : InputRow()), Scalar{0});
    return to;
  }

  void AddStatesGradient(const EncoderRows<Scalar>& rows, Tape<Scalar>& tape,
                         Scalar* states_gradient) const {
    const Scalar* from = InputGradient(rows, tape) + width_;
    for (int i = 0; i < rows.rows; ++i, from += InputRow()) {
      Scalar* to = states_gradient + Numbers(i, rows.state_row);
      for (int j = 0; j < state_; ++j) to[j] += from[j];
    }
  }

  int width_, state_;
  bool state_first_;
  const nn::Kernels<Scalar>& kernels_;
  std::vector<Layer<Scalar>> layers_;
  Join<Scalar> join_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<ModalityEncoder<Scalar>> NewMlpEncoder(const Architecture& architecture,
                                                       const FeatureShape& feature,
                                                       const nn::Kernels<Scalar>& kernels) {
  return std::make_unique<MlpEncoder<Scalar>>(architecture, feature,
                                              Resolved(feature, architecture.hidden), kernels);
}

template std::unique_ptr<ModalityEncoder<float>> NewMlpEncoder(const Architecture&,
                                                               const FeatureShape&,
                                                               const nn::Kernels<float>&);
template std::unique_ptr<ModalityEncoder<double>> NewMlpEncoder(const Architecture&,
                                                                const FeatureShape&,
                                                                const nn::Kernels<double>&);

}  // namespace consilium::modn
