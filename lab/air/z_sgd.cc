#include "lab/air/z_sgd.h"

#include <algorithm>

namespace consilium::air {
namespace {

template <typename Scalar>
class ZSgd final : public AirScheme<Scalar> {
 public:
  explicit ZSgd(const compress::LowRankLayout& layout) {
    for (size_t k = 0; k < layout.parts.size(); ++k) {
      const compress::LowRankPart& part = layout.parts[k];
      segments_.push_back({part.offset, part.size(), static_cast<int>(k), part.block});
    }
  }

  std::span<const Scalar> Begin(std::span<const Scalar> values) override {
    signal_.assign(values.begin(), values.end());
    return signal_;
  }
  std::span<const Segment> Segments() const override { return segments_; }
  void End(std::span<const Scalar> mean, bool, std::span<Scalar> values) override {
    std::copy(mean.begin(), mean.end(), values.begin());
  }

 private:
  std::vector<Segment> segments_;
  std::vector<Scalar> signal_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeZSgd(const compress::LowRankLayout& layout) {
  return std::make_unique<ZSgd<Scalar>>(layout);
}

template std::unique_ptr<AirScheme<float>> MakeZSgd(const compress::LowRankLayout&);
template std::unique_ptr<AirScheme<double>> MakeZSgd(const compress::LowRankLayout&);

}  // namespace consilium::air
