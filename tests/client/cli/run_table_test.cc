#include "client/cli/run_table.h"

#include <sstream>

#include "client/cli/run_json.h"
#include "client/cli/run_progress.h"
#include "client/cli/traffic_table.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

namespace consilium::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

api::RunSiteView Site(const std::string& name, double auroc) {
  api::RunSiteView site;
  site.site = name;
  site.attached = site.participating = true;
  site.stage = "rounds";
  site.rounds_completed = 7;
  site.bytes_sent = 1000;
  site.bytes_uncompressed = 8000;
  api::ReportView& report = site.report.emplace();
  report.training_patients = 80;
  report.held_out_patients = 20;
  api::OutcomeView& outcome = report.outcomes.emplace_back();
  outcome.outcome = "disease";
  api::ScoresView& federated = outcome.models.emplace_back();
  federated.model = "federated";
  federated.auroc = auroc;
  return site;
}

api::RunView FinishedRun() {
  api::RunView run;
  run.run = "heart-1";
  run.state = "finished";
  run.rounds = run.rounds_completed = 40;
  run.sites = {Site("cleveland", 0.9), Site("va", 0.7)};
  return run;
}

TEST(RunTableTest, ShowsEverySiteTheMeanAndTheRatioOfBytes) {
  const std::string table = OutcomeTable(FinishedRun(), "disease");
  EXPECT_THAT(table, HasSubstr("cleveland"));
  EXPECT_THAT(table, HasSubstr("80+20"));
  EXPECT_THAT(table, HasSubstr("0.800"));  // the mean of the two
  EXPECT_THAT(table, HasSubstr("8.0x"));
}

TEST(RunTableTest, ShowsADashForAScoreThatIsNotDefined) {
  api::RunView run = FinishedRun();
  run.sites[1].report->outcomes[0].models[0].auroc.reset();
  const std::string table = OutcomeTable(run, "disease");
  EXPECT_THAT(table, HasSubstr("-"));
  EXPECT_THAT(table, Not(HasSubstr("nan")));
  EXPECT_THAT(table, HasSubstr("0.900"));  // the mean of the one
}

TEST(RunTableTest, WritesBytesForPeople) {
  EXPECT_EQ(BytesText(912), "912 B");
  EXPECT_EQ(BytesText(34'120), "34.1 kB");
  EXPECT_EQ(BytesText(999'960), "1.0 MB");
  EXPECT_EQ(BytesText(5'200'000'000), "5.2 GB");
}

TEST(RunJsonTest, IsOneLineThatParsesBack) {
  const std::string text = RunJson(FinishedRun());
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const nlohmann::json json = nlohmann::json::parse(text);
  EXPECT_EQ(json["sites"][0]["report"]["outcomes"][0]["models"]["federated"]["auroc"], 0.9);
  EXPECT_FALSE(json["sites"][0].contains("training_loss"));
}

TEST(RunProgressTest, LinesAreFewHoweverOftenTheRunChanges) {
  std::ostringstream out;
  const auto lines = NewProgressLines(out);
  api::RunView run = FinishedRun();
  run.state = "running";
  run.rounds = 1000;
  for (int round = 0; round <= 1000; ++round) {
    run.rounds_completed = round;
    lines->Show(run);
  }
  const std::string text = out.str();
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 21);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(RunProgressTest, BarsAreRedrawnInPlace) {
  std::ostringstream out;
  const auto bars = NewProgressBars(out);
  api::RunView run = FinishedRun();
  run.state = "running";
  bars->Show(run);
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b[3A")));
  bars->Show(run);
  EXPECT_THAT(out.str(), HasSubstr("\x1b[3A"));  // up over the run's line and two sites
}

}  // namespace
}  // namespace consilium::cli
