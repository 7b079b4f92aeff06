#include "lab/tuning/journal.h"

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "gmock/gmock.h"
#include "tests/support/matchers.h"

namespace consilium::tuning {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "/" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".tune";
    std::filesystem::remove(path_);
  }

  static TrialRecord Record(int number) {
    TrialRecord record;
    record.search = "adam_lr";
    record.number = number;
    record.drawn = optim::DrawConfiguration(optim::PublishedSearchSpaces()[0], 1, number);
    record.validation.nll = 1.0 / 3 + number;
    record.test.auroc = 0.1 + number;
    record.seconds = 0.25;
    return record;
  }

  void Write(int trials) {
    const auto journal = Journal::Open(path_, "print");
    ASSERT_THAT(journal, IsOk());
    for (int i = 0; i < trials; ++i) ASSERT_THAT((*journal)->Add(Record(i)), IsOk());
  }

  std::string path_;
};

TEST_F(JournalTest, GivesBackEveryTrialToTheLastBit) {
  Write(2);
  const auto journal = Journal::Open(path_, "print");
  ASSERT_THAT(journal, IsOk());
  ASSERT_THAT((*journal)->records(), SizeIs(2));
  const TrialRecord &got = (*journal)->records()[1], expected = Record(1);
  EXPECT_EQ(got.search, expected.search);
  EXPECT_EQ(got.number, 1);
  EXPECT_EQ(got.drawn, expected.drawn);
  EXPECT_EQ(got.validation.nll, expected.validation.nll);
  EXPECT_EQ(got.validation.auroc, std::nullopt);
  EXPECT_EQ(got.test.auroc, expected.test.auroc);
  EXPECT_EQ(got.diverged, "");
}

TEST_F(JournalTest, KeepsDivergedTrialsAsSuch) {
  {
    const auto journal = Journal::Open(path_, "print");
    ASSERT_THAT(journal, IsOk());
    TrialRecord record = Record(0);
    record.diverged = "left the finite numbers";
    ASSERT_THAT((*journal)->Add(record), IsOk());
  }
  const auto journal = Journal::Open(path_, "print");
  ASSERT_THAT(journal, IsOk());
  EXPECT_EQ((*journal)->records()[0].diverged, "left the finite numbers");
  EXPECT_EQ((*journal)->records()[0].validation.nll, std::nullopt);
}

TEST_F(JournalTest, CutsOffALastLineTornAnywhereAndGoesOn) {
  Write(2);
  const std::string whole = *ReadFile(path_);
  const size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (size_t end = last; end < whole.size(); end += 7) {
    ASSERT_THAT(WriteFile(path_, whole.substr(0, end)), IsOk());
    const auto journal = Journal::Open(path_, "print");
    ASSERT_THAT(journal, IsOk()) << end;
    ASSERT_THAT((*journal)->records(), SizeIs(1)) << end;
    ASSERT_THAT((*journal)->Add(Record(1)), IsOk());
    EXPECT_EQ(*ReadFile(path_), whole) << end;
  }
}

TEST_F(JournalTest, RefusesADamagedLineThatOthersFollow) {
  Write(3);
  std::string bytes = *ReadFile(path_);
  bytes[bytes.find("adam_lr")] = 'X';
  ASSERT_THAT(WriteFile(path_, bytes), IsOk());
  EXPECT_THAT(Journal::Open(path_, "print"), StatusIs(StatusCode::kDataLoss, HasSubstr("damaged")));
}

TEST_F(JournalTest, RefusesAJournalOfAnotherPlanAndASecondWriter) {
  Write(1);
  EXPECT_THAT(Journal::Open(path_, "other"),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("another plan")));
  const auto first = Journal::Open(path_, "print");
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(Journal::Open(path_, "print"),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("another process")));
}

}  // namespace
}  // namespace consilium::tuning
