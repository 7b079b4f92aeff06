#include "lab/air/sign.h"

#include <algorithm>
#include <cmath>

namespace consilium::air {
namespace {

template <typename Scalar>
Scalar SignOf(Scalar value) {
  return value > 0 ? Scalar{1} : value < 0 ? Scalar{-1} : Scalar{0};
}

template <typename Scalar>
class Sign final : public AirScheme<Scalar> {
 public:
  Sign(const compress::LowRankLayout& layout, bool magnitudes)
      : parts_(layout.parts), magnitudes_(magnitudes) {
    size_t end = 0;
    for (size_t k = 0; k < parts_.size(); ++k) {
      segments_.push_back({end, parts_[k].size(), static_cast<int>(2 * k), parts_[k].block});
      end += parts_[k].size();
      if (!magnitudes_) continue;
      segments_.push_back({end++, 1, static_cast<int>(2 * k + 1), parts_[k].block});
    }
    signal_.resize(end);
  }

  std::span<const Scalar> Begin(std::span<const Scalar> values) override {
    Scalar* to = signal_.data();
    for (const compress::LowRankPart& part : parts_) {
      const auto own = values.subspan(part.offset, part.size());
      to = std::transform(own.begin(), own.end(), to, SignOf<Scalar>);
      if (!magnitudes_) continue;
      double sum = 0;
      for (const Scalar value : own) sum += std::abs(static_cast<double>(value));
      *to++ = static_cast<Scalar>(sum / static_cast<double>(own.size()));
    }
    return signal_;
  }

  std::span<const Segment> Segments() const override { return segments_; }

  void End(std::span<const Scalar> mean, bool, std::span<Scalar> values) override {
    const Scalar* from = mean.data();
    for (const compress::LowRankPart& part : parts_) {
      const Scalar* signs = from;
      from += part.size();
      // Noise can make a mean magnitude negative; a vote is then worth nothing.
      const Scalar magnitude = magnitudes_ ? std::max(*from++, Scalar{0}) : Scalar{1};
      for (size_t i = 0; i < part.size(); ++i) {
        values[part.offset + i] = magnitude * SignOf(signs[i]);
      }
    }
  }

 private:
  const std::vector<compress::LowRankPart> parts_;
  const bool magnitudes_;
  std::vector<Segment> segments_;
  std::vector<Scalar> signal_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeSign(const compress::LowRankLayout& layout,
                                            bool magnitudes) {
  return std::make_unique<Sign<Scalar>>(layout, magnitudes);
}

template std::unique_ptr<AirScheme<float>> MakeSign(const compress::LowRankLayout&, bool);
template std::unique_ptr<AirScheme<double>> MakeSign(const compress::LowRankLayout&, bool);

}  // namespace consilium::air
