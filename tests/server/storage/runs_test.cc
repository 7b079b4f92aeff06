#include "server/storage/runs.h"

#include "gtest/gtest.h"
#include "server/storage/run_file.h"
#include "server/storage/sites.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::storage {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TemporaryFolder;

federation::RunRecord RecordOf(const std::string& run) {
  federation::RunRecord record;
  record.run = run;
  record.plan_text = "rounds = 40\n";
  record.state = federation::RunState::kRunning;
  record.reason = "because";
  record.generation = 7;
  record.rounds_completed = 12;
  record.created = Time(Seconds(1'790'000'000));
  record.ended = Time(Seconds(1'790'000'100));
  record.model_digest = "abc";
  federation::RunSite site;
  site.site = "va";
  site.attached = true;
  site.participating = true;
  site.note = "slow";
  site.offer = federation::Offer{run, {1, 0, 3.5F}, 11, true, 160, "layout"};
  site.progress = federation::Progress{
      run, 7, 12, federation::Stage::kConsensus, 0.5, 1000, 9000, {"cleveland"}, 1.5, 2.5};
  training::Scores scores;
  scores.auroc = 0.75;
  scores.nll = 0.5;
  site.report = federation::SiteReport{
      run, 7, 12, {160, 40, {{"disease", {{"federated", scores}}}}}, "abc", 1000, 9000};
  federation::RunSite away;
  away.site = "cleveland";
  record.sites = {site, away};
  return record;
}

TEST(RunFileTest, DecodesWhatItEncoded) {
  const federation::RunRecord record = RecordOf("heart");
  const auto decoded = DecodeRun(EncodeRun(record), "run heart");
  ASSERT_THAT(decoded, IsOk());
  // Encoding is a function of every field: equal bytes, equal records.
  EXPECT_EQ(EncodeRun(*decoded), EncodeRun(record));
  EXPECT_EQ(decoded->sites[0].progress->missed, std::vector<std::string>{"cleveland"});
  EXPECT_EQ(decoded->sites[0].report->report.outcomes[0].models[0].scores.auroc, 0.75);
  EXPECT_FALSE(decoded->sites[0].report->report.outcomes[0].models[0].scores.ece.has_value());
  EXPECT_EQ(decoded->sites[0].offer->weights, (std::vector<float>{1, 0, 3.5F}));
  EXPECT_EQ(decoded->ended, record.ended);
  EXPECT_EQ(decoded->state, federation::RunState::kRunning);
}

TEST(RunFileTest, NoDamagedByteGoesUnnoticed) {
  const std::string good = EncodeRun(RecordOf("heart"));
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x40);
    EXPECT_FALSE(DecodeRun(bad, "run").ok()) << "byte " << i;
  }
}

TEST(RunsTest, AreThereInOrderAfterReopening) {
  TemporaryFolder folder;
  {
    const auto database = Database::Open(folder.path(), CoordinatorFormat());
    ASSERT_THAT(database, IsOk());
    Runs runs(**database);
    ASSERT_THAT(runs.Create(RecordOf("zebra"), "key-1"), IsOkAndHolds("zebra"));
    ASSERT_THAT(runs.Create(RecordOf("ant"), "key-2"), IsOkAndHolds("ant"));
    federation::RunRecord finished = RecordOf("zebra");
    finished.state = federation::RunState::kFinished;
    ASSERT_THAT(runs.Save(finished), IsOk());
  }
  const auto database = Database::Open(folder.path(), CoordinatorFormat());
  ASSERT_THAT(database, IsOk());
  const auto loaded = Runs(**database).Load();
  ASSERT_THAT(loaded, IsOk());
  ASSERT_EQ(loaded->size(), 2U);
  EXPECT_EQ((*loaded)[0].run, "zebra");
  EXPECT_EQ((*loaded)[0].state, federation::RunState::kFinished);
  EXPECT_EQ((*loaded)[1].run, "ant");
}

TEST(RunsTest, TheSameKeyAgainGivesTheSameRun) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), CoordinatorFormat());
  ASSERT_THAT(database, IsOk());
  Runs runs(**database);
  ASSERT_THAT(runs.Create(RecordOf("heart"), "key"), IsOkAndHolds("heart"));
  EXPECT_THAT(runs.Create(RecordOf("other"), "key"), IsOkAndHolds("heart"));
  EXPECT_EQ(runs.Load()->size(), 1U);
}

TEST(RunsTest, ANameIsTakenOnce) {
  TemporaryFolder folder;
  const auto database = Database::Open(folder.path(), CoordinatorFormat());
  ASSERT_THAT(database, IsOk());
  Runs runs(**database);
  ASSERT_THAT(runs.Create(RecordOf("heart"), "key"), IsOk());
  EXPECT_THAT(runs.Create(RecordOf("heart"), "another key"),
              StatusIs(StatusCode::kAlreadyExists, HasSubstr("heart")));
  EXPECT_THAT(runs.Create(RecordOf("lungs"), ""), StatusIs(StatusCode::kInvalidArgument));
}

TEST(SitesTest, AreThereByNameAfterReopening) {
  TemporaryFolder folder;
  const SeenSite va{"va", Time(Seconds(5)), "consiliumd 0.1.0", "10.0.0.1:4", 2, Time(Seconds(9))};
  SeenSite cleveland{"cleveland", Time(Seconds(6)), "consiliumd 0.1.0", "", 1, std::nullopt};
  {
    const auto database = Database::Open(folder.path(), CoordinatorFormat());
    ASSERT_THAT(database, IsOk());
    Sites sites(**database);
    ASSERT_THAT(sites.Save(va), IsOk());
    ASSERT_THAT(sites.Save(cleveland), IsOk());
    cleveland.last_seen += Seconds(60);
    ASSERT_THAT(sites.Save(cleveland), IsOk());
  }
  const auto database = Database::Open(folder.path(), CoordinatorFormat());
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ(*Sites(**database).Load(), (std::vector<SeenSite>{cleveland, va}));
}

}  // namespace
}  // namespace consilium::storage
