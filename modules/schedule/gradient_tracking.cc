#include "modules/schedule/gradient_tracking.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "modules/schedule/decorator.h"

namespace consilium::schedule {
namespace {

template <typename Scalar>
class GradientTracking final : public ExchangeDecorator<Scalar>, private TrafficAccount {
 public:
  GradientTracking(std::unique_ptr<Exchange<Scalar>> inner, size_t size)
      : ExchangeDecorator<Scalar>(std::move(inner)),
        last_(size),
        update_(size),
        correction_(size),
        both_(2 * size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    const size_t size = last_.size();
    for (size_t i = 0; i < size; ++i) {
      update_[i] = values[i] - last_[i];
      both_[i] = values[i] + correction_[i];
      both_[size + i] = correction_[i] + update_[i];
    }
    return this->inner().Begin(both_);
  }

  void End(std::span<Scalar> values) override {
    const size_t size = last_.size();
    this->inner().End(both_);
    for (size_t i = 0; i < size; ++i) {
      values[i] = last_[i] = both_[i];
      correction_[i] = both_[size + i] - update_[i];
    }
  }

  // What two vectors together owe is nothing that one vector could begin with.
  schedule::Extras<Scalar> Extras() override {
    schedule::Extras<Scalar> extras = this->inner().Extras();
    extras.error = nullptr;
    extras.traffic = this;
    return extras;
  }

 private:
  // A module's two vectors are blocks of their own.
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    std::vector<BlockTraffic> both(2 * by_block.size());
    AddTrafficOf(this->inner(), both);
    for (size_t i = 0; i < both.size(); ++i) by_block[i % by_block.size()] += both[i];
  }

  std::vector<Scalar> last_;        // x
  std::vector<Scalar> update_;      // u
  std::vector<Scalar> correction_;  // d
  std::vector<Scalar> both_;        // x + u + d, d + u
};

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeGradientTracking(std::unique_ptr<Exchange<Scalar>> inner,
                                                       size_t size) {
  return std::make_unique<GradientTracking<Scalar>>(std::move(inner), size);
}

template std::unique_ptr<Exchange<float>> MakeGradientTracking(std::unique_ptr<Exchange<float>>,
                                                               size_t);
template std::unique_ptr<Exchange<double>> MakeGradientTracking(std::unique_ptr<Exchange<double>>,
                                                                size_t);

}  // namespace consilium::schedule
