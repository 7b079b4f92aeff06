#include "gmock/gmock.h"
#include "tests/server/coordinator/aggregator_bench.h"

namespace consilium::coordinator {
namespace {

using testing::AggregatorBench;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = AggregatorBench::Kind;

constexpr size_t kFourChunks = 240'000;  // numbers
constexpr char kLowRank[] = "[compression]\nkind = \"low_rank\"\nrank = 2\nmin_compression = 0\n";

std::vector<float> FinalModel(AggregatorBench& bench, uint64_t seed) {
  Random random(seed);
  bench.Assign();
  bench.Settle(random);
  EXPECT_THAT(bench.finals, SizeIs(4)) << seed;
  for (const auto& [site, model] : bench.finals) EXPECT_EQ(model, bench.finals.begin()->second);
  EXPECT_THAT(bench.broken, IsEmpty());
  EXPECT_EQ(bench.held(), 0U);
  return bench.finals.empty() ? std::vector<float>() : bench.finals.begin()->second;
}

TEST(PassingAggregatorTest, ARunHasTheBitsOfOneThatHoldsAllMessagesInWhateverOrderChunksCome) {
  const std::string top_k = "[compression]\nkind = \"top_k\"\n";
  const std::string int8 = "[compression]\nkind = \"int8\"\n";
  for (const auto& [schedule, plan] : {std::pair<std::string, std::string>{"all_reduce", ""},
                                       {"all_reduce", kLowRank},
                                       {"all_reduce", top_k},
                                       {"all_reduce", int8},
                                       {"scaffold", ""},
                                       {"scaffold", kLowRank},
                                       {"scaffold", int8}}) {
    AggregatorBench whole(Kind::kMember, 4, 100'003, plan, schedule);
    const std::vector<float> expected = FinalModel(whole, 1);
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      AggregatorBench bench(Kind::kPassing, 4, 100'003, plan, schedule);
      EXPECT_EQ(FinalModel(bench, seed), expected) << schedule << plan << seed;
    }
  }
}

TEST(PassingAggregatorTest, WhoIsAheadIsHeldBackAtHisFirstChunk) {
  AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
  Random random(3);
  bench.Assign();
  bench.RunUntilChunk(random, "site-3", 0);
  bench.mute = {"site-3"};
  bench.Settle(random);
  EXPECT_EQ(bench.held(), 3U);  // a chunk of each
  for (const char* site : {"site-0", "site-1", "site-2"}) EXPECT_EQ(bench.waiting(site), 3U);
  bench.mute.clear();
  bench.Settle(random);
  EXPECT_THAT(bench.finals, SizeIs(4));
}

TEST(PassingAggregatorTest, ALateSiteIsLeftOutAtTheDeadlineAndGoesOnWithTheOthers) {
  AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
  Random random(4);
  bench.Assign();
  bench.RunUntilChunk(random, "site-2", 0);
  bench.mute = {"site-2"};
  bench.Settle(random);
  bench.clock.Advance(Seconds(10));
  bench.aggregator->Tick();
  EXPECT_THAT(bench.missed, ElementsAre("site-2"));
  bench.mute.clear();  // its message of the round comes too late to count
  bench.Settle(random);
  EXPECT_THAT(bench.broken, IsEmpty());
  EXPECT_THAT(bench.finals, SizeIs(4));
  for (const auto& [site, model] : bench.finals) {
    EXPECT_EQ(model, bench.finals.at("site-0")) << site;
  }
}

TEST(PassingAggregatorTest, WithNobodyThereTheDeadlineFormsNoMean) {
  AggregatorBench bench(Kind::kPassing, 4, 10);
  bench.Assign();
  bench.clock.Advance(Seconds(10));
  bench.aggregator->Tick();
  EXPECT_THAT(bench.missed, IsEmpty());
  EXPECT_EQ(*bench.aggregator->NextDeadline(), bench.clock.Now() + Seconds(10));
}

TEST(PassingAggregatorTest, ASiteThatStopsWithinAMessageStallsAndAllOthersAreLetGo) {
  AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
  Random random(5);
  bench.Assign();
  bench.RunUntilChunk(random, "site-1", 2);
  bench.mute = {"site-1"};
  bench.Settle(random);
  EXPECT_GT(bench.held(), 0U);
  bench.clock.Advance(Seconds(10));
  bench.aggregator->Tick();
  EXPECT_THAT(bench.stalled, ElementsAre("site-1"));
  EXPECT_EQ(bench.held(), 0U);
  bench.mute.clear();
  bench.Settle(random);  // the rest of the generation is dropped
  EXPECT_EQ(bench.held(), 0U);
  bench.Assign(2);
  bench.Settle(random);
  EXPECT_THAT(bench.finals, SizeIs(4));
}

TEST(PassingAggregatorTest, ASiteThatLeavesWithinAMessageLetsTheOthersGo) {
  AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
  Random random(6);
  bench.Assign();
  bench.RunUntilChunk(random, "site-1", 2);
  bench.mute = {"site-1"};
  bench.Settle(random);
  EXPECT_GT(bench.held(), 0U);
  bench.aggregator->Left("site-1");
  EXPECT_EQ(bench.held(), 0U);
}

TEST(PassingAggregatorTest, ASiteThatDoesNotReadItsMeanHoldsNobodyUpUntilTheNextOne) {
  AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
  Random random(7);
  bench.Assign();
  bench.RunUntilChunk(random, "site-3", 3);
  bench.unread = {"site-3"};
  bench.Settle(random);
  EXPECT_EQ(bench.rounds["site-0"], 2);
  EXPECT_THAT(bench.stalled, IsEmpty());
  bench.clock.Advance(Seconds(10));
  bench.aggregator->Tick();  // round 2 is to begin without it, but it has not got round 1 yet
  EXPECT_THAT(bench.stalled, ElementsAre("site-3"));
  EXPECT_EQ(bench.held(), 0U);
}

TEST(PassingAggregatorTest, RefusesWhatNoHonestSiteSends) {
  const std::vector<std::pair<std::function<void(v1::PeerChunk&)>, const char*>> damages = {
      {[](v1::PeerChunk& c) { c.set_total_bytes(c.total_bytes() * 1000); }, "compression differ"},
      {[](v1::PeerChunk& c) { c.set_total_bytes(c.total_bytes() - 1); }, "compression differ"},
      {[](v1::PeerChunk& c) { c.set_offset(c.offset() - 1); }, "chunks are lost"},
      {[](v1::PeerChunk& c) { c.set_offset(c.offset() + federation::kLargestChunkBytes); },
       "chunks are lost"},
      {[](v1::PeerChunk& c) { c.set_bytes(""); }, "0 bytes at"},
      {[](v1::PeerChunk& c) { c.mutable_bytes()->append(1'000'000, 'x'); }, "bytes at"},
      {[](v1::PeerChunk& c) { c.set_sequence(c.sequence() + 1); }, "expected message"},
      {[](v1::PeerChunk& c) { c.set_round(c.round() + 1); }, "expected message"},
      {[](v1::PeerChunk& c) { c.set_stage(v1::CONSENSUS); }, "expected message"},
      {[](v1::PeerChunk& c) { (*c.mutable_bytes())[100] ^= 1; }, "checksum"},
  };
  for (size_t i = 0; i < damages.size(); ++i) {
    SCOPED_TRACE(i);
    AggregatorBench bench(Kind::kPassing, 4, kFourChunks);
    Random random(i);
    bench.Assign();
    bench.RunUntilChunk(random, "site-1", 1);
    bench.damage = [&](v1::PeerChunk& chunk) {
      if (chunk.from() == "site-1") damages[i].first(chunk);
    };
    bench.Settle(random);
    ASSERT_THAT(bench.broken, SizeIs(1));
    EXPECT_EQ(bench.broken[0].from, "site-1");
    EXPECT_THAT(bench.broken[0].reason, HasSubstr(damages[i].second));
    EXPECT_EQ(bench.held(), 0U);
  }
}

}  // namespace
}  // namespace consilium::coordinator
