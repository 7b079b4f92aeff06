#include "modules/topology/advise.h"

#include <algorithm>
#include <limits>
#include <set>

#include "gmock/gmock.h"
#include "modules/topology/advise_words.h"
#include "tests/support/matchers.h"

namespace consilium::topology {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;

Situation Of(int sites) {
  Situation situation;
  situation.sites = sites;
  return situation;
}

TEST(AdviseTest, FastLinksNeedNoCompressionAndHardlyAnyMoreRoundsThanTheExactMean) {
  const Advice advice = *Advise(Of(4));
  EXPECT_EQ(advice.options[0].compressor, "identity");
  EXPECT_LT(advice.options[0].rounds_factor, 1.1);
}

TEST(AdviseTest, LongTrainingOnFastLinksAffordsTheExactMean) {
  Situation situation = Of(12);
  situation.most_links = 3;
  situation.train_seconds = 600;
  const Advice advice = *Advise(situation);
  EXPECT_EQ(advice.options[0].schedule, "all_reduce");
  EXPECT_THAT(advice.toml, HasSubstr("kind = \"all_reduce\""));
}

TEST(AdviseTest, SlowLinksThatDifferGetRelaySum) {
  Situation situation = Of(16);
  situation.most_links = 3;
  situation.delay_ms = 5000;
  situation.heterogeneity = 0.8;
  const Advice advice = *Advise(situation);
  EXPECT_EQ(advice.options[0].schedule, "relay_sum");
  EXPECT_LE(advice.options[0].most_links, 3);
  EXPECT_GT(advice.options[0].learning_rate_factor, 2);
  EXPECT_THAT(advice.toml, HasSubstr("raise_learning_rate = true"));
}

TEST(AdviseTest, SitesThatAreAlikeOnSlowLinksMayGossip) {
  Situation situation = Of(16);
  situation.delay_ms = 5000;
  situation.mbit_s = 1000;
  situation.heterogeneity = 0;
  EXPECT_EQ(Advise(situation)->options[0].schedule, "gossip");
}

const Option& First(const Advice& advice, const std::string& schedule) {
  return *std::ranges::find(advice.options, schedule, &Option::schedule);
}

TEST(AdviseTest, SitesThatDifferSlowGossipDownByASmallerLearningRateAndDSquaredNotAtAll) {
  Situation situation = Of(16);
  situation.most_links = 2;  // a ring
  std::vector<double> gossip, rates;
  for (const double heterogeneity : {0.0, 0.15, 0.3, 1.0}) {
    situation.heterogeneity = heterogeneity;
    const Advice advice = *Advise(situation);
    gossip.push_back(First(advice, "gossip").rounds_factor);
    rates.push_back(First(advice, "gossip").learning_rate_factor);
    EXPECT_NEAR(First(advice, "d_squared").rounds_factor, 2.81, 0.05);
  }
  EXPECT_EQ(gossip[1], gossip[0]);
  EXPECT_NEAR(gossip[2] / gossip[0], 2.46, 0.02);
  EXPECT_NEAR(gossip[3] / gossip[0], 10.6, 0.2);
  EXPECT_EQ(rates[1], rates[0]);
  EXPECT_LT(rates[2], 0.3 * rates[0]);
}

TEST(AdviseTest, ARingOfSitesThatDifferGetsDSquaredWhereATreeIsTooLongForTheRounds) {
  Situation situation = Of(16);
  situation.most_links = 2;
  situation.delay_ms = 5000;
  situation.rounds = 5;
  situation.heterogeneity = 0.8;
  Advice advice = *Advise(situation);
  EXPECT_EQ(advice.options[0].schedule, "d_squared");
  EXPECT_THAT(advice.toml, HasSubstr("kind = \"d_squared\""));
  EXPECT_THAT(advice.reasons[0], HasSubstr("late or lost"));
  situation.rounds = 80;
  advice = *Advise(situation);
  EXPECT_EQ(advice.options[0].schedule, "relay_sum");
  EXPECT_THAT(advice.reasons,
              ::testing::Contains(HasSubstr("D-squared on a ring would do better")));
}

TEST(AdviseTest, ALargeModelOnAPoorLineIsCompressed) {
  Situation situation = Of(8);
  situation.parameters = 5e6;
  situation.mbit_s = 8;
  const Advice advice = *Advise(situation);
  EXPECT_NE(advice.options[0].compressor, "identity");
  EXPECT_THAT(advice.toml, HasSubstr("[compression]\nkind = \"" + advice.options[0].compressor));
}

TEST(AdviseTest, LinksThatAreListedAreTheOnlyOnesUsed) {
  Situation situation;
  situation.links =
      *ParseLinks("from,to,delay_ms\na,b,10\nb,c,10\nc,d,2000\na,d,10\nb,d,10\n", "links.csv");
  situation.heterogeneity = 1;
  const Advice advice = *Advise(situation);
  EXPECT_EQ(advice.sites, 4);
  for (const Option& option : advice.options) {
    EXPECT_EQ(option.topology, "edges");
    for (const auto& [a, b] : option.edges) EXPECT_TRUE(situation.links->graph.HasEdge(a, b));
  }
  EXPECT_THAT(advice.toml, HasSubstr("[[schedule.edge]]\nfrom = \"a\""));
  EXPECT_LT(advice.options[0].exchange_seconds, 1);  // not over the slow link
}

TEST(AdviseTest, TheOtherOptionsAreSortedAndOnlyTheFirstHasNoDrawback) {
  const Advice advice = *Advise(Of(13));
  for (size_t i = 2; i < advice.options.size(); ++i) {
    EXPECT_LE(advice.options[i - 1].relative_time, advice.options[i].relative_time);
    EXPECT_FALSE(advice.options[i].drawback.empty());
  }
  EXPECT_TRUE(advice.options[0].drawback.empty());
  EXPECT_GE(advice.reasons.size(), 4U);
}

TEST(AdviseTest, NoTwoOptionsReadTheSame) {
  Situation listed;
  listed.links =
      *ParseLinks("from,to,delay_ms\na,b,300\na,c,300\na,d,300\nb,c,10\nc,d,10\nb,e,10\na,e,300\n",
                  "links.csv");
  std::vector<Situation> situations = {Of(4), Of(3), Of(16), listed};
  situations.push_back(Of(20));
  situations.back().most_links = 6;
  for (const Situation& situation : situations) {
    const Advice advice = *Advise(situation);
    std::set<std::string> seen;
    for (const Option& option : advice.options) {
      EXPECT_TRUE(seen.insert(option.schedule + " " + option.shape).second)
          << option.schedule << " on " << option.shape << " of " << advice.sites;
    }
  }
}

TEST(AdviseTest, GraphsThatAreTheSameButForTheirNumberingAreOfferedOnce) {
  int gossip_of_two_links = 0;
  const Advice advice = *Advise(Of(4));
  for (const Option& option : advice.options) {
    gossip_of_two_links += option.schedule == "gossip" && option.most_links == 2;
  }
  EXPECT_EQ(gossip_of_two_links, 1);  // a torus of 2 x 2 is a ring
}

TEST(AdviseTest, ALimitOnLinksOffersATreeThatUsesIt) {
  Situation situation = Of(30);
  situation.most_links = 6;
  situation.train_seconds = 1000;
  situation.delay_ms = 5000;
  const Advice advice = *Advise(situation);
  const auto tree = std::find_if(advice.options.begin(), advice.options.end(),
                                 [](const Option& option) { return option.shape == "tree:6"; });
  ASSERT_NE(tree, advice.options.end());
  EXPECT_EQ(tree->most_links, 6);
  EXPECT_EQ(tree->edges.size(), 29U);
}

TEST(AdviseTest, SitesThatDifferOnATreelessGraphGetTheCorrectionOfGossip) {
  const Advice advice = *Advise(Of(16));
  const auto time = [&](const char* schedule) {
    double best = 1e9;
    for (const Option& option : advice.options) {
      if (option.schedule == schedule) best = std::min(best, option.relative_time);
    }
    return best;
  };
  EXPECT_LT(time("d_squared"), 1e9);
  EXPECT_LT(time("push_sum"), 1e9);
  EXPECT_LT(time("relay_sum"), time("push_sum"));
}

TEST(AdviseTest, AllReduceIsFoundSlowForWaitingNotForSending) {
  Situation situation = Of(32);
  situation.most_links = 3;
  situation.delay_ms = 5000;
  const Advice advice = *Advise(situation);
  for (const Option& option : advice.options) {
    if (option.schedule != "all_reduce" || option.shape != "binary_tree") continue;
    EXPECT_THAT(option.drawback, HasSubstr("messages after each other"));
  }
}

TEST(AdviseTest, NumbersAreWrittenForPeople) {
  EXPECT_EQ(InSeconds(1110), "18.5 min");
  EXPECT_EQ(InSeconds(0.9997), "1 s");
  EXPECT_EQ(InSeconds(0.9994), "999 ms");
  EXPECT_EQ(InBytes(999.9), "1 kB");
  EXPECT_EQ(InBytes(145123), "145 kB");
  EXPECT_EQ(Sites(1), "1 site");
}

TEST(AdviseTest, TwoThousandSitesAreTheMost) {
  EXPECT_THAT(Advise(Of(2001)), StatusIs(StatusCode::kInvalidArgument, HasSubstr("at most 2000")));
  EXPECT_TRUE(Advise(Of(600)).ok());
}

TEST(AdviseTest, RefusesWhatCannotBe) {
  const auto refused = [](const Situation& situation, const char* message) {
    EXPECT_THAT(Advise(situation), StatusIs(StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  refused(Of(0), "0 sites");
  Situation situation = Of(5);
  situation.most_links = 1;
  refused(situation, "cannot connect 5");
  situation = Of(5);
  situation.delay_ms = -1;
  refused(situation, "delay -1 ms");
  situation = Of(5);
  situation.mbit_s = 0;
  refused(situation, "0 Mbit/s");
  situation = Of(5);
  situation.heterogeneity = 1.5;
  refused(situation, "heterogeneity 1.5");
  situation = Of(5);
  situation.parameters = std::numeric_limits<double>::quiet_NaN();
  refused(situation, "parameters");
  situation = Of(0);
  situation.links = *ParseLinks("from,to\na,b\nc,d\n", "links.csv");
  refused(situation, "no way from a to c");
  situation.links = *ParseLinks("from,to\na,b\n", "links.csv");
  situation.sites = 3;
  refused(situation, "the links name 2");
  for (int n = 1; n <= 3; ++n) EXPECT_TRUE(Advise(Of(n)).ok());
}

}  // namespace
}  // namespace consilium::topology
