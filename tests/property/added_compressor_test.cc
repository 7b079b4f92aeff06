// A compressor of somebody else: this file alone adds it, and plans, exchanges, error messages and
// the property tests of this program know it.
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modules/compress/compressor.h"
#include "modules/numbers.h"
#include "modules/schedule/make_exchange.h"
#include "modules/topology/generators.h"
#include "server/federation/plan.h"
#include "tests/support/matchers.h"
#include "tests/support/memory_exchange.h"

namespace consilium {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::MemoryExchange;
using testing::StatusIs;

constexpr compress::CodecFormat kFormat{200};

constexpr compress::CompressorOption kParts = {
    .key = "parts",
    .help = "one number of so many is sent, another in each message",
    .field = compress::OwnNumber{0},
    .lowest = 1,
    .highest = 8,
    .whole = true,
    .initial = 2};

constexpr const compress::CompressorOption* kOptions[] = {&kParts};

// Every parts-th number, from a place that the seed decides and the first byte says.
template <typename Scalar>
class EveryNth final : public compress::MatrixCodec<Scalar> {
 public:
  explicit EveryNth(size_t parts) : parts_(parts) {}

  compress::CodecFormat format() const override { return kFormat; }

  void Encode(std::span<const Scalar> values, uint64_t seed, ByteWriter& writer,
              std::span<Scalar> decoded) override {
    const size_t first = seed % parts_;
    writer.U8(static_cast<uint8_t>(first));
    std::ranges::fill(decoded, Scalar{0});
    for (size_t i = first; i < values.size(); i += parts_) {
      PutNumbers(writer, values.subspan(i, 1));
      decoded[i] = values[i];
    }
  }

  Status Decode(ByteReader& reader, uint64_t, std::span<Scalar> decoded) override {
    const size_t first = reader.U8();
    if (!reader.failed() && first >= parts_) return InvalidArgument("no part {}", first);
    std::ranges::fill(decoded, Scalar{0});
    for (size_t i = first; i < decoded.size() && !reader.failed(); i += parts_) {
      TakeNumbers(reader, decoded.subspan(i, 1));
    }
    if (reader.failed()) return compress::RefuseLength();
    return CheckWithin("compressed message", std::span<const Scalar>(decoded));
  }

  double Contraction(size_t) const override { return 1.0 / static_cast<double>(parts_); }

 private:
  const size_t parts_;
};

template <typename Scalar>
constexpr compress::CompressorMakers<Scalar> kMakers = {
    .matrix = [](const compress::CompressorOptions& options)
        -> std::unique_ptr<compress::MatrixCodec<Scalar>> {
      return std::make_unique<EveryNth<Scalar>>(
          static_cast<size_t>(compress::ValueOf(kParts, options)));
    }};

constexpr compress::CompressorRow kEveryNth = {.name = "every_nth",
                                               .help = "every so manieth number",
                                               .options = kOptions,
                                               .consensus_step =
                                                   [](const compress::CompressorOptions& options) {
                                                     return 0.5 /
                                                            compress::ValueOf(kParts, options);
                                                   },
                                               .formats = {kFormat},
                                               .of_floats = kMakers<float>,
                                               .of_doubles = kMakers<double>};

// Before tests are listed, so that those over all compressors have it too.
const Status added = compress::AddCompressor(kEveryNth);

constexpr char kSites[] = "[run]\nsites = ['a', 'b', 'c']\nrounds = 3\n";

StatusOr<federation::Plan> PlanWith(const std::string& compression) {
  return federation::ParsePlan(kSites + compression, "plan");
}

TEST(AddedCompressorTest, IsInTheTableAndInErrorMessages) {
  EXPECT_THAT(added, IsOk());
  EXPECT_EQ(compress::AllCompressors().back(), &kEveryNth);
  EXPECT_THAT(compress::ParseCompressor("zip"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("every_nth")));
  EXPECT_THAT(PlanWith("[compression]\nkind = 'zip'\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("every_nth")));
}

TEST(AddedCompressorTest, IsReadFromAPlanWithAnOptionOfItsOwn) {
  const auto plan = PlanWith("[compression]\nkind = 'every_nth'\nparts = 3\n");
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->schedule.compression.kind, &kEveryNth);
  EXPECT_EQ(compress::ValueOf(kParts, plan->schedule.compression), 3);
  EXPECT_EQ(compress::ValueOf(
                kParts, PlanWith("[compression]\nkind = 'every_nth'\n")->schedule.compression),
            2);
}

TEST(AddedCompressorTest, HasItsOptionCheckedAndOthersDoNotHaveIt) {
  EXPECT_THAT(PlanWith("[compression]\nkind = 'every_nth'\nparts = 9\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("parts")));
  EXPECT_THAT(PlanWith("[compression]\nkind = 'sign'\nparts = 3\n"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("parts")));
  compress::CompressorOptions options = {.kind = &kEveryNth};
  compress::SetValue(kParts, 9, options);
  EXPECT_THAT(compress::CheckCompressor(options),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("parts 9, expected 1 to 8")));
}

TEST(AddedCompressorTest, IsAddedOnceUnderANameAndFormatOfItsOwn) {
  EXPECT_THAT(compress::AddCompressor(kEveryNth), StatusIs(StatusCode::kAlreadyExists));
  compress::CompressorRow other = kEveryNth;
  other.name = "other";
  EXPECT_THAT(compress::AddCompressor(other),
              StatusIs(StatusCode::kAlreadyExists, HasSubstr("format 200")));
  other.formats = {compress::CodecFormat{201}};
  other.of_doubles = {};
  EXPECT_THAT(compress::AddCompressor(other), StatusIs(StatusCode::kInvalidArgument));
}

// How far a site's mean over the last rounds is from that of 0, 1 and 2, which the sites give in
// every round; with gossip in the first.
double FurthestFromOne(schedule::ScheduleKind kind) {
  schedule::ExchangeOptions options;
  options.schedule = kind;
  options.graph = *topology::Chain(3);
  options.shape = {.blocks = {{0, 24}}, .matrices = {{0, 4, 6, 0}}};
  options.weights.assign(3, {1.0});
  options.compressor.kind = &kEveryNth;
  auto network = *MemoryExchange<double>::Create(options);
  std::vector<std::vector<double>> values(3);
  double furthest = 0;
  std::vector<double> sums(3);
  for (int round = 0; round < 400; ++round) {
    const bool anew = kind != schedule::ScheduleKind::kGossip || round == 0;
    for (size_t site = 0; site < 3 && anew; ++site) {
      values[site].assign(24, static_cast<double>(site));
    }
    EXPECT_THAT(network.Round(values), IsOk());
    for (size_t site = 0; site < 3 && round >= 200; ++site) sums[site] += values[site][5] / 200;
  }
  for (const double sum : sums) furthest = std::max(furthest, std::abs(sum - 1));
  return furthest;
}

// Over links, over edges and hop by hop.
TEST(AddedCompressorTest, IsExchangedBySchedulesThatKnowNothingOfIt) {
  EXPECT_LT(FurthestFromOne(schedule::ScheduleKind::kRelaySum), 1e-6);
  EXPECT_LT(FurthestFromOne(schedule::ScheduleKind::kGossip), 1e-3);
  EXPECT_LT(FurthestFromOne(schedule::ScheduleKind::kAllReduce), 0.1);
}

}  // namespace
}  // namespace consilium
