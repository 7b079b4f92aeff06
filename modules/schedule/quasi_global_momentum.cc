#include "modules/schedule/quasi_global_momentum.h"

#include <utility>
#include <vector>

#include "modules/schedule/decorator.h"

namespace consilium::schedule {
namespace {

template <typename Scalar>
class QuasiGlobalMomentum final : public ExchangeDecorator<Scalar> {
 public:
  QuasiGlobalMomentum(std::unique_ptr<Exchange<Scalar>> inner, size_t size, double momentum)
      : ExchangeDecorator<Scalar>(std::move(inner)),
        momentum_(static_cast<Scalar>(momentum)),
        last_(size),
        sent_(size),
        descent_(size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    for (size_t i = 0; i < sent_.size(); ++i) sent_[i] = values[i] - momentum_ * descent_[i];
    return this->inner().Begin(sent_);
  }

  void End(std::span<Scalar> values) override {
    this->inner().End(values);
    for (size_t i = 0; i < last_.size(); ++i) {
      const Scalar step = last_[i] - values[i];
      descent_[i] = step + momentum_ * (descent_[i] - step);
      last_[i] = values[i];
    }
  }

 private:
  const Scalar momentum_;
  std::vector<Scalar> last_;     // x
  std::vector<Scalar> sent_;     // x + u - momentum M
  std::vector<Scalar> descent_;  // M
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeQuasiGlobalMomentum(std::unique_ptr<Exchange<Scalar>> inner,
                                                          size_t size, double momentum) {
  return std::make_unique<QuasiGlobalMomentum<Scalar>>(std::move(inner), size, momentum);
}

template std::unique_ptr<Exchange<float>> MakeQuasiGlobalMomentum(std::unique_ptr<Exchange<float>>,
                                                                  size_t, double);
template std::unique_ptr<Exchange<double>> MakeQuasiGlobalMomentum(
    std::unique_ptr<Exchange<double>>, size_t, double);

}  // namespace consilium::schedule
