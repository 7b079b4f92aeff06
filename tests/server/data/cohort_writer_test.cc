#include "server/data/cohort_writer.h"

#include "gtest/gtest.h"
#include "server/data/cohort_file.h"
#include "tests/server/data/fixtures.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::consilium::testing::IsOk;

TEST(CohortWriterTest, WritesWhatTheMappingReads) {
  const Schema schema = SmallSchema();
  const Mapping mapping = SmallMapping();
  const auto loaded =
      ParseCohort(schema, mapping, "id,bp,gender,grade,num\na,145,1,2,3\nb,0,0,,0\n", "va.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(WriteCohort(schema, mapping, loaded->cohort),
            "id,bp,gender,grade,num\na,145,1,2,1\nb,,0,,0\n");
}

TEST(CohortWriterTest, WritesAnswersInAskingOrderWithoutWhatIsMissing) {
  const Schema schema = SmallSchema();
  const auto loaded = ParseCohort(schema, SmallMapping(),
                                  "id,bp,gender,grade,num\na,145.5,1,2,3\nb,0,0,,0\n", "va.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(WriteAnswers(schema, loaded->cohort, 0),
            "sex = \"male\"\ngrade = \"2\"\npressure = 145.5\n");
  EXPECT_EQ(WriteAnswers(schema, loaded->cohort, 1), "sex = \"female\"\n");
}

}  // namespace
}  // namespace consilium::data
