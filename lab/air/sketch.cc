#include "lab/air/sketch.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace consilium::air {
namespace {

template <typename Scalar>
class Sketch final : public AirScheme<Scalar> {
 public:
  Sketch(const compress::LowRankLayout& layout, double ratio, uint64_t seed)
      : parts_(layout.parts), seed_(seed), places_(layout.flat_size), signs_(layout.flat_size) {
    size_t end = 0;
    for (size_t k = 0; k < parts_.size(); ++k) {
      const auto buckets =
          static_cast<size_t>(std::ceil(ratio * static_cast<double>(parts_[k].size())));
      segments_.push_back({end, buckets, static_cast<int>(k), parts_[k].block});
      end += buckets;
    }
    signal_.resize(end);
  }

  std::span<const Scalar> Begin(std::span<const Scalar> values) override {
    DrawHashes();
    std::fill(signal_.begin(), signal_.end(), Scalar{0});
    for (size_t i = 0; i < values.size(); ++i) signal_[places_[i]] += signs_[i] * values[i];
    return signal_;
  }

  std::span<const Segment> Segments() const override { return segments_; }

  void End(std::span<const Scalar> mean, bool, std::span<Scalar> values) override {
    for (size_t i = 0; i < values.size(); ++i) values[i] = signs_[i] * mean[places_[i]];
  }

 private:
  void DrawHashes() {
    Random random = Random::Named(seed_, "sketch", round_++);
    for (size_t k = 0; k < parts_.size(); ++k) {
      for (size_t i = parts_[k].offset; i < parts_[k].offset + parts_[k].size(); ++i) {
        const uint64_t drawn = random.Below(2 * segments_[k].size);
        places_[i] = segments_[k].offset + drawn / 2;
        signs_[i] = drawn % 2 == 0 ? Scalar{1} : Scalar{-1};
      }
    }
  }

  const std::vector<compress::LowRankPart> parts_;
  const uint64_t seed_;
  uint64_t round_ = 0;
  std::vector<Segment> segments_;
  std::vector<size_t> places_;  // each value's bucket in the signal
  std::vector<Scalar> signs_;
  std::vector<Scalar> signal_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeSketch(const compress::LowRankLayout& layout, double ratio,
                                              uint64_t seed) {
  return std::make_unique<Sketch<Scalar>>(layout, ratio, seed);
}

template std::unique_ptr<AirScheme<float>> MakeSketch(const compress::LowRankLayout&, double,
                                                      uint64_t);
template std::unique_ptr<AirScheme<double>> MakeSketch(const compress::LowRankLayout&, double,
                                                       uint64_t);

}  // namespace consilium::air
