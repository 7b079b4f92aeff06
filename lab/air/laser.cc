#include "lab/air/laser.h"

#include <utility>

namespace consilium::air {
namespace {

// How a signal of one factor of each compressed part and all others as they are divides.
std::vector<Segment> SegmentsOf(const compress::LowRankLayout& layout, compress::Side sent,
                                bool columns) {
  std::vector<Segment> segments;
  size_t end = 0;
  for (size_t k = 0; k < layout.parts.size(); ++k) {
    const compress::LowRankPart& part = layout.parts[k];
    const auto rank = static_cast<size_t>(part.rank);
    const auto length = static_cast<size_t>(compress::FactorOf(part, sent).length);
    const size_t count = rank > 0 && columns ? rank : 1;
    const size_t size = rank == 0 ? part.size() : columns ? length : rank * length;
    for (size_t c = 0; c < count; ++c, end += size) {
      segments.push_back({end, size, static_cast<int>(k), part.block});
    }
  }
  return segments;
}

template <typename Scalar>
class Laser final : public AirScheme<Scalar> {
 public:
  Laser(const compress::LowRankLayout& layout, bool columns,
        std::unique_ptr<compress::MeanCodec<Scalar>> power_sgd)
      : even_(SegmentsOf(layout, compress::Side::kRight, columns)),
        odd_(SegmentsOf(layout, compress::Side::kLeft, columns)),
        codec_(std::move(power_sgd)) {}

  std::span<const Scalar> Begin(std::span<const Scalar> values) override {
    codec_->Begin(values);
    return codec_->Contribution(0);
  }

  std::span<const Segment> Segments() const override { return is_odd_ ? odd_ : even_; }

  void End(std::span<const Scalar> mean, bool counted, std::span<Scalar> values) override {
    codec_->Absorb(0, mean, counted);
    codec_->End(values);
    is_odd_ = !is_odd_;
  }

  std::vector<Scalar> Owed() const override { return codec_->Owed(); }
  Status Owe(std::span<const Scalar> owed) override { return codec_->Owe(owed); }

 private:
  const std::vector<Segment> even_;
  const std::vector<Segment> odd_;
  const std::unique_ptr<compress::MeanCodec<Scalar>> codec_;
  bool is_odd_ = false;  // the round sends left factors
};

}  // namespace

template <typename Scalar>
std::unique_ptr<AirScheme<Scalar>> MakeLaser(
    const compress::LowRankLayout& layout, bool columns,
    std::unique_ptr<compress::MeanCodec<Scalar>> power_sgd) {
  return std::make_unique<Laser<Scalar>>(layout, columns, std::move(power_sgd));
}

template std::unique_ptr<AirScheme<float>> MakeLaser(const compress::LowRankLayout&, bool,
                                                     std::unique_ptr<compress::MeanCodec<float>>);
template std::unique_ptr<AirScheme<double>> MakeLaser(const compress::LowRankLayout&, bool,
                                                      std::unique_ptr<compress::MeanCodec<double>>);

}  // namespace consilium::air
