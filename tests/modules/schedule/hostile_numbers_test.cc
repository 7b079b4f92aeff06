#include <cstring>
#include <deque>
#include <limits>

#include "gmock/gmock.h"
#include "modules/numbers.h"
#include "modules/schedule/mean_root.h"
#include "modules/schedule/message.h"
#include "modules/topology/generators.h"
#include "tests/support/matchers.h"
#include "tests/support/random_values.h"
#include "tests/support/schedule_pairs.h"

namespace consilium::schedule {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::LinksOf;
using ::consilium::testing::NameOf;
using ::consilium::testing::RandomValues;
using ::consilium::testing::SchedulePair;
using ::consilium::testing::SchedulePairs;
using ::consilium::testing::ShapeOf;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int kSites = 4;
constexpr float kBound = kLargestNumber<float>;

// The message of a site all of whose numbers, from byte `begin` on, are `number`.
std::string Filled(std::string body, size_t begin, float number) {
  for (size_t at = begin; at + 4 <= body.size(); at += 4) std::memcpy(&body[at], &number, 4);
  return body;
}

// A federation of which site 1, in the middle, lies.
class Victims {
 public:
  explicit Victims(ExchangeOptions options) : options_(std::move(options)) { Anew(); }

  // One round in which `lie` stands for what site 1 sends; who refuses it makes all begin anew.
  template <typename Lie>
  void Round(const Lie& lie) {
    struct Message {
      int from;
      Outgoing out;
    };
    std::deque<Message> queue;
    std::vector<std::vector<float>> values = values_;
    const auto send = [&](int from, std::vector<Outgoing> messages) {
      for (Outgoing& out : messages) {
        if (from == 1) out.body = lie(std::move(out.body));
        queue.push_back({from, std::move(out)});
      }
    };
    for (int site = 0; site < kSites; ++site) {
      send(site, sites_[At(site)]->Begin(values[At(site)]));
    }
    for (int pass = 0; pass < 3; ++pass) {
      for (size_t left = 500; !queue.empty() && left > 0; --left) {
        const Message message = std::move(queue.front());
        queue.pop_front();
        auto answers = sites_[At(message.out.to)]->Receive(message.from, message.out.body);
        if (answers.ok()) send(message.out.to, *std::move(answers));
        if (answers.status().code() == StatusCode::kFailedPrecondition) queue.push_back(message);
        if (answers.status().code() != StatusCode::kInvalidArgument) continue;
        ++refused_;
        return Anew();
      }
      for (int site = 0; site < kSites; ++site) send(site, sites_[At(site)]->Deadline());
    }
    for (int site = 0; site < kSites; ++site) {
      if (!sites_[At(site)]->Complete()) return Anew();
      sites_[At(site)]->End(values[At(site)]);
    }
    values_ = values;
  }

  // Nothing that an honest site has, keeps or would keep is without bounds.
  bool Finite() const {
    for (int site = 0; site < kSites; ++site) {
      if (site == 1) continue;
      if (!AllFinite(std::span<const float>(values_[At(site)]))) return false;
      if (!AllFinite(std::span<const float>(OwedOf(*sites_[At(site)])))) return false;
      if (!AllFinite(CorrectionOf(*sites_[At(site)]))) return false;
    }
    return true;
  }
  int refused() const { return refused_; }

 private:
  static size_t At(int site) { return static_cast<size_t>(site); }

  void Anew() {
    sites_.clear();
    values_.clear();
    Random random(3);
    for (options_.self = 0; options_.self < kSites; ++options_.self) {
      sites_.push_back(*MakeExchange<float>(options_));
      values_.push_back(RandomValues<float>(options_.shape.size(), random));
    }
  }

  ExchangeOptions options_;
  std::vector<std::unique_ptr<Exchange<float>>> sites_;
  std::vector<std::vector<float>> values_;
  int refused_ = 0;
};

class HostileNumbersTest : public ::testing::TestWithParam<SchedulePair> {};

TEST_P(HostileNumbersTest, LeaveNothingInfiniteBehindAndNobodyHanging) {
  const auto& [schedule, compressor] = GetParam();
  ExchangeOptions options;
  options.schedule = schedule.kind;
  options.graph = LinksOf(schedule.kind, *topology::Chain(kSites));
  options.root = 2;
  options.shape = ShapeOf({{{12, 10}, {9, 1}}, {{3, 20}}});
  options.weights = {{1, 2}, {3, 1}, {1, 0}, {2, 1}};
  options.compressor.kind = compressor;
  options.seed = 8;
  int refused = 0;
  for (const float number : {std::numeric_limits<float>::max(), kBound, -kBound, 1e14f, 1e9f}) {
    for (const size_t begin : {9, 13, 17, 20, 21, 24}) {
      Victims victims(options);
      for (int round = 0; round < 6; ++round) {
        victims.Round([&](std::string body) {
          return Filled(std::move(body), begin, round % 2 == 0 ? number : -number);
        });
        ASSERT_TRUE(victims.Finite()) << number << " from byte " << begin << ", round " << round;
      }
      refused += victims.refused();
    }
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(All, HostileNumbersTest, ::testing::ValuesIn(SchedulePairs()),
                         [](const auto& pair) { return NameOf(pair.param); });

ExchangeOptions StarOf(const compress::CompressorRow* compressor) {
  ExchangeOptions options;
  options.schedule = ScheduleKind::kAllReduce;
  options.graph = *topology::Star(3);
  options.shape = ShapeOf({{{20, 1}}, {{9, 3}}});
  options.weights = {{0, 0}, {1, 2}, {4, 0}};
  options.compressor.kind = compressor;
  return options;
}

// What site 2 sends of these values; it says that it holds both modules.
std::string OfSite2(ExchangeOptions options, float value) {
  options.self = 2;
  options.weights[2] = {4, 1};
  const std::vector<float> values(options.shape.size(), value);
  return (*MakeExchange<float>(options))->Begin(values)[0].body;
}

TEST(HostileNumbersTest, ASumIsWithinWhatItsWeightsAllow) {
  const ExchangeOptions options = StarOf(&compress::kIdentity);
  auto root = *MakeExchange<float>(options);
  const std::vector<float> nothing(options.shape.size());
  root->Begin(nothing);
  std::string body = Filled(OfSite2(options, 0), kMessageHeaderBytes, 0);
  const float allowed = kBound, more = 1.01f * kBound;
  std::memcpy(&body[kMessageHeaderBytes], &more, 4);
  EXPECT_THAT(root->Receive(2, body), StatusIs(StatusCode::kInvalidArgument, HasSubstr("1e+15")));
  std::memcpy(&body[kMessageHeaderBytes], &allowed, 4);
  EXPECT_THAT(root->Receive(2, body), IsOk());
}

TEST(HostileNumbersTest, ASiteWithoutAModuleCannotChangeIt) {
  for (const compress::CompressorRow* kind :
       {&compress::kIdentity, &compress::kLowRank, &compress::kBfloat16, &compress::kInt8}) {
    const ExchangeOptions options = StarOf(kind);
    auto root = *MakeExchange<float>(options);
    const std::vector<float> nothing(options.shape.size());
    root->Begin(nothing);
    EXPECT_THAT(root->Receive(2, OfSite2(options, 0.5f)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("weighted sum with")));
    EXPECT_THAT(root->Receive(2, OfSite2(options, 0)), IsOk()) << "nothing is nothing to refuse";
  }
}

TEST(HostileNumbersTest, ASiteWithoutAModuleCannotChangeAMeanFormedInPassing) {
  for (const compress::CompressorRow* kind : {&compress::kIdentity, &compress::kBfloat16}) {
    const ExchangeOptions options = StarOf(kind);
    auto root = *MakeMeanRoot<float>(options);
    root->Include({false, true});
    EXPECT_THAT(root->Take(1, OfSite2(options, 0.5f), /*last=*/true),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("site 2: weighted sum with 0.5")));
    EXPECT_EQ(root->refused(), 1u);
  }
}

}  // namespace
}  // namespace consilium::schedule
