#include "modules/schedule/make_exchange.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::IsOkAndHolds;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

ExchangeOptions Good() {
  ExchangeOptions options;
  options.graph = *topology::Chain(3);
  options.shape.blocks = {{0, 2}, {2, 3}};
  options.shape.matrices = {{0, 2, 1, 0}, {2, 3, 1, 1}};
  options.weights.assign(3, {1, 1});
  return options;
}

void ExpectRefused(const ExchangeOptions& options, const char* why) {
  EXPECT_THAT(MakeExchange<float>(options), StatusIs(StatusCode::kInvalidArgument, HasSubstr(why)));
}

TEST(MakeExchangeTest, RefusesOptionsThatDoNotFitTogether) {
  ASSERT_THAT(MakeExchange<float>(Good()), IsOk());
  ExchangeOptions options = Good();
  options.self = 3;
  ExpectRefused(options, "site 3");
  options = Good();
  options.graph = *topology::Ring(3);
  ExpectRefused(options, "tree");
  options = Good();
  options.weights.pop_back();
  ExpectRefused(options, "weights of 2 sites");
  options = Good();
  options.weights[1] = {1};
  ExpectRefused(options, "weights for 1 modules");
  options = Good();
  options.weights[1][0] = -1;
  ExpectRefused(options, "weight -1");
  options.weights[1][0] = std::numeric_limits<double>::quiet_NaN();
  ExpectRefused(options, "weight");
  options = Good();
  options.shape.blocks[1].offset = 1;
  ExpectRefused(options, "begins at 1");
}

TEST(MakeExchangeTest, RefusesSchedulesOptionsOutOfRange) {
  ExchangeOptions options = Good();
  options.schedule = ScheduleKind::kGossip;
  options.gossip_steps = 0;
  ExpectRefused(options, "0 gossip steps");
  options.gossip_steps = 1;
  options.gossip_diffusion = -0.1;
  ExpectRefused(options, "diffusion");
  options.gossip_diffusion = 1;
  options.graph = *topology::Graph::Create(3, {{0, 1}});
  ExpectRefused(options, "not connected");
  options = Good();
  options.schedule = ScheduleKind::kAllReduce;
  options.root = 7;
  ExpectRefused(options, "root 7");
}

TEST(MakeExchangeTest, RefusesCompressorsOutOfRange) {
  ExchangeOptions options = Good();
  options.compressor.kind = &compress::kLowRank;
  options.compressor.rank = 0;
  ExpectRefused(options, "rank 0");
  options.compressor.rank = 1;
  options.compressor.iterations = 0;
  ExpectRefused(options, "0 power iterations");
  options.compressor.iterations = 1;
  options.shape.matrices.pop_back();
  ExpectRefused(options, "every number");
}

TEST(MakeExchangeTest, NamesAreThoseOfTheTables) {
  for (const NamedSchedule& schedule : AllSchedules()) {
    EXPECT_THAT(ParseSchedule(schedule.name), IsOkAndHolds(schedule.kind));
  }
  EXPECT_THAT(ParseSchedule("telepathy"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("relay_sum")));
  for (const compress::CompressorRow* compressor : compress::AllCompressors()) {
    EXPECT_THAT(compress::ParseCompressor(compressor->name), IsOkAndHolds(compressor));
  }
  EXPECT_THAT(compress::ParseCompressor("zip"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("low_rank")));
}

}  // namespace
}  // namespace consilium::schedule
