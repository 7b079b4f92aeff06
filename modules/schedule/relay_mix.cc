#include "modules/schedule/relay_mix.h"

#include <utility>
#include <vector>

#include "modules/schedule/decorator.h"

namespace consilium::schedule {
namespace {

template <typename Scalar>
class RelayMix final : public ExchangeDecorator<Scalar> {
 public:
  RelayMix(std::unique_ptr<Exchange<Scalar>> inner, size_t size, double consensus)
      : ExchangeDecorator<Scalar>(std::move(inner)),
        kept_(static_cast<Scalar>(1 - consensus)),
        last_(size),
        message_(size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    for (size_t i = 0; i < last_.size(); ++i) message_[i] = values[i] - kept_ * last_[i];
    return this->inner().Begin(message_);
  }

  void End(std::span<Scalar> values) override {
    this->inner().End(message_);
    for (size_t i = 0; i < last_.size(); ++i) {
      values[i] = last_[i] = kept_ * last_[i] + message_[i];
    }
  }

 private:
  const Scalar kept_;            // 1 - consensus
  std::vector<Scalar> last_;     // x
  std::vector<Scalar> message_;  // consensus x + u, then its relayed mean
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeRelayMix(std::unique_ptr<Exchange<Scalar>> inner, size_t size,
                                               double consensus) {
  return std::make_unique<RelayMix<Scalar>>(std::move(inner), size, consensus);
}

template std::unique_ptr<Exchange<float>> MakeRelayMix(std::unique_ptr<Exchange<float>>, size_t,
                                                       double);
template std::unique_ptr<Exchange<double>> MakeRelayMix(std::unique_ptr<Exchange<double>>, size_t,
                                                        double);

}  // namespace consilium::schedule
