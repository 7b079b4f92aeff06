#include "modules/schedule/d_squared.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "modules/schedule/decorator.h"

namespace consilium::schedule {
namespace {

template <typename Scalar>
class DSquared final : public ExchangeDecorator<Scalar> {
 public:
  DSquared(std::unique_ptr<Exchange<Scalar>> inner, size_t size)
      : ExchangeDecorator<Scalar>(std::move(inner)), given_(size), sent_(size), correction_(size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    std::ranges::copy(values, given_.begin());
    std::ranges::transform(given_, correction_, sent_.begin(), std::plus<>());
    return this->inner().Begin(sent_);
  }

  void End(std::span<Scalar> values) override {
    this->inner().End(values);
    std::ranges::transform(values, given_, correction_.begin(), std::minus<>());
  }

 private:
  std::vector<Scalar> given_;       // x + u
  std::vector<Scalar> sent_;        // x + u + c
  std::vector<Scalar> correction_;  // c
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeDSquared(std::unique_ptr<Exchange<Scalar>> inner,
                                               size_t size) {
  return std::make_unique<DSquared<Scalar>>(std::move(inner), size);
}

template std::unique_ptr<Exchange<float>> MakeDSquared(std::unique_ptr<Exchange<float>>, size_t);
template std::unique_ptr<Exchange<double>> MakeDSquared(std::unique_ptr<Exchange<double>>, size_t);

}  // namespace consilium::schedule
