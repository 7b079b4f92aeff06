#include "modules/schedule/mean_root.h"

#include <limits>

#include "gmock/gmock.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::RandomValues;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

constexpr size_t kSites = 4;  // besides the root

// The root is site 0; site 4 does not hold the second module.
ExchangeOptions Options(const compress::CompressorRow* compressor) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Star(kSites + 1);
  options.shape = ShapeOf({{{30, 40}, {7, 1}}, {{20, 30}}, {{3001, 1}}});
  options.weights = {{0, 0, 0}, {1, 2, 3}, {5, 1, 1}, {2, 2, 0.1}, {3, 0, 1}};
  options.compressor = {.kind = compressor, .rank = 2, .iterations = 2};
  options.seed = 5;
  return options;
}

// Cut into pieces and handed over in an order that `random` chooses; the mean as one body.
StatusOr<std::string> FormMean(MeanRoot& root, const std::vector<std::string>& bodies,
                               Random& random, size_t smallest = 9) {
  std::vector<bool> included;
  for (const std::string& body : bodies) included.push_back(!body.empty());
  root.Include(included);
  std::string numbers = root.TakeFormed();
  std::vector<size_t> given(bodies.size(), 0);
  while (!root.complete()) {
    const size_t i = random.Below(bodies.size());
    if (root.Waits(i) || given[i] == bodies[i].size()) continue;
    const size_t most = given[i] == 0 ? smallest : 1 + random.Below(5000);
    const std::string piece = bodies[i].substr(given[i], most);
    given[i] += piece.size();
    RETURN_IF_ERROR(root.Take(i, piece, given[i] == bodies[i].size()));
    numbers += root.TakeFormed();
  }
  return root.Beginning(true) + numbers;
}

class MeanRootTest
    : public ::testing::TestWithParam<std::pair<ScheduleKind, const compress::CompressorRow*>> {};

TEST_P(MeanRootTest, FormsTheBitsOfTheExchangeInWhateverOrderThePiecesCome) {
  ExchangeOptions options = Options(GetParam().second);
  options.schedule = GetParam().first;
  auto streamed = *MakeMeanRoot<float>(options);
  auto whole = *MakeExchange<float>(options);
  std::vector<std::unique_ptr<Exchange<float>>> sites;
  for (options.self = 1; options.self <= static_cast<int>(kSites); ++options.self) {
    sites.push_back(*MakeExchange<float>(options));
  }
  Random random(11);
  for (int round = 0; round < 4; ++round) {
    std::vector<std::string> up;
    for (auto& site : sites) {
      const auto values = RandomValues<float>(options.shape.size(), random);
      up.push_back(site->Begin(values)[0].body);
    }
    ASSERT_THAT(whole->Begin(std::vector<float>(options.shape.size())), ::testing::IsEmpty());
    while (!up[0].empty()) {
      const bool loses = round == 2;  // the third site is late
      std::vector<std::string> included = up;
      if (loses) included[2].clear();
      for (size_t i = 0; i < kSites; ++i) {
        EXPECT_EQ(up[i].size(), streamed->message_bytes().value_or(up[i].size()));
      }
      const auto mean = FormMean(*streamed, included, random);
      ASSERT_THAT(mean, IsOk());
      EXPECT_EQ(mean->size(), streamed->mean_bytes());
      const std::string not_counted =
          streamed->Beginning(false) + mean->substr(streamed->Beginning(false).size());
      std::vector<Outgoing> down;
      for (size_t i = 0; i < kSites; ++i) {
        if (included[i].empty()) continue;
        auto answers = whole->Receive(static_cast<int>(i) + 1, included[i]);
        ASSERT_THAT(answers, IsOk());
        if (!answers->empty()) down = *std::move(answers);
      }
      if (loses && down.empty()) down = whole->Deadline();
      ASSERT_EQ(down.size(), kSites);
      for (size_t i = 0; i < kSites; ++i) {
        ASSERT_EQ(down[i].body, included[i].empty() ? not_counted : *mean);
        auto answers = sites[i]->Receive(0, down[i].body);
        ASSERT_THAT(answers, IsOk());
        up[i] = answers->empty() ? "" : (*answers)[0].body;
      }
      streamed->Next();
    }
    std::vector<float> result(options.shape.size());
    whole->End(result);
    for (auto& site : sites) site->End(result);
  }
  EXPECT_EQ(streamed->round(), 4);
}

constexpr auto kReduce = ScheduleKind::kAllReduce;
constexpr auto kScaffold = ScheduleKind::kScaffold;
INSTANTIATE_TEST_SUITE_P(Compressors, MeanRootTest,
                         ::testing::Values(std::pair(kReduce, &compress::kIdentity),
                                           std::pair(kReduce, &compress::kLowRank),
                                           std::pair(kReduce, &compress::kRandomK),
                                           std::pair(kReduce, &compress::kQuantized),
                                           std::pair(kReduce, &compress::kBfloat16),
                                           std::pair(kReduce, &compress::kInt8),
                                           std::pair(kReduce, &compress::kTopK),
                                           std::pair(kReduce, &compress::kSign),
                                           std::pair(kScaffold, &compress::kIdentity),
                                           std::pair(kScaffold, &compress::kLowRank),
                                           std::pair(kScaffold, &compress::kInt8)));

std::vector<std::string> Messages(const ExchangeOptions& with, float last = 1) {
  std::vector<std::string> bodies;
  ExchangeOptions options = with;
  for (options.self = 1; options.self <= static_cast<int>(kSites); ++options.self) {
    std::vector<float> values(options.shape.size(), 1);
    values.back() = last;
    bodies.push_back((*MakeExchange<float>(options))->Begin(values)[0].body);
  }
  return bodies;
}

TEST(MeanRootTest, AMeanOfNobodyIsCompleteAndSaysThatNoWeightArrived) {
  auto root = *MakeMeanRoot<float>(Options(&compress::kIdentity));
  Random random(1);
  ASSERT_THAT(FormMean(*root, std::vector<std::string>(kSites), random), IsOk());
  EXPECT_TRUE(root->complete());
  EXPECT_EQ(root->Beginning(false).size(), root->Beginning(true).size());
  EXPECT_GT(root->Beginning(false).size(), 9U);  // with weights
}

TEST(MeanRootTest, RefusesWhatNoHonestSiteSends) {
  const ExchangeOptions options = Options(&compress::kIdentity);
  Random random(1);
  const std::vector<std::string> good = Messages(options);
  const auto refused = [&](size_t byte, char value) {
    std::vector<std::string> bodies = good;
    bodies[1][byte] = value;
    return FormMean(**MakeMeanRoot<float>(options), bodies, random);
  };
  EXPECT_THAT(refused(0, 9), StatusIs(StatusCode::kInvalidArgument, HasSubstr("version")));
  EXPECT_THAT(refused(1, 2), StatusIs(StatusCode::kInvalidArgument, HasSubstr("direction")));
  EXPECT_THAT(refused(3, 1), StatusIs(StatusCode::kInvalidArgument, HasSubstr("phase 1")));
  EXPECT_THAT(refused(5, 3), StatusIs(StatusCode::kInvalidArgument, HasSubstr("round 3")));
  EXPECT_THAT(FormMean(**MakeMeanRoot<float>(options),
                       Messages(options, std::numeric_limits<float>::infinity()), random),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected numbers between")));
  EXPECT_THAT(FormMean(**MakeMeanRoot<float>(options), good, random, 5),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("within its header")));
  auto root = *MakeMeanRoot<float>(options);
  root->Include(std::vector<bool>(kSites, true));
  EXPECT_THAT(root->Take(0, good[0] + "more", true), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(root->refused(), 0U);
}

TEST(MeanRootTest, RefusesCompressedMessagesThatNoHonestSiteSendsAndSaysWhose) {
  const ExchangeOptions options = Options(&compress::kTopK);
  const std::vector<std::string> good = Messages(options);
  const auto refused = [&](auto damage, const char* why) {
    std::vector<std::string> bodies = good;
    damage(bodies[1]);
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      auto root = *MakeMeanRoot<float>(options);
      Random random(seed);
      EXPECT_THAT(FormMean(*root, bodies, random),
                  StatusIs(StatusCode::kInvalidArgument, HasSubstr(why)));
      EXPECT_EQ(root->refused(), 1U) << seed;
    }
  };
  refused([](std::string& body) { body[1] = 2; }, "direction");
  refused([](std::string& body) { body[10] = 6; }, "format 6");
  refused([](std::string& body) { body.pop_back(); }, "");
  refused([](std::string& body) { body += "more"; }, "more than a message has");
  refused([](std::string& body) { body.resize(12); }, "ends too early");
  refused([](std::string& body) { body.replace(19, 1, "\x7f").replace(18, 1, "\xc0"); },
          "expected numbers between");
}

TEST(MeanRootTest, RefusesToBeAnythingButTheMiddleOfAStarWithoutWeight) {
  ExchangeOptions options = Options(&compress::kIdentity);
  options.weights[0][0] = 1;
  EXPECT_THAT(MakeMeanRoot<float>(options), StatusIs(StatusCode::kInvalidArgument));
  options = Options(&compress::kIdentity);
  options.self = 1;
  EXPECT_THAT(MakeMeanRoot<float>(options), StatusIs(StatusCode::kInvalidArgument));
  options = Options(&compress::kIdentity);
  options.graph = *topology::Chain(kSites + 1);
  EXPECT_THAT(MakeMeanRoot<float>(options), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace consilium::schedule
