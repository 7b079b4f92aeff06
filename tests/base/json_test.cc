#include "base/json.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

TEST(JsonTest, WritesEveryKindOfValue) {
  const Json json = {{"null", nullptr},
                     {"bool", true},
                     {"int", -3},
                     {"unsigned", UINT64_MAX},
                     {"signed", INT64_MIN},
                     {"real", 0.1},
                     {"whole", 2.0},
                     {"float", 0.5F},
                     {"text", "a\"\n"},
                     {"list", std::vector<int>{1, 2}},
                     {"flags", std::vector<bool>{true}},
                     {"absent", std::optional<int>()},
                     {"given", std::optional<int>(4)},
                     {"lists", std::vector<std::vector<std::optional<double>>>{{1.5, {}}}},
                     {"nested", {{"x", 1}}}};
  EXPECT_EQ(json.Text(),
            R"({"null":null,"bool":true,"int":-3,"unsigned":18446744073709551615,)"
            R"("signed":-9223372036854775808,"real":0.1,"whole":2.0,"float":0.5,"text":"a\"\n",)"
            R"("list":[1,2],"flags":[true],"absent":null,"given":4,"lists":[[1.5,null]],)"
            R"("nested":{"x":1}})");
}

TEST(JsonTest, AMemberThatIsNotThereIsMadeAndOrderIsKept) {
  Json json;
  json["b"]["c"] = 1;
  json["a"].Append("x");
  json["a"].Append({{"y", 2}})["z"] = 3;
  json["b"]["c"] = 4;
  EXPECT_EQ(json.Text(), R"({"b":{"c":4},"a":["x",{"y":2,"z":3}]})");
  EXPECT_EQ(Json().Text(), "null");
  EXPECT_EQ(Json::Array().Text(), "[]");
  EXPECT_EQ(Json::Object().Text(2), "{}");
}

TEST(JsonTest, ACopyIsItsOwn) {
  Json first = {{"list", Json::Array()}};
  Json second = first;
  second["list"].Append(1);
  first["list"] = second;
  EXPECT_EQ(first.Text(), R"({"list":{"list":[1]}})");
  EXPECT_EQ(second.Text(), R"({"list":[1]})");
}

TEST(JsonTest, WritesWhatJsonCannotSayAsWhatItCan) {
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()).Text(), "null");
  EXPECT_EQ(Json("a\xff").Text(), "\"a\xef\xbf\xbd\"");
}

TEST(JsonTest, IndentsOnRequest) {
  EXPECT_EQ((Json{{"a", {{"b", 1}}}}.Text(2)), "{\n  \"a\": {\n    \"b\": 1\n  }\n}");
}

TEST(JsonTest, ReadsWhatItWrote) {
  const std::string text = R"({"z":[1,-1,18446744073709551615,0.1,"t",true,null,{}],"a":{"k":[]}})";
  const StatusOr<Json> json = Json::Parse(text);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->Text(), text);
  EXPECT_FALSE(Json::Parse("{\"a\":").ok());
}

}  // namespace
}  // namespace consilium
