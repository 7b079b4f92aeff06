#include "server/data/payload_files.h"

#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "gmock/gmock.h"
#include "server/data/cohort_writer.h"
#include "server/data/image.h"
#include "server/data/payload_check.h"
#include "server/data/synthetic.h"
#include "server/data/time_text.h"
#include "tests/server/data/modalities.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::consilium::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kMapping = R"(
schema = "modalities"
patient_id = "id"
[files]
vitals = { path = "vitals.csv", patient_id = "who", time = "t" }
[features]
age = "age"
labs = { columns = "lab_*" }
vitals = { file = "vitals", columns = ["hr", "rr"] }
scan = { folder = "scans" }
[outcomes]
ill = "ill"
stay = "stay"
)";

constexpr std::string_view kPatients =
    "id,age,lab_lactate,lab_ph,lab_sodium,ill,stay\n"
    "a,50,1.5,7.25,140,yes,3.5\n"
    "b,60,,7.4,139,no,\n"
    "c,,,,,no,12\n";

// One site's files in a folder.
class PayloadFilesTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, std::string_view bytes) {
    std::filesystem::create_directories(std::filesystem::path(folder_ / name).parent_path());
    ASSERT_THAT(WriteFile(folder_ / name, bytes), IsOk());
  }
  void SetUp() override {
    Write("patients.csv", kPatients);
    Write("vitals.csv", "who,t,hr,rr\na,0,80,16\n");
    std::filesystem::create_directory(folder_ / "scans");
  }
  StatusOr<LoadedCohort> Load(std::string_view mapping = kMapping) {
    ASSIGN_OR_RETURN(const Mapping read, ParseMapping(mapping, "site.toml", schema_));
    return LoadCohort(schema_, read, folder_ / "patients.csv");
  }
  LoadedCohort LoadWell(std::string_view mapping = kMapping) {
    StatusOr<LoadedCohort> loaded = Load(mapping);
    EXPECT_THAT(loaded, IsOk());
    return loaded.ok() ? std::move(loaded).value() : LoadedCohort();
  }

  const Schema schema_ = ModalitiesSchema();
  TemporaryFolder folder_;
};

std::string With(std::string_view text, std::string_view what, std::string_view instead) {
  std::string changed(text);
  changed.replace(changed.find(what), what.size(), instead);
  return changed;
}

TEST_F(PayloadFilesTest, ReadsAVectorByPrefixInTheOrderOfItsComponents) {
  const LoadedCohort loaded = LoadWell();
  EXPECT_THAT(loaded.cohort.payloads[2][0], ElementsAre(140, 1.5f, 7.25f));
  EXPECT_EQ(loaded.cohort.values[2][0], 1);
}

TEST_F(PayloadFilesTest, AVectorOfWhichSomeIsMissingIsMissingAsAWhole) {
  const LoadedCohort loaded = LoadWell();
  EXPECT_FALSE(loaded.cohort.Observed(2, 1));
  EXPECT_THAT(loaded.cohort.payloads[2][1], IsEmpty());
  EXPECT_EQ(loaded.report.features[2].partial, 1);
  EXPECT_EQ(loaded.report.features[2].missing, 1);
}

TEST_F(PayloadFilesTest, TheMappingMaySayWhatStandsForMissingComponents) {
  StatusOr<Mapping> mapping = ParseMapping(kMapping, "site.toml", schema_);
  ASSERT_THAT(mapping, IsOk());
  mapping->features[1].partial = {Partial::Rule::kNumber, 2};
  const auto loaded = LoadCohort(schema_, *mapping, folder_ / "patients.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->cohort.payloads[2][1], ElementsAre(139, 2, 7.4f));
  EXPECT_FALSE(loaded->cohort.Observed(2, 2)) << "nothing stands for a vector without any number";
  EXPECT_THAT(Load(With(kMapping, "columns = \"lab_*\"", "columns = \"lab_*\", partial = 0")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("out of range of a component")));
  EXPECT_THAT(Load(With(kMapping, "columns = \"lab_*\"", "columns = \"lab_*\", partial = \"x\"")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("'x', expected a number")));
}

TEST_F(PayloadFilesTest, ReadsOutcomesThatAreNumbers) {
  const LoadedCohort loaded = LoadWell();
  EXPECT_EQ(loaded.cohort.targets[1][0], 3.5);
  EXPECT_TRUE(loaded.cohort.Known(1, 2));
  EXPECT_FALSE(loaded.cohort.Known(1, 1));
  EXPECT_THAT(loaded.cohort.labels[1], ElementsAre(-1, -1, -1));
  EXPECT_EQ(CatalogueOf(loaded.cohort).labelled[1], 2);
}

TEST_F(PayloadFilesTest, SortsASeriesByTimeAndKeepsTheOrderOfTheFileAmongEquals) {
  Write("vitals.csv", "who,t,hr,rr\na,3,83,1\nb,1,71,2\na,1,81,3\na,3,84,4\na,2,82,5\n");
  const LoadedCohort loaded = LoadWell();
  EXPECT_THAT(loaded.cohort.payloads[3][0], ElementsAre(81, 3, 82, 5, 83, 1, 84, 4));
  EXPECT_EQ(loaded.cohort.values[3][0], 4);
  EXPECT_THAT(loaded.cohort.payloads[3][1], ElementsAre(71, 2));
  EXPECT_FALSE(loaded.cohort.Observed(3, 2));
}

TEST_F(PayloadFilesTest, KeepsTheLatestOfALongSeries) {
  Write("vitals.csv", "who,t,hr,rr\na,1,1,1\na,2,2,2\na,3,3,3\na,4,4,4\na,5,5,5\n");
  const LoadedCohort loaded = LoadWell();
  EXPECT_EQ(loaded.cohort.values[3][0], 4);
  EXPECT_EQ(loaded.cohort.payloads[3][0].front(), 2);
  EXPECT_EQ(loaded.report.features[3].shortened, 1);
}

TEST_F(PayloadFilesTest, CarriesTheLastValueOnOnlyIfTheMappingSaysSo) {
  Write("vitals.csv", "who,t,hr,rr\na,1,80,\na,2,,16\na,3,82,\na,4,,\n");
  EXPECT_FALSE(LoadWell().cohort.Observed(3, 0));
  EXPECT_EQ(LoadWell().report.features[3].partial, 3);
  const LoadedCohort loaded =
      LoadWell(With(kMapping, "[\"hr\", \"rr\"]", "[\"hr\", \"rr\"], partial = \"last\""));
  EXPECT_THAT(loaded.cohort.payloads[3][0], ElementsAre(80, 16, 82, 16));
}

TEST_F(PayloadFilesTest, SaysFileLineAndColumnOfWhatItRefuses) {
  Write("vitals.csv",
        "who,t,hr,rr\na,1,nan,16\na,2,inf,16\na,3,high,16\na,4,1e9,16\na,then,80,16\na,5,80\n");
  const LoadedCohort loaded = LoadWell();
  ASSERT_EQ(loaded.report.findings_total, 6);
  EXPECT_EQ(Describe(loaded.report.findings[2]),
            "vitals.csv: line 4, column 3 (vitals.1): 'high', expected a number, 0 to 300 /min");
  EXPECT_EQ(Describe(loaded.report.findings[4]),
            "vitals.csv: line 6, column 2 (vitals): 'then', expected a time; row skipped");
  EXPECT_EQ(Describe(loaded.report.findings[5]),
            "vitals.csv: line 7: expected 4 fields, found 3; row skipped");
  EXPECT_FALSE(loaded.cohort.Observed(3, 0));
}

TEST_F(PayloadFilesTest, CountsRowsOfPatientsWhoAreNotInTheCsv) {
  Write("vitals.csv", "who,t,hr,rr\nz,1,80,16\nz,2,80,16\na,1,80,16\n");
  EXPECT_EQ(LoadWell().report.features[3].strangers, 2);
}

TEST_F(PayloadFilesTest, RefusesAFileWithoutTheColumnsOfTheMapping) {
  Write("vitals.csv", "who,t,hr\na,1,80\n");
  EXPECT_THAT(Load(), StatusIs(StatusCode::kInvalidArgument, HasSubstr("no column 'rr'")));
  Write("vitals.csv", std::string("\x00\x01", 2));
  EXPECT_THAT(Load(), StatusIs(StatusCode::kInvalidArgument, HasSubstr("binary bytes")));
  std::filesystem::remove(folder_ / "vitals.csv");
  EXPECT_THAT(Load(), StatusIs(StatusCode::kNotFound, HasSubstr("vitals.csv")));
}

TEST_F(PayloadFilesTest, ReadsImagesNamedByPatient) {
  const std::vector<float> grey(12, 1);
  Write("scans/b.pgm", EncodePgm(grey, 4, 3));
  const LoadedCohort loaded = LoadWell();
  EXPECT_FALSE(loaded.cohort.Observed(4, 0));
  EXPECT_EQ(loaded.cohort.values[4][1], 1);
  EXPECT_EQ(loaded.cohort.payloads[4][1].size(), 12u);
  EXPECT_EQ(loaded.report.features[4].observed, 1);
  EXPECT_EQ(loaded.report.features[4].missing, 2);
}

TEST_F(PayloadFilesTest, AnImageOfAnotherSizeIsAFindingAndMissing) {
  Write("scans/a.pgm", EncodePgm(std::vector<float>(4, 1), 2, 2));
  Write("scans/b.png", "no image at all");
  Write("scans/c.png", "");
  Write("scans/c.pgm", "");
  const LoadedCohort loaded = LoadWell();
  ASSERT_EQ(loaded.report.findings_total, 3);
  EXPECT_THAT(Describe(loaded.report.findings[0]),
              ::testing::AllOf(HasSubstr("scans/a.pgm"), HasSubstr("2 x 2, expected 4 x 3")));
  EXPECT_THAT(DescribeWithoutValue(loaded.report.findings[0]), ::testing::Not(HasSubstr("a.pgm")));
  EXPECT_THAT(loaded.report.findings[2].rule, HasSubstr("one image of a patient"));
  EXPECT_EQ(loaded.report.features[4].refused, 3);
  EXPECT_EQ(loaded.report.features[4].observed, 0);
}

TEST_F(PayloadFilesTest, NoPatientIdLeadsOutOfTheFolder) {
  Write("secret.pgm", EncodePgm(std::vector<float>(12, 1), 4, 3));
  Write("patients.csv", With(kPatients, "\na,", "\n../secret,"));
  const LoadedCohort loaded = LoadWell();
  EXPECT_FALSE(loaded.cohort.Observed(4, 0));
  EXPECT_EQ(loaded.report.features[4].refused, 1);
}

TEST_F(PayloadFilesTest, RowsOfOnePatientShareItsFiles) {
  Write("patients.csv", With(kPatients, "\nc,", "\na,"));
  const LoadedCohort loaded = LoadWell();
  EXPECT_THAT(loaded.cohort.payloads[3][2], ElementsAre(80, 16));
  EXPECT_EQ(loaded.report.same_patient, 1);
}

TEST_F(PayloadFilesTest, AMappingMustSayWhatItsFeaturesNeed) {
  const auto expect = [&](std::string_view what, std::string_view instead, const char* complaint) {
    EXPECT_THAT(Load(With(kMapping, what, instead)),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(complaint)));
  };
  expect(", time = \"t\"", "", "file 'vitals' has no 'time'");
  expect("file = \"vitals\"", "file = \"vitlas\"", "'vitlas' is not in [files]; did you mean");
  expect("[\"hr\", \"rr\"]", "[\"hr\"]", "1 columns for 'vitals', expected one for each of its 2");
  expect("\"lab_*\"", "\"lab\"", "'lab', expected a prefix");
  expect("folder = \"scans\"", "folder = \"\"", "'folder' is empty");
  expect("patient_id = \"id\"", "", "expected 'patient_id'");
  expect("labs = { columns = \"lab_*\" }", "labs = \"lab\"", "'labs' is text, expected a table");
}

TEST_F(PayloadFilesTest, AnOutcomeAmongTheColumnsOfAVectorIsRefused) {
  EXPECT_THAT(Load(With(kMapping, "\"lab_*\"", "[\"lab_sodium\", \"stay\", \"lab_ph\"]")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("would be told the answer")));
}

// What is written for a mapping is read back with it, bit for bit.
TEST_F(PayloadFilesTest, GivesBackSyntheticPatients) {
  for (const bool identity : {false, true}) {
    StatusOr<Mapping> mapping = IdentityMapping(schema_);
    if (!identity) mapping = ParseMapping(kMapping, "site.toml", schema_);
    ASSERT_THAT(mapping, IsOk());
    const Cohort cohort =
        Synthesise(schema_, {"x", 40, 0.4, {{"vitals", 0.3}, {"labs", 0.2}, {"scan", 0.5}}}, 7);
    Write("patients.csv", WriteCohort(schema_, *mapping, cohort));
    for (const WrittenFile& file : WritePayloadFiles(schema_, *mapping, cohort)) {
      Write(file.path, file.bytes);
    }
    const auto loaded = LoadCohort(schema_, *mapping, folder_ / "patients.csv");
    ASSERT_THAT(loaded, IsOk());
    EXPECT_EQ(loaded->report.findings_total, 0);
    for (size_t f = 2; f < 5; ++f) {
      EXPECT_EQ(loaded->cohort.payloads[f].numbers, cohort.payloads[f].numbers) << f;
      EXPECT_EQ(loaded->cohort.payloads[f].begin, cohort.payloads[f].begin) << f;
      EXPECT_GT(loaded->report.features[f].observed, 5);
    }
    EXPECT_EQ(loaded->cohort.targets[1], cohort.targets[1]);
    EXPECT_EQ(loaded->cohort.patient_ids, cohort.patient_ids);
  }
}

// Bytes of the two files changed at random: a cohort whose payloads fit the schema, or an error.
TEST_F(PayloadFilesTest, DamagedFilesGiveErrorsOrPayloadsThatFit) {
  const std::string vitals = "who,t,hr,rr\na,3,83,1\nb,1,71,\na,1,\"81\",3\na,2024-01-02,84,4\n";
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    Random random = Random::Named(seed, "damaged series");
    std::string bytes = vitals;
    for (uint64_t change = 1 + random.Below(5); change > 0 && !bytes.empty(); --change) {
      const size_t at = random.Below(bytes.size());
      if (random.Below(3) == 0) {
        bytes.erase(at, random.Below(6));
      } else {
        bytes[at] = "\",\n0a9.-e\r\xff"[random.Below(11)];
      }
    }
    const StatusOr<Mapping> mapping = ParseMapping(kMapping, "site.toml", schema_);
    auto loaded =
        ParseCohort(schema_, *mapping, kPatients, "patients.csv", {.folder = folder_.path()});
    ASSERT_THAT(loaded, IsOk());
    loaded->cohort.payloads[3] = {};
    FindingLog findings(loaded->report, 20);
    const CohortOptions options;
    const Status read = ReadSeriesFile({schema_, *mapping, options}, mapping->features[2], bytes,
                                       "vitals.csv", *loaded, findings);
    if (!read.ok()) continue;
    ASSERT_EQ(loaded->cohort.payloads[3].rows(), 3) << "seed " << seed;
    for (const float number : loaded->cohort.payloads[3].numbers) {
      ASSERT_TRUE(number >= 0 && number <= 300) << "seed " << seed;
    }
  }
}

TEST(TimeTextTest, OrdersNumbersDatesAndTimes) {
  EXPECT_EQ(ParseTime(" 12.5 "), 12.5);
  EXPECT_EQ(ParseTime("1970-01-02"), 86400);
  EXPECT_EQ(ParseTime("1970-01-01T01:02:03.5Z"), 3723.5);
  EXPECT_EQ(ParseTime("1970-01-01 01:02"), 3720);
  EXPECT_EQ(ParseTime("26:30"), 26 * 60 + 30);
  for (const char* none : {"", "nan", "inf", "noon", "2024-13-01", "2023-02-29", "2024-01-01T",
                           "2024-01-01T1:00", "1:2", "1:00:", "2024-01-01T10:00:99"}) {
    EXPECT_EQ(ParseTime(none), std::nullopt) << none;
  }
}

TEST(PayloadCheckTest, TakesRowsThatFitAndRefusesOthersWithTheirPlace) {
  const Schema schema = ModalitiesSchema();
  const auto check = [&](int f, std::vector<std::vector<double>> rows) {
    return CheckRows(schema.features[static_cast<size_t>(f)], rows);
  };
  const auto refused = [&](int f, std::vector<std::vector<double>> rows, RefusalReason reason) {
    const CheckedPayload checked = check(f, std::move(rows));
    ASSERT_TRUE(std::holds_alternative<Refusal>(checked));
    EXPECT_EQ(std::get<Refusal>(checked).reason, reason) << std::get<Refusal>(checked).message;
  };
  EXPECT_THAT(std::get<std::vector<float>>(check(2, {{140, 1, 7}})), ElementsAre(140, 1, 7));
  EXPECT_EQ(
      std::get<std::vector<float>>(check(3, {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}})).front(), 2);
  refused(2, {{140, 1}}, RefusalReason::kWrongLength);
  refused(2, {}, RefusalReason::kWrongLength);
  refused(2, {{140, 1, 7}, {140, 1, 7}}, RefusalReason::kWrongLength);
  refused(2, {{140, 1, NAN}}, RefusalReason::kNotANumber);
  refused(2, {{140, 1, 9}}, RefusalReason::kOutOfRange);
  refused(3, {}, RefusalReason::kWrongLength);
  refused(3, {{1, 1}, {1}}, RefusalReason::kWrongLength);
  refused(4, {{0, 0, 0, 0}, {0, 0, 0, 2}, {0, 0, 0, 0}}, RefusalReason::kOutOfRange);
  const CheckedPayload image = CheckImage(schema.features[4], "P2 4 2 1 0 0 0 0 0 0 0 0");
  EXPECT_EQ(std::get<Refusal>(image).reason, RefusalReason::kNoImage);
}

}  // namespace
}  // namespace consilium::data
