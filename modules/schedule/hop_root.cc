#include <algorithm>
#include <utility>

#include "modules/compress/hop_matrices.h"
#include "modules/schedule/exchange_parts.h"
#include "modules/schedule/message.h"
#include "modules/schedule/star_root.h"
#include "modules/schedule/weighted_sum.h"

namespace consilium::schedule {
namespace {

// What came of one site's message and is not decoded.
struct Arriving {
  std::string bytes;
  size_t used = 0;  // of them
  bool begun = false;
  bool whole = false;  // the rest of the message

  std::string_view rest() const { return std::string_view(bytes).substr(used); }
};

// No compressor makes so many numbers longer.
template <typename Scalar>
size_t MostBytes(size_t numbers) {
  return 64 + 2 * numbers * sizeof(Scalar);
}

// Matrix after matrix, and of each matrix site after site, in their order.
template <typename Scalar>
class HopRoot final : public StarRoot {
 public:
  HopRoot(const ExchangeOptions& options, std::unique_ptr<compress::HopMatrices<Scalar>> codec)
      : StarRoot(options, sizeof(Scalar)), codec_(std::move(codec)), arriving_(children().size()) {
    StartRound(0);
  }

  std::optional<size_t> message_bytes() const override { return std::nullopt; }
  std::optional<size_t> mean_bytes() const override {
    if (complete()) return Beginning(true).size() + written_;
    return std::nullopt;
  }
  std::string TakeFormed() override { return std::exchange(formed_, {}); }
  bool complete() const override { return matrix_ == codec_->matrices().size(); }

  // Only of the site whose turn it is more than a piece is taken.
  bool Waits(size_t child) const override {
    return !arriving_[child].rest().empty() && (child != turn_ || complete());
  }

  void Include(const std::vector<bool>& included) override {
    Admit(included);
    Say(codec_->Beginning(Serial()));
    StartMatrix();
    (void)Form();  // of nobody, it is complete at once
  }

  Status Take(size_t child, std::string piece, bool last) override {
    Arriving& from = arriving_[child];
    from.bytes.erase(0, std::exchange(from.used, 0));
    from.bytes.append(piece);
    from.whole = last;
    if (!from.begun) {
      const size_t beginning = kMessageHeaderBytes + codec_->Beginning(Serial()).size();
      if (from.bytes.size() < beginning && !last) return OkStatus();
      Status fits = CheckBeginning(children()[child], from.bytes);
      if (fits.ok())
        fits = codec_->CheckBeginning(from.rest().substr(kMessageHeaderBytes), Serial());
      if (!fits.ok()) return Refuse(child, fits);
      from.begun = true;
      from.used = beginning;
    }
    return Form();
  }

  void Next() override { StartRound(round() + 1); }

 private:
  uint32_t Serial() const { return static_cast<uint32_t>(round()); }

  void StartRound(int round) {
    BeginPhase(0, round);
    for (Arriving& each : arriving_) each = {};
    matrix_ = turn_ = written_ = 0;
  }

  void Say(std::string bytes) {
    written_ += bytes.size();
    formed_ += bytes;
  }

  void StartMatrix() {
    if (complete()) return;
    sum_.assign(codec_->matrices()[matrix_].size(), 0);
    turn_ = 0;
    SkipTheLeftOut();
  }

  void SkipTheLeftOut() {
    while (turn_ < children().size() && !children()[turn_].included) ++turn_;
  }

  // As far as possible without another piece.
  Status Form() {
    while (!complete()) {
      if (turn_ < children().size()) {
        ASSIGN_OR_RETURN(const bool added, AddNext());
        if (!added) return OkStatus();
        ++turn_;
        SkipTheLeftOut();
      } else {
        EndMatrix();
        ++matrix_;
        StartMatrix();
      }
    }
    return OkStatus();
  }

  // Adds the matrix of the site whose turn it is; false if it is not all there.
  StatusOr<bool> AddNext() {
    Arriving& from = arriving_[turn_];
    if (!from.begun) return false;
    decoded_.resize(sum_.size());
    const std::string_view rest = from.rest();
    ByteReader reader(rest);
    const Status read = codec_->Decode(matrix_, Serial(), reader, decoded_);
    if (!read.ok()) {
      if (!from.whole && rest.size() < MostBytes<Scalar>(sum_.size())) return false;
      return Refuse(turn_, read);
    }
    from.used += rest.size() - reader.remaining();
    if (matrix_ + 1 == codec_->matrices().size() && (!from.whole || reader.remaining() > 0)) {
      return Refuse(turn_, InvalidArgument("site {} sent more than a message has: shape or "
                                           "compression differ",
                                           children()[turn_].site));
    }
    const Status fits = CheckSum<Scalar>(blocks(), children()[turn_].weights,
                                         codec_->matrices()[matrix_].offset, decoded_);
    if (!fits.ok()) {
      return Refuse(turn_, InvalidArgument("site {}: {}", children()[turn_].site, Message(fits)));
    }
    for (size_t i = 0; i < sum_.size(); ++i) sum_[i] += decoded_[i];
    return true;
  }

  // All are in the sum: says the mean.
  void EndMatrix() {
    const MatrixSlice& matrix = codec_->matrices()[matrix_];
    const double weight = weights()[static_cast<size_t>(matrix.block)];
    if (weight > 0) {
      for (Scalar& number : sum_) number /= static_cast<Scalar>(weight);
    }
    ByteWriter writer;
    codec_->Encode(matrix_, Serial(), sum_, writer);
    Say(writer.Take());
  }

  const std::unique_ptr<compress::HopMatrices<Scalar>> codec_;
  std::vector<Arriving> arriving_;  // of each child

  size_t matrix_ = 0;  // under way
  size_t turn_ = 0;    // the child whose matrix is added next
  std::vector<Scalar> sum_;
  std::vector<Scalar> decoded_;
  std::string formed_;
  size_t written_ = 0;  // bytes of the mean
};

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<MeanRoot>> MakeHopRoot(const ExchangeOptions& options) {
  ASSIGN_OR_RETURN(auto codec, compress::MakeHopMatrices<Scalar>(
                                   options.compressor, options.shape,
                                   SeedOf(options, "hop", options.self, options.self)));
  return std::unique_ptr<MeanRoot>(std::make_unique<HopRoot<Scalar>>(options, std::move(codec)));
}

template StatusOr<std::unique_ptr<MeanRoot>> MakeHopRoot<float>(const ExchangeOptions&);
template StatusOr<std::unique_ptr<MeanRoot>> MakeHopRoot<double>(const ExchangeOptions&);

}  // namespace consilium::schedule
