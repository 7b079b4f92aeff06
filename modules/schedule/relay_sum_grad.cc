#include "modules/schedule/relay_sum_grad.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "modules/schedule/decorator.h"

namespace consilium::schedule {
namespace {

template <typename Scalar>
class RelaySumGrad final : public ExchangeDecorator<Scalar> {
 public:
  RelaySumGrad(std::unique_ptr<Exchange<Scalar>> inner, size_t size)
      : ExchangeDecorator<Scalar>(std::move(inner)), last_(size), update_(size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    std::ranges::transform(values, last_, update_.begin(), std::minus<>());
    return this->inner().Begin(update_);
  }

  void End(std::span<Scalar> values) override {
    this->inner().End(update_);
    for (size_t i = 0; i < last_.size(); ++i) values[i] = last_[i] += update_[i];
  }

 private:
  std::vector<Scalar> last_;    // x
  std::vector<Scalar> update_;  // u, then the relayed sum
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelaySumGrad(std::unique_ptr<Exchange<Scalar>> inner,
                                                   size_t size) {
  return std::make_unique<RelaySumGrad<Scalar>>(std::move(inner), size);
}

template std::unique_ptr<Exchange<float>> MakeRelaySumGrad(std::unique_ptr<Exchange<float>>,
                                                           size_t);
template std::unique_ptr<Exchange<double>> MakeRelaySumGrad(std::unique_ptr<Exchange<double>>,
                                                            size_t);

}  // namespace consilium::schedule
