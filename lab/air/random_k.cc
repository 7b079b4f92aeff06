#include "lab/air/random_k.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace consilium::air {
namespace {

template <typename Scalar>
class RandomK final : public AirScheme<Scalar> {
 public:
  RandomK(const compress::LowRankLayout& layout, double ratio, uint64_t seed)
      : parts_(layout.parts), seed_(seed), rest_(layout.flat_size) {
    size_t end = 0;
    for (size_t k = 0; k < parts_.size(); ++k) {
      const auto count =
          static_cast<size_t>(std::ceil(ratio * static_cast<double>(parts_[k].size())));
      segments_.push_back({end, count, static_cast<int>(k), parts_[k].block});
      end += count;
    }
    chosen_.resize(end);
    signal_.resize(end);
  }

  std::span<const Scalar> Begin(std::span<const Scalar> values) override {
    Choose();
    for (size_t i = 0; i < rest_.size(); ++i) rest_[i] += values[i];
    for (size_t s = 0; s < chosen_.size(); ++s) signal_[s] = rest_[chosen_[s]];
    return signal_;
  }

  std::span<const Segment> Segments() const override { return segments_; }

  void End(std::span<const Scalar> mean, bool counted, std::span<Scalar> values) override {
    std::fill(values.begin(), values.end(), Scalar{0});
    for (size_t s = 0; s < chosen_.size(); ++s) {
      values[chosen_[s]] = mean[s];
      if (counted) rest_[chosen_[s]] = 0;
    }
  }

  std::vector<Scalar> Owed() const override { return rest_; }
  Status Owe(std::span<const Scalar> owed) override {
    if (owed.size() != rest_.size()) {
      return InvalidArgument("{} numbers are owed, expected {}", owed.size(), rest_.size());
    }
    rest_.assign(owed.begin(), owed.end());
    return OkStatus();
  }

 private:
  // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, Algorithm S).
  void Choose() {
    Random random = Random::Named(seed_, "random k", round_++);
    for (size_t k = 0; k < parts_.size(); ++k) {
      size_t open = segments_[k].size;
      size_t* to = chosen_.data() + segments_[k].offset;
      for (size_t i = 0; open > 0; ++i) {
        if (random.Below(parts_[k].size() - i) >= open) continue;
        *to++ = parts_[k].offset + i;
        --open;
      }
    }
  }

  const std::vector<compress::LowRankPart> parts_;
  const uint64_t seed_;
  uint64_t round_ = 0;
  std::vector<Segment> segments_;
  std::vector<Scalar> rest_;    // values plus error; then the error
  std::vector<size_t> chosen_;  // ascending
  std::vector<Scalar> signal_;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeRandomK(const compress::LowRankLayout& layout, double ratio,
                                               uint64_t seed) {
  return std::make_unique<RandomK<Scalar>>(layout, ratio, seed);
}

template std::unique_ptr<AirScheme<float>> MakeRandomK(const compress::LowRankLayout&, double,
                                                       uint64_t);
template std::unique_ptr<AirScheme<double>> MakeRandomK(const compress::LowRankLayout&, double,
                                                        uint64_t);

}  // namespace consilium::air
