#include "lab/commands/topology.h"

#include <cmath>

#include "gmock/gmock.h"
#include "lab/commands/topology_fit.h"
#include "nlohmann/json.hpp"
#include "tests/support/matchers.h"

namespace consilium::commands {
namespace {

using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

NetworkStudy Study(const std::vector<std::string>& names, int n) {
  std::vector<topology::Network> networks;
  for (const std::string& name : names) networks.push_back(*topology::MakeNetwork(name, n));
  return *StudyOf(std::move(networks), {});
}

TEST(TopologyCommandTest, ShowsTheNeighborsOfARing) {
  const std::string text = ShowText(Study({"ring"}, 32));
  EXPECT_THAT(text, HasSubstr("ring: 32 sites, 32 links, 2 a site"));
  EXPECT_THAT(text, HasSubstr("8.86"));
}

TEST(TopologyCommandTest, ComparesALineEach) {
  const std::string text = CompareText(Study({"star", "two_cliques"}, 32));
  EXPECT_THAT(text, HasSubstr("1-31"));
  EXPECT_THAT(text, HasSubstr("17.91"));
}

int WidestLine(const std::string& text) {
  size_t widest = 0, begin = 0;
  for (size_t end = text.find('\n'); end != text.npos; end = text.find('\n', begin)) {
    widest = std::max(widest, end - begin);
    begin = end + 1;
  }
  return static_cast<int>(widest);
}

TEST(TopologyCommandTest, AComparisonFitsATerminalAndTellsExactRates) {
  std::vector<topology::Network> networks;
  for (const char* name : {"time_varying_exponential", "two_cliques", "chain"}) {
    networks.push_back(*topology::MakeNetwork(name, 32));
  }
  const std::string text = CompareText(*StudyOf(std::move(networks), {.exact = true}));
  EXPECT_LE(WidestLine(text), 80) << text;
  EXPECT_THAT(text, HasSubstr("exactly"));
  EXPECT_THAT(text, HasSubstr("0.0951"));  // the chain's, predicted 0.0826
}

TEST(TopologyCommandTest, SaysWhichSitesCannotReachWhich) {
  topology::Network network =
      *topology::NetworkOf("links.csv", *topology::Graph::Create(4, {{0, 1}, {2, 3}}));
  network.sites = {"a", "b", "c", "d"};
  const std::string text = ShowText(*StudyOf({network}, {}));
  EXPECT_THAT(text, HasSubstr("2 parts: a, b | c, d"));
  EXPECT_THAT(text, Not(HasSubstr("error falls")));
}

TEST(TopologyCommandTest, JsonHasEverySite) {
  const auto json = nlohmann::json::parse(ToJson(Study({"star", "uni_ring"}, 5)));
  EXPECT_EQ(json["networks"][1]["name"], "uni_ring");
  EXPECT_EQ(json["networks"][0]["effective_neighbors"][2]["each"].size(), 5U);
}

TEST(TopologyCommandTest, ThePageDrawsTheGraphs) {
  const std::string html = page::ToHtml(ToPage(Study({"torus", "binary_tree"}, 12)));
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, HasSubstr("11: links 4"));
}

TEST(TopologyCommandTest, TheChartShowsTwelveNetworksWithTheirNames) {
  std::vector<std::string> names = {"solo",     "star",        "binary_tree", "chain",
                                    "ring",     "torus",       "hypercube",   "two_cliques",
                                    "uni_ring", "local_steps", "tree:5",      "fully_connected"};
  const std::string html = page::ToHtml(ToPage(Study(names, 8)));
  EXPECT_THAT(html, HasSubstr("<path class=\"line s11\""));
  EXPECT_THAT(html, Not(HasSubstr("shows the first")));
  EXPECT_THAT(html, HasSubstr("The worst site"));
}

TEST(TopologyCommandTest, AdviceCanBePastedAndRead) {
  topology::Situation situation;
  situation.sites = 6;
  const topology::Advice advice = *topology::Advise(situation);
  EXPECT_THAT(AdviceText(advice), HasSubstr(advice.toml));
  const auto json = nlohmann::json::parse(ToJson(advice));
  EXPECT_EQ(json["recommended"]["schedule"], advice.options[0].schedule);
  EXPECT_THAT(page::ToHtml(ToPage(advice)), HasSubstr("What else there is"));
}

TEST(TopologyCommandTest, DecaysAreNumbersBelowOne) {
  EXPECT_THAT(*ParseDecays("0, 0.5,0.99"), ElementsAre(0, 0.5, 0.99));
  EXPECT_THAT(ParseDecays("0.5,1"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("less than 1")));
  EXPECT_THAT(ParseDecays("0.5,,"), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseDecays("x"), StatusIs(StatusCode::kInvalidArgument));
}

TEST(TopologyFitTest, FindsTheDecayOfResultsThatFollowNeighbors) {
  const double decay = 0.9;
  std::string csv = "\xEF\xBB\xBFtopology,result\r\n";
  nlohmann::json entries = nlohmann::json::array();
  for (const char* name : {"solo", "ring", "star", "chain", "torus", "hypercube", "two_cliques",
                           "binary_tree", "local_steps", "fully_connected"}) {
    const topology::RandomWalk walk(topology::MakeNetwork(name, 16)->scheme);
    const double result = 3 - 0.5 * std::log(topology::PeriodNeighborsOf(walk, decay)->over.mean);
    for (const double seed : {-1e-9, 1e-9}) csv += fmt::format("{},{}\n", name, result + seed);
    entries.push_back({{"topology", name}, {"result", result}});
  }
  for (const std::string& text : {csv, entries.dump()}) {
    const auto measured = ParseResults(text, "results");
    ASSERT_TRUE(measured.ok()) << measured.status();
    const FitStudy study = *FitOf(*measured, 16);
    EXPECT_NEAR(study.fit.decay, decay, 0.05);
    EXPECT_GT(study.fit.explained, 0.999);
    EXPECT_EQ(study.topologies.front().name, "solo");
    EXPECT_THAT(FitText(study), HasSubstr("fully_connected"));
    EXPECT_EQ(nlohmann::json::parse(ToJson(study))["topologies"].size(), 10U);
    EXPECT_THAT(page::ToHtml(ToPage(study)), HasSubstr("<svg"));
  }
}

TEST(TopologyFitTest, RefusesWhatItCannotRead) {
  const auto refused = [](const char* text, const char* message) {
    EXPECT_THAT(ParseResults(text, "r"),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  refused("", "empty");
  refused("name,loss\nring,1\n", "expected the header topology,result");
  refused("topology,result\nring,nan\n", "r:2");
  refused("topology,result\n,1\n", "r:2");
  refused("[{\"topology\": \"ring\"}]", "entry 1");
  refused("{}", "array");
  EXPECT_THAT(FitOf({{"rings", {1}}}, 8), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(FitOf({{"ring", {1}}, {"star", {2}}}, 8),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("3 or more")));
}

TEST(TopologyCommandTest, AdviceDrawsDelaysAndLinksThatAreNotUsed) {
  topology::Situation situation;
  situation.links = *topology::ParseLinks(
      "from,to,delay_ms\na,b,10\nb,c,10\nc,d,2000\na,d,10\nb,d,10\n", "links.csv");
  situation.train_seconds = 0.1;
  situation.heterogeneity = 1;
  const std::string html = page::ToHtml(ToPage(*topology::Advise(situation)));
  EXPECT_THAT(html, HasSubstr("10 ms"));
  EXPECT_THAT(html, HasSubstr("class=\"none\""));
  EXPECT_THAT(html, HasSubstr("<details open>"));
}

}  // namespace
}  // namespace consilium::commands
