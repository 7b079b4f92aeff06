#include <cstdlib>
#include <filesystem>
#include <map>

#include "gtest/gtest.h"
#include "server/data/cohort_file.h"
#include "tests/support/matchers.h"

// The open data of the project, where they are at hand: CONSILIUM_DATA_DIR or ../shared/data.
namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;

std::string DataDirectory() {
  const char* set = std::getenv("CONSILIUM_DATA_DIR");
  if (set != nullptr) return set;
  for (const char* candidate : {"../shared/data", "../../shared/data"}) {
    if (std::filesystem::exists(candidate)) return candidate;
  }
  return "../shared/data";
}

const std::vector<std::string> kHospitals = {"cleveland", "hungarian", "switzerland", "va"};

// Missing cells of each column at the four hospitals, as the README of the data states them.
const std::map<std::string, std::vector<int>> kMissing = {
    {"age", {0, 0, 0, 0}},       {"sex", {0, 0, 0, 0}},        {"cp", {0, 0, 0, 0}},
    {"trestbps", {0, 1, 2, 57}}, {"chol", {0, 23, 123, 56}},   {"fbs", {0, 8, 75, 7}},
    {"restecg", {0, 1, 1, 0}},   {"thalach", {0, 1, 1, 53}},   {"exang", {0, 1, 1, 53}},
    {"oldpeak", {0, 0, 6, 56}},  {"slope", {0, 190, 17, 102}}, {"ca", {4, 291, 118, 198}},
    {"thal", {2, 266, 52, 166}},
};
const std::vector<std::vector<int>> kClasses = {{164, 139}, {188, 106}, {8, 115}, {51, 149}};

class RealDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_ + "/heart/va.csv")) {
      GTEST_SKIP() << "no open data in " << data_ << "; set CONSILIUM_DATA_DIR to where they are";
    }
  }

  LoadedCohort Load(const std::string& example, const std::string& mapping,
                    const std::string& file) {
    StatusOr<Schema> schema = LoadSchema("examples/" + example + "/schema.toml");
    EXPECT_THAT(schema, IsOk());
    const auto read = LoadMapping("examples/" + example + "/sites/" + mapping + ".toml", *schema);
    EXPECT_THAT(read, IsOk());
    auto loaded = LoadCohort(*schema, *read, data_ + "/" + file);
    EXPECT_THAT(loaded, IsOk());
    return std::move(loaded).value();
  }

  void ExpectHeart(const LoadedCohort& loaded, size_t hospital) {
    EXPECT_EQ(loaded.report.findings_total, 0);
    for (const ColumnReport& column : loaded.report.features) {
      EXPECT_EQ(column.missing, kMissing.at(column.key)[hospital]) << column.key;
    }
    EXPECT_EQ(loaded.report.class_counts[0], kClasses[hospital]);
  }

  const std::string data_ = DataDirectory();
};

TEST_F(RealDataTest, TheTidyHeartFilesHaveTheStatedMissingCells) {
  for (size_t h = 0; h < kHospitals.size(); ++h) {
    SCOPED_TRACE(kHospitals[h]);
    ExpectHeart(Load("heart", kHospitals[h], "heart/" + kHospitals[h] + ".csv"), h);
  }
}

TEST_F(RealDataTest, TheOriginalHeartFilesSayTheSame) {
  for (size_t h = 0; h < kHospitals.size(); ++h) {
    SCOPED_TRACE(kHospitals[h]);
    ExpectHeart(Load("heart", "processed", "heart/processed." + kHospitals[h] + ".data"), h);
  }
}

TEST_F(RealDataTest, IntensiveCareHasItsFewAbsurdValuesRefused) {
  const std::vector<std::string> units = {"ccu", "csru", "sicu", "micu"};
  const std::vector<int> rows = {577, 874, 1068, 1481}, deaths = {81, 43, 155, 275};
  for (size_t u = 0; u < units.size(); ++u) {
    SCOPED_TRACE(units[u]);
    const LoadedCohort loaded = Load("icu", "icu2012", "icu2012/set-a/" + units[u] + ".csv");
    EXPECT_EQ(loaded.report.rows, rows[u]);
    EXPECT_EQ(loaded.report.class_counts[0][1], deaths[u]);
    EXPECT_GT(loaded.report.findings_total, 0);
    EXPECT_LT(loaded.report.findings_total, 10);
  }
}

}  // namespace
}  // namespace consilium::data
