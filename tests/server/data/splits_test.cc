#include "server/data/splits.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium::data {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint64_t kSeed = 20261122;

std::vector<int> Labels(std::initializer_list<std::pair<int, int>> classes) {
  std::vector<int> labels;
  for (const auto& [label, count] : classes) labels.insert(labels.end(), count, label);
  Random(kSeed).Shuffle(std::span<int>(labels));
  return labels;
}

int CountOf(const std::vector<int>& labels, const std::vector<int>& rows, int label) {
  return static_cast<int>(std::count_if(rows.begin(), rows.end(), [&](int row) {
    return labels[static_cast<size_t>(row)] == label;
  }));
}

void ExpectPartition(const Split& split, size_t rows) {
  std::set<int> all(split.train.begin(), split.train.end());
  all.insert(split.test.begin(), split.test.end());
  EXPECT_EQ(all.size(), rows);
  EXPECT_EQ(split.train.size() + split.test.size(), rows);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
}

TEST(SplitsTest, FoldsPartitionTheRowsAndSpreadTheClasses) {
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  const std::vector<int> labels = Labels({{0, 103}, {1, 41}, {-1, 7}});
  const std::vector<Split> folds = StratifiedFolds(labels, 5, kSeed);
  ASSERT_THAT(folds, SizeIs(5));
  std::multiset<int> tested;
  for (const Split& fold : folds) {
    ExpectPartition(fold, labels.size());
    tested.insert(fold.test.begin(), fold.test.end());
    EXPECT_NEAR(CountOf(labels, fold.test, 0), 103 / 5., 1);
    EXPECT_NEAR(CountOf(labels, fold.test, 1), 41 / 5., 1);
    EXPECT_NEAR(CountOf(labels, fold.test, -1), 7 / 5., 1);
  }
  EXPECT_EQ(tested.size(), labels.size());
  EXPECT_EQ(std::set<int>(tested.begin(), tested.end()).size(), labels.size());
}

TEST(SplitsTest, TheSameSeedGivesTheSameFoldsAndAnotherSeedOthers) {
  const std::vector<int> labels = Labels({{0, 60}, {1, 40}});
  EXPECT_EQ(StratifiedFolds(labels, 5, 7)[2].test, StratifiedFolds(labels, 5, 7)[2].test);
  EXPECT_NE(StratifiedFolds(labels, 5, 7)[2].test, StratifiedFolds(labels, 5, 8)[2].test);
  EXPECT_EQ(Holdout(labels, 0.2, 7).test, Holdout(labels, 0.2, 7).test);
  EXPECT_NE(Holdout(labels, 0.2, 7).test, Holdout(labels, 0.2, 8).test);
}

TEST(SplitsTest, TheSplitOfASeedIsTheSameOnEveryMachine) {
  const std::vector<int> labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
  EXPECT_THAT(Holdout(labels, 0.4, 1).test, ::testing::ElementsAre(0, 1, 4, 7));
}

TEST(SplitsTest, AClassWithFewerPatientsThanFoldsIsInSomeOfThem) {
  const std::vector<int> labels = Labels({{0, 20}, {1, 3}});
  int with_class = 0;
  for (const Split& fold : StratifiedFolds(labels, 5, kSeed)) {
    with_class += CountOf(labels, fold.test, 1) > 0 ? 1 : 0;
    EXPECT_GE(CountOf(labels, fold.train, 1), 2);
  }
  EXPECT_EQ(with_class, 3);
}

TEST(SplitsTest, ASiteWithThreePatientsLeavesOneOut) {
  const std::vector<Split> folds = StratifiedFolds(std::vector<int>{0, 1, 1}, 5, kSeed);
  ASSERT_THAT(folds, SizeIs(3));
  for (const Split& fold : folds) EXPECT_THAT(fold.test, SizeIs(1));
  const Split split = Holdout(std::vector<int>{0, 1, 1}, 0.2, kSeed);
  EXPECT_THAT(split.test, SizeIs(1));
  EXPECT_THAT(split.train, ::testing::Contains(0)) << "the only patient of class 0 must be learnt";
}

TEST(SplitsTest, OnePatientOrNoneHoldsNobodyOut) {
  EXPECT_THAT(Holdout(std::vector<int>{1}, 0.5, kSeed).test, IsEmpty());
  EXPECT_THAT(Holdout(std::vector<int>{}, 0.5, kSeed).train, IsEmpty());
  ASSERT_THAT(StratifiedFolds(std::vector<int>{1}, 5, kSeed), SizeIs(1));
  EXPECT_THAT(StratifiedFolds(std::vector<int>{1}, 5, kSeed)[0].test, IsEmpty());
  EXPECT_THAT(StratifiedFolds(std::vector<int>{}, 5, kSeed), IsEmpty());
}

TEST(SplitsTest, TwoPatientsOfTwoClassesStillHoldOneOut) {
  ExpectPartition(Holdout(std::vector<int>{0, 1}, 0.2, kSeed), 2);
  EXPECT_THAT(Holdout(std::vector<int>{0, 1}, 0.2, kSeed).test, SizeIs(1));
}

TEST(SplitsTest, HoldsOutTheWantedShareOfEveryClass) {
  const std::vector<int> labels = Labels({{0, 8}, {1, 115}});
  const Split split = Holdout(labels, 0.2, kSeed);
  ExpectPartition(split, labels.size());
  EXPECT_THAT(split.test, SizeIs(25));
  EXPECT_NEAR(CountOf(labels, split.test, 0), 1.6, 1);
  EXPECT_GE(CountOf(labels, split.test, 0), 1);
}

TEST(SplitsTest, RowsOfOnePatientStandOnOneSide) {
  std::vector<int> labels, patient_of_row;
  for (int row = 0; row < 90; ++row) {
    labels.push_back(row % 4 == 0 ? 1 : 0);
    patient_of_row.push_back(row / 3);
  }
  for (const Split& fold : StratifiedFolds(labels, 4, kSeed, patient_of_row)) {
    ExpectPartition(fold, labels.size());
    std::set<int> trained;
    for (const int row : fold.train) trained.insert(patient_of_row[static_cast<size_t>(row)]);
    for (const int row : fold.test) {
      EXPECT_FALSE(trained.contains(patient_of_row[static_cast<size_t>(row)]));
    }
  }
}

TEST(SplitsTest, RandomLabelsAndSharesAlwaysGiveAPartition) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Random random(seed);
    std::vector<int> labels(2 + random.Below(40));
    for (int& label : labels) label = static_cast<int>(random.Below(4)) - 1;
    const Split split = Holdout(labels, 0.01 + 0.98 * random.Uniform(), seed);
    ExpectPartition(split, labels.size());
    EXPECT_FALSE(split.test.empty());
    EXPECT_FALSE(split.train.empty());
    for (const Split& fold : StratifiedFolds(labels, 5, seed)) {
      ExpectPartition(fold, labels.size());
      EXPECT_FALSE(fold.test.empty());
    }
  }
}

}  // namespace
}  // namespace consilium::data
