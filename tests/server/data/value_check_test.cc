#include "server/data/value_check.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/data/fixtures.h"

namespace consilium::data {
namespace {

using ::testing::HasSubstr;

class ValueCheckTest : public ::testing::Test {
 protected:
  void ExpectValue(const CheckedValue& checked, double value) {
    ASSERT_TRUE(std::holds_alternative<double>(checked)) << std::get<Refusal>(checked).message;
    EXPECT_EQ(std::get<double>(checked), value);
  }
  void ExpectRefusal(const CheckedValue& checked, RefusalReason reason, const std::string& part) {
    ASSERT_TRUE(std::holds_alternative<Refusal>(checked));
    EXPECT_EQ(std::get<Refusal>(checked).reason, reason) << std::get<Refusal>(checked).message;
    EXPECT_THAT(std::get<Refusal>(checked).message, HasSubstr(part));
  }

  const Schema schema_ = SmallSchema();
  const Feature& pressure_ = schema_.features[0];
  const Feature& sex_ = schema_.features[1];
  const Feature& grade_ = schema_.features[2];
};

TEST_F(ValueCheckTest, AcceptsANumberInRangeBoundsIncluded) {
  ExpectValue(CheckValue(pressure_, "145"), 145);
  ExpectValue(CheckValue(pressure_, " +1.45e2 "), 145);
  ExpectValue(CheckValue(pressure_, "60"), 60);
  ExpectValue(CheckValue(pressure_, 260.0), 260);
}

TEST_F(ValueCheckTest, RefusesWhatIsOutOfRange) {
  ExpectRefusal(CheckValue(pressure_, "59.9"), RefusalReason::kOutOfRange,
                "pressure: 59.9 is out of range, expected 60 to 260 mmHg");
  ExpectRefusal(CheckValue(pressure_, -1.0), RefusalReason::kOutOfRange, "60 to 260 mmHg");
}

TEST_F(ValueCheckTest, RefusesWhatIsNoFiniteNumber) {
  for (const char* text :
       {"", " ", "high", "145 mmHg", "1,5", "0x90", "nan", "inf", "1e999", "+-1"}) {
    ExpectRefusal(CheckValue(pressure_, text), RefusalReason::kNotANumber, "pressure");
  }
  ExpectRefusal(CheckValue(pressure_, std::nan("")), RefusalReason::kNotANumber, "nan");
  ExpectRefusal(CheckValue(pressure_, std::numeric_limits<double>::infinity()),
                RefusalReason::kNotANumber, "inf");
}

TEST_F(ValueCheckTest, AcceptsTheUnitOrItsLabelOnly) {
  ExpectValue(CheckValue(pressure_, "145", "mm[Hg]"), 145);
  ExpectValue(CheckValue(pressure_, "145", "mmHg"), 145);
  ExpectRefusal(CheckValue(pressure_, "14.5", "kPa"), RefusalReason::kWrongUnit,
                "unit 'kPa', expected mmHg");
  ExpectRefusal(CheckValue(sex_, "male", "kg"), RefusalReason::kWrongUnit, "expected none");
}

TEST_F(ValueCheckTest, GivesTheIndexOfACategory) {
  ExpectValue(CheckValue(sex_, "male"), 1);
  ExpectValue(CheckValue(sex_, "Woman"), 0);
  ExpectValue(CheckValue(grade_, "3.0"), 2);
  ExpectValue(CheckValue(grade_, 2.0), 1);
}

TEST_F(ValueCheckTest, RefusesACategoryThatIsNotThere) {
  ExpectRefusal(CheckValue(sex_, "m"), RefusalReason::kUnknownCategory,
                "sex: 'm' is no category, expected one of: female, male");
  ExpectRefusal(CheckValue(grade_, 2.5), RefusalReason::kUnknownCategory, "one of: 1, 2, 3");
  ExpectRefusal(CheckValue(grade_, std::nan("")), RefusalReason::kUnknownCategory, "grade");
}

TEST_F(ValueCheckTest, RefusesAnUnknownFeatureAndNamesTheNearest) {
  ExpectRefusal(CheckValue(schema_, "presure", "145"), RefusalReason::kUnknownFeature,
                "'presure' is no feature of small@2; did you mean 'pressure'?");
  ExpectValue(CheckValue(schema_, "pressure", "145"), 145);
}

TEST_F(ValueCheckTest, ShowsOnlyAPrintableStartOfAHostileValue) {
  const CheckedValue checked = CheckValue(pressure_, "\x1b[2J" + std::string(10000, 'A'));
  ExpectRefusal(checked, RefusalReason::kNotANumber, "'.[2JAAA");
  EXPECT_LT(std::get<Refusal>(checked).message.size(), 150u);
}

TEST_F(ValueCheckTest, WritesValuesForPeopleAndForItself) {
  EXPECT_EQ(Readable(pressure_, 145), "145 mmHg");
  EXPECT_EQ(Readable(sex_, 1), "Man");
  EXPECT_EQ(Canonical(sex_, 1), "male");
  ExpectValue(CheckValue(pressure_, Canonical(pressure_, 60.1)), 60.1);
}

}  // namespace
}  // namespace consilium::data
