#include "lab/experiments/gradient_mean.h"

#include <cmath>

#include "base/random.h"
#include "modules/compress/compressor.h"

namespace consilium::experiments {
namespace {

FlatShape OneMatrix(int rows, int cols) {
  FlatShape shape;
  shape.matrices = {{0, rows, cols, 0}};
  shape.blocks = {{0, shape.matrices[0].size()}};
  return shape;
}

template <typename Scalar>
class ExactMean final : public GradientAverager<Scalar> {
 public:
  Status Average(const std::vector<std::vector<Scalar>>& gradients,
                 std::vector<Scalar>& mean) override {
    const auto share = 1 / static_cast<Scalar>(gradients.size());
    mean.assign(gradients[0].size(), 0);
    for (const auto& gradient : gradients) {
      for (size_t k = 0; k < mean.size(); ++k) mean[k] += share * gradient[k];
    }
    floats_ += static_cast<double>(mean.size());
    return OkStatus();
  }
  double floats() const override { return floats_; }

 private:
  double floats_ = 0;
};

template <typename Scalar>
class PowerSgdMean final : public GradientAverager<Scalar> {
 public:
  PowerSgdMean(const CompressedTraining& how, int rows, int cols, uint64_t seed)
      : how_(how), shape_(OneMatrix(rows, cols)), seed_(seed) {}

  Status Average(const std::vector<std::vector<Scalar>>& gradients,
                 std::vector<Scalar>& mean) override {
    if (step_ == 0 || !how_.warm_start) RETURN_IF_ERROR(BeginAnew(gradients.size()));
    for (size_t i = 0; i < codecs_.size(); ++i) codecs_[i]->Begin(gradients[i]);
    for (int phase = 0; phase < codecs_[0]->phases(); ++phase) Phase(phase);
    mean.resize(gradients[0].size());
    for (auto& codec : codecs_) codec->End(mean);
    const std::vector<Scalar> nothing(mean.size(), Scalar{0});
    for (auto& codec : codecs_) {
      if (!how_.error_feedback) RETURN_IF_ERROR(codec->Owe(nothing));
    }
    ++step_;
    return OkStatus();
  }
  double floats() const override { return floats_; }

 private:
  // New factors, the same error.
  Status BeginAnew(size_t workers) {
    compress::CompressorOptions options{.kind = &compress::kLowRank, .rank = how_.rank};
    options.form = how_.form;
    options.min_compression = 0;
    std::vector<std::unique_ptr<compress::MeanCodec<Scalar>>> made;
    for (size_t i = 0; i < workers; ++i) {
      ASSIGN_OR_RETURN(auto codec, compress::MakeMeanCodec<Scalar>(options, shape_, seed_ + step_));
      if (step_ > 0) RETURN_IF_ERROR(codec->Owe(codecs_[i]->Owed()));
      made.push_back(std::move(codec));
    }
    codecs_ = std::move(made);
    return OkStatus();
  }

  void Phase(int phase) {
    const auto share = 1 / static_cast<Scalar>(codecs_.size());
    std::vector<Scalar> sum;
    for (auto& codec : codecs_) {
      const auto part = codec->Contribution(phase);
      sum.resize(part.size());
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += share * part[k];
    }
    floats_ += static_cast<double>(sum.size());
    for (auto& codec : codecs_) codec->Absorb(phase, sum, /*counted=*/true);
  }

  const CompressedTraining how_;
  const FlatShape shape_;
  const uint64_t seed_;
  uint64_t step_ = 0;
  std::vector<std::unique_ptr<compress::MeanCodec<Scalar>>> codecs_;
  double floats_ = 0;
};

template <typename Scalar>
class UnbiasedMean final : public GradientAverager<Scalar> {
 public:
  UnbiasedMean(int rank, int rows, int cols, uint64_t seed)
      : rank_(static_cast<size_t>(rank)),
        rows_(static_cast<size_t>(rows)),
        cols_(static_cast<size_t>(cols)),
        seed_(seed) {}

  Status Average(const std::vector<std::vector<Scalar>>& gradients,
                 std::vector<Scalar>& mean) override {
    RETURN_IF_ERROR(exact_.Average(gradients, whole_));  // the sketch is linear
    Random random = Random::Named(seed_, "sketch", step_++);
    std::vector<Scalar> directions(cols_ * rank_);
    const double deviation = 1 / std::sqrt(static_cast<double>(rank_));
    for (Scalar& u : directions) u = static_cast<Scalar>(deviation * random.Normal());
    mean.assign(whole_.size(), 0);
    for (size_t i = 0; i < rows_; ++i) {
      for (size_t c = 0; c < rank_; ++c) {
        const Scalar* u = directions.data() + c * cols_;
        Scalar along = 0;
        for (size_t j = 0; j < cols_; ++j) along += whole_[i * cols_ + j] * u[j];
        for (size_t j = 0; j < cols_; ++j) mean[i * cols_ + j] += along * u[j];
      }
    }
    return OkStatus();
  }
  double floats() const override { return static_cast<double>(step_ * rank_ * rows_); }

 private:
  const size_t rank_, rows_, cols_;
  const uint64_t seed_;
  uint64_t step_ = 0;
  ExactMean<Scalar> exact_;
  std::vector<Scalar> whole_;
};

// As many numbers, indices included, as two-sided PowerSGD of that rank.
template <typename Scalar>
class TopKMean final : public GradientAverager<Scalar> {
 public:
  TopKMean(const CompressedTraining& how, int rows, int cols)
      : workers_(how.workers), shape_(OneMatrix(rows, cols)) {
    keep_ = how.rank * (rows + cols) / 2.0 / static_cast<double>(shape_.size());
  }

  Status Average(const std::vector<std::vector<Scalar>>& gradients,
                 std::vector<Scalar>& mean) override {
    while (codecs_.size() < static_cast<size_t>(workers_)) {
      const compress::CompressorOptions options{.kind = &compress::kTopK, .keep = keep_};
      ASSIGN_OR_RETURN(auto codec, compress::MakeHopCodec<Scalar>(options, shape_, 1));
      codecs_.push_back(std::move(codec));
    }
    const auto share = 1 / static_cast<Scalar>(gradients.size());
    mean.assign(shape_.size(), 0);
    for (size_t i = 0; i < codecs_.size(); ++i) {
      ByteWriter writer;
      codecs_[i]->Encode(gradients[i], step_, writer);
      codecs_[i]->Sent();
      const auto said = codecs_[i]->Decoded();
      for (size_t k = 0; k < mean.size(); ++k) mean[k] += share * said[k];
    }
    ++step_;
    return OkStatus();
  }
  double floats() const override {
    return step_ * 2 * std::ceil(keep_ * static_cast<double>(shape_.size()));
  }

 private:
  const int workers_;
  const FlatShape shape_;
  double keep_ = 0;
  uint32_t step_ = 0;
  std::vector<std::unique_ptr<compress::HopCodec<Scalar>>> codecs_;
};

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<GradientAverager<Scalar>>> MakeGradientAverager(
    const CompressedTraining& how, int rows, int cols, uint64_t seed) {
  std::unique_ptr<GradientAverager<Scalar>> made;
  switch (how.mean) {
    case GradientMean::kExact:
      made = std::make_unique<ExactMean<Scalar>>();
      break;
    case GradientMean::kPowerSgd:
      made = std::make_unique<PowerSgdMean<Scalar>>(how, rows, cols, seed);
      break;
    case GradientMean::kUnbiased:
      made = std::make_unique<UnbiasedMean<Scalar>>(how.rank, rows, cols, seed);
      break;
    case GradientMean::kTopK:
      made = std::make_unique<TopKMean<Scalar>>(how, rows, cols);
      break;
  }
  return made;
}

template StatusOr<std::unique_ptr<GradientAverager<float>>> MakeGradientAverager(
    const CompressedTraining&, int, int, uint64_t);
template StatusOr<std::unique_ptr<GradientAverager<double>>> MakeGradientAverager(
    const CompressedTraining&, int, int, uint64_t);

}  // namespace consilium::experiments
