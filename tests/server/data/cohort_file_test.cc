#include "server/data/cohort_file.h"

#include "base/random.h"
#include "gtest/gtest.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHeader = "id,bp,gender,grade,num\n";

StatusOr<LoadedCohort> Parse(std::string_view rows, const CohortOptions& options = {}) {
  return ParseCohort(SmallSchema(), SmallMapping(), std::string(kHeader) + std::string(rows),
                     "va.csv", options);
}

std::string OnlyFinding(const StatusOr<LoadedCohort>& loaded) {
  if (!loaded.ok()) return std::string(Message(loaded.status()));
  return loaded->report.findings.size() == 1 ? Describe(loaded->report.findings[0])
                                             : "not one finding";
}

TEST(CohortFileTest, ReadsValuesLabelsAndIds) {
  const auto loaded = Parse("p1,145,1,3.0,2\np2,0,0,?,0\np3, 120 ,NA,1,\n");
  ASSERT_THAT(loaded, IsOk());
  const Cohort& cohort = loaded->cohort;
  EXPECT_EQ(cohort.patients, 3);
  EXPECT_EQ(cohort.values[0][0], 145);
  EXPECT_FALSE(cohort.Observed(0, 1));
  EXPECT_EQ(cohort.values[0][2], 120);
  EXPECT_EQ(cohort.values[1][0], 1);
  EXPECT_FALSE(cohort.Observed(1, 2));
  EXPECT_EQ(cohort.values[2][0], 2);
  EXPECT_THAT(cohort.labels[0], ElementsAre(1, 0, -1));
  EXPECT_THAT(cohort.patient_ids, ElementsAre("p1", "p2", "p3"));
  EXPECT_THAT(cohort.lines, ElementsAre(2, 3, 4));
  EXPECT_EQ(loaded->report.findings_total, 0);
  EXPECT_EQ(loaded->report.features[0].missing, 1);
  EXPECT_THAT(loaded->report.class_counts[0], ElementsAre(1, 1));
}

TEST(CohortFileTest, ABadCellCostsThatCellOnly) {
  const auto loaded = Parse("p1,999,1,3,2\np2,120,1,2,0\n");
  EXPECT_EQ(OnlyFinding(loaded), "line 2, column 2 (pressure): '999', expected 60 to 260 mmHg");
  EXPECT_EQ(loaded->cohort.patients, 2);
  EXPECT_FALSE(loaded->cohort.Observed(0, 0));
  EXPECT_TRUE(loaded->cohort.Observed(1, 0));
  EXPECT_EQ(loaded->report.features[0].refused, 1);
}

TEST(CohortFileTest, SaysWhichRuleACellBreaks) {
  EXPECT_EQ(OnlyFinding(Parse("p1,high,1,3,2\n")),
            "line 2, column 2 (pressure): 'high', expected a number, 60 to 260 mmHg");
  EXPECT_EQ(OnlyFinding(Parse("p1,nan,1,3,2\n")),
            "line 2, column 2 (pressure): 'nan', expected a number, 60 to 260 mmHg");
  EXPECT_EQ(OnlyFinding(Parse("p1,145,2,3,2\n")),
            "line 2, column 3 (sex): '2', expected one of: 0, 1");
  EXPECT_EQ(OnlyFinding(Parse("p1,145,1,4,2\n")),
            "line 2, column 4 (grade): '4', expected one of: 1, 2, 3");
  EXPECT_EQ(OnlyFinding(Parse("p1,145,1,3,ill\n")),
            "line 2, column 5 (ill): 'ill', expected a number");
}

TEST(CohortFileTest, ARowOfTheWrongLengthIsSkipped) {
  const auto loaded = Parse("p1,145,1,3\np2,120,1,2,0\n");
  EXPECT_EQ(OnlyFinding(loaded), "line 2: expected 5 fields, found 4; row skipped");
  EXPECT_EQ(loaded->report.rows_skipped, 1);
  EXPECT_THAT(loaded->cohort.patient_ids, ElementsAre("p2"));
}

TEST(CohortFileTest, AStrayQuoteCostsItsLineOnly) {
  const auto loaded = Parse("p1,\"145,1,3,1\np2,120,1,2,0\n");
  EXPECT_THAT(OnlyFinding(loaded),
              HasSubstr("line 2: expected a row: a quote that is never closed"));
  EXPECT_EQ(loaded->cohort.patients, 1);
}

TEST(CohortFileTest, ALineOfTenMegabytesCostsItselfOnly) {
  const auto loaded = Parse(std::string(10 << 20, '7') + "\np2,120,1,2,0\n");
  EXPECT_THAT(OnlyFinding(loaded), HasSubstr("longer than 1048576 bytes"));
  EXPECT_EQ(loaded->cohort.patients, 1);
}

TEST(CohortFileTest, StrictFailsAtAnyFindingWithoutRepeatingTheValue) {
  EXPECT_THAT(Parse("p1,987,1,3,2\n", {.strict = true}),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("1 findings, expected none (strict)"),
                             HasSubstr("line 2, column 2 (pressure)"), Not(HasSubstr("987")))));
  EXPECT_THAT(Parse("p1,145,1,3,2\n", {.strict = true}), IsOk());
}

TEST(CohortFileTest, KeepsTheFirstFindingsOfEachColumnAndCountsAll) {
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += "p,1,9,1,0\n";
  const auto loaded = Parse(rows, {.max_findings_per_column = 3});
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->report.findings_total, 100);
  EXPECT_EQ(loaded->report.findings.size(), 6u);
  EXPECT_EQ(loaded->report.features[1].refused, 50);
}

TEST(CohortFileTest, ConvertsUnits) {
  const auto mapping = ParseMapping(
      "schema = 'small'\n[features]\n"
      "pressure = { column = 'p', unit = 'kPa', factor = 7.5, offset = 1 }\n",
      "m.toml", SmallSchema());
  ASSERT_THAT(mapping, IsOk());
  const auto loaded = ParseCohort(SmallSchema(), *mapping, "p\n20\n120\n", "va.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->cohort.values[0][0], 151);
  EXPECT_FALSE(loaded->cohort.Observed(0, 1));
  EXPECT_EQ(loaded->report.features[0].refused, 1);
}

TEST(CohortFileTest, ReadsColumnsByNumberWithoutHeader) {
  const auto mapping = ParseMapping(
      "schema = 'small'\nheader = false\n[features]\npressure = 2\n[outcomes]\nill = 1\n", "m.toml",
      SmallSchema());
  ASSERT_THAT(mapping, IsOk());
  const auto loaded = ParseCohort(SmallSchema(), *mapping, "yes,145\nno,130\n", "va.data");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->cohort.values[0], ElementsAre(145, 130));
  EXPECT_THAT(loaded->cohort.labels[0], ElementsAre(1, 0));
  EXPECT_THAT(ParseCohort(SmallSchema(), *mapping, "yes\n", "va.data"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("1 columns, expected a column 2")));
}

TEST(CohortFileTest, ReadsTheSchemasOwnKeysWithoutAMapping) {
  const auto loaded = ParseCohort(SmallSchema(), IdentityMapping(SmallSchema()),
                                  "sex,pressure,ill\nmale,145,yes\nfemale,,no\n", "va.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->cohort.values[1], ElementsAre(1, 0));
  const Catalogue catalogue = CatalogueOf(loaded->cohort);
  EXPECT_THAT(catalogue.features, ElementsAre(true, true, false));
  EXPECT_THAT(catalogue.observed, ElementsAre(1, 2, 0));
  EXPECT_THAT(catalogue.outcomes, ElementsAre(true));
}

TEST(CohortFileTest, RefusesAFileWithoutAMappedColumnAndNamesTheNearest) {
  EXPECT_THAT(ParseCohort(SmallSchema(), SmallMapping(), "id,bp,gendr,grade,num\n", "va.csv"),
              StatusIs(StatusCode::kInvalidArgument,
                       "va.csv: no column 'gender' in the header; did you mean 'gendr'?"));
}

TEST(CohortFileTest, SaysThatFieldsAreSeparatedByCommas) {
  EXPECT_THAT(ParseCohort(SmallSchema(), SmallMapping(), "id;bp;gender;grade;num\n", "va.csv"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("expected commas")));
}

TEST(CohortFileTest, RefusesAHeaderWithAColumnTwice) {
  EXPECT_THAT(ParseCohort(SmallSchema(), SmallMapping(), "id,bp,bp,gender,grade,num\n", "va.csv"),
              StatusIs(StatusCode::kInvalidArgument,
                       "va.csv: columns 2 and 3 are both called "
                       "'bp', expected one"));
}

TEST(CohortFileTest, RefusesAnEmptyFileAndOneWithoutRows) {
  EXPECT_THAT(ParseCohort(SmallSchema(), SmallMapping(), "", "va.csv"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(Parse(""), StatusIs(StatusCode::kInvalidArgument, HasSubstr("no row")));
  EXPECT_THAT(Parse("1,2\n"), StatusIs(StatusCode::kInvalidArgument, HasSubstr("1 skipped")));
}

TEST(CohortFileTest, RefusesBinaryBytesAndUtf16) {
  EXPECT_THAT(Parse(std::string("\x00\x01\xff", 3)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("binary bytes")));
  EXPECT_THAT(
      ParseCohort(SmallSchema(), SmallMapping(), std::string("\xFF\xFEi\0d\0", 6), "va.csv"),
      StatusIs(StatusCode::kInvalidArgument, HasSubstr("UTF-16")));
}

TEST(CohortFileTest, SaysWhichFileCannotBeRead) {
  EXPECT_THAT(LoadCohort(SmallSchema(), SmallMapping(), "/nowhere/va.csv"),
              StatusIs(StatusCode::kNotFound, HasSubstr("/nowhere/va.csv")));
}

TEST(CohortFileTest, CountsRowsThatAreThereTwice) {
  const auto loaded = Parse("p1,145,1,3,2\np1,145,1,3,2\np1,130,1,3,2\n");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->report.duplicates, 1);
  EXPECT_EQ(loaded->report.same_patient, 2);
  EXPECT_THAT(PatientOfRow(loaded->cohort), ElementsAre(0, 0, 0));
}

TEST(CohortFileTest, AnyDamageGivesACohortOrAnErrorAndNeverAValueOutOfRange) {
  const std::string good =
      std::string(kHeader) + "p1,145,1,3.0,2\r\np2,\"0\",0,?,0\np3, 120 ,NA,1,\n";
  constexpr std::string_view kBytes = "\",\n\r;0123456789.eE+-nainf \xff\x01";
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Random random(seed);
    std::string text = good;
    for (uint64_t change = random.Below(6); change-- > 0;) {
      const size_t at = random.Below(text.size());
      const char byte = kBytes[random.Below(kBytes.size())];
      if (random.Below(2) == 0) {
        text[at] = byte;
      } else {
        text.insert(at, 1, byte);
      }
    }
    text.resize(text.size() - random.Below(10));
    const auto loaded =
        ParseCohort(SmallSchema(), SmallMapping(), text, "va.csv", {.max_row_bytes = 200});
    if (!loaded.ok()) continue;
    for (const double value : loaded->cohort.values[0]) EXPECT_FALSE(value < 60 || value > 260);
    for (const int label : loaded->cohort.labels[0]) EXPECT_TRUE(label >= -1 && label <= 1);
  }
}

}  // namespace
}  // namespace consilium::data
