#include "server/data/further_column.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/data/cohort_file.h"
#include "tests/support/matchers.h"

namespace consilium::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using testing::StatusIs;

constexpr char kSchema[] =
    "schema = 's'\nversion = 1\n[[features]]\nkey = 'x'\nkind = 'continuous'\nunit = '1'\n"
    "range = { min = 0, max = 9 }\n[[outcomes]]\nkey = 'y'\n"
    "classes = [{ value = 'no' }, { value = 'yes' }]\n";

TEST(FurtherColumnTest, GivesACellForEachRowThatBecameAPatient) {
  const auto schema = ParseSchema(kSchema, "schema");
  ASSERT_THAT(schema, IsOk());
  const Mapping mapping = IdentityMapping(*schema);
  const std::string text = "where, x ,y\na,1,no\nbroken\n b ,2,yes\n,3,no\n";
  const auto loaded = ParseCohort(*schema, mapping, text, "f.csv");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(ReadFurtherColumn(text, mapping, "where", loaded->cohort, "f.csv"),
              IsOkAndHolds(ElementsAre("a", "b", "")));
  EXPECT_THAT(ReadFurtherColumn(text, mapping, "were", loaded->cohort, "f.csv"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("did you mean 'where'")));
}

}  // namespace
}  // namespace consilium::data
