#include "base/fields.h"

#include "base/describe_fields.h"
#include "base/read_fields.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

enum class Colour { kRed, kGreen };
constexpr Word<Colour> kColours[] = {{Colour::kRed, "red", "as roses"}, {Colour::kGreen, "green"}};

struct Garden {
  int beds = 3;
  uint64_t seed = 7;
  double share = 1;
  bool open = false;
  Duration wait = Seconds(1.5);
  std::vector<double> heights = {1, 2.5};
  std::string flower = "rose";
  std::vector<std::string> helpers = {};
  Colour colour = Colour::kRed;
  int fence = 0;
  double depth = 1e-9;
};

void Declare(Fields& fields, Garden& garden) {
  fields.Add({"beds", &garden.beds, {1, 9}, "of earth"});
  fields.Add({"seed", &garden.seed});
  fields.Add({"share", &garden.share, {0, 1}});
  fields.Add({"open", &garden.open, {}, "to all"});
  fields.Add({"wait", &garden.wait, {0.01, 60}, "in seconds"});
  fields.Add({"heights", &garden.heights, {0, 3}});
  fields.Add({"flower", Name{&garden.flower, {"rose", "lily"}}});
  fields.Add({"helpers", Names{&garden.helpers}});
  fields.Add({"colour", OneOf(garden.colour, kColours), {}, "of the door"});
  fields.Add({"fence", &garden.fence, {1}, "no fence without it", "2"});
  fields.Table("pond", "water", [&](Fields& pond) {
    pond.Add({"depth", &garden.depth, {1e-12, 1}});
  });
}

Status ReadGarden(std::string_view text, Garden& garden) {
  ASSIGN_OR_RETURN(TomlDocument document, TomlDocument::Parse(text, "garden.toml"));
  TomlTable root = document.root();
  ReadFields(root, [&](Fields& fields) { Declare(fields, garden); });
  return document.Finish();
}

std::string Described(Garden garden) {
  return DescribeFields([&](Fields& fields) { Declare(fields, garden); });
}

TEST(FieldsTest, EveryKindOfFieldIsRead) {
  Garden garden;
  ASSERT_THAT(ReadGarden("beds = 4\nseed = 8\nshare = 0.5\nopen = true\nwait = 2\nheights = [3]\n"
                         "flower = 'lily'\nhelpers = ['a', 'b']\ncolour = 'green'\nfence = 1\n"
                         "[pond]\ndepth = 0.5\n",
                         garden),
              IsOk());
  EXPECT_EQ(garden.beds, 4);
  EXPECT_EQ(garden.seed, 8U);
  EXPECT_EQ(garden.share, 0.5);
  EXPECT_TRUE(garden.open);
  EXPECT_EQ(garden.wait, Seconds(2));
  EXPECT_THAT(garden.heights, ElementsAre(3));
  EXPECT_EQ(garden.flower, "lily");
  EXPECT_THAT(garden.helpers, ElementsAre("a", "b"));
  EXPECT_EQ(garden.colour, Colour::kGreen);
  EXPECT_EQ(garden.fence, 1);
  EXPECT_EQ(garden.depth, 0.5);
}

TEST(FieldsTest, WhatAFileDoesNotSayStaysAsItIs) {
  Garden garden;
  ASSERT_THAT(ReadGarden("", garden), IsOk());
  EXPECT_EQ(Described(garden), Described({}));
}

TEST(FieldsTest, EveryValueOutOfBoundsIsToldAndNoneIsTaken) {
  Garden garden;
  EXPECT_THAT(ReadGarden("beds = 10\nseed = -1\nwait = 61\nheights = [1, 4]\nflower = 'lilly'\n"
                         "colour = 'blue'\nbed = 1\n",
                         garden),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("garden.toml:1:1: beds is 10, expected 1 to 9"),
                             HasSubstr("seed is -1, expected 0 to 1000000000"),
                             HasSubstr("wait is 61, expected 0.01 to 60"),
                             HasSubstr("heights has 4, expected 0 to 3"),
                             HasSubstr("expected one of: rose, lily; did you mean 'lily'?"),
                             HasSubstr("colour is 'blue', expected one of: red, green"),
                             HasSubstr("unknown key 'bed'"))));
  EXPECT_EQ(Described(garden), Described({}));
}

TEST(FieldsTest, ADescriptionSaysEveryKeyWithItsValueWordsAndRange) {
  EXPECT_EQ(Described({}),
            "beds = 3                        # of earth; 1 to 9\n"
            "seed = 7                        # 0 to 1e9\n"
            "share = 1.0                     # 0 to 1\n"
            "open = false                    # to all\n"
            "wait = 1.5                      # in seconds; 0.01 to 60\n"
            "heights = [1.0, 2.5]            # 0 to 3\n"
            "flower = \"rose\"                 # rose | lily\n"
            "helpers = []\n"
            "colour = \"red\"                  # of the door: red (as roses) | green\n"
            "# fence = 2                     # no fence without it; 1 to 1e9\n"
            "\n"
            "[pond]                          # water\n"
            "depth = 1e-9                    # 1e-12 to 1\n");
}

TEST(FieldsTest, ADescriptionIsAFileThatSaysTheSame) {
  Garden changed, read;
  changed.beds = 5;
  changed.colour = Colour::kGreen;
  changed.depth = 2.5e-7;
  ASSERT_THAT(ReadGarden(Described(changed), read), IsOk());
  EXPECT_EQ(Described(read), Described(changed));
}

TEST(FieldsTest, AWordAndItsValueAreFoundByOneAnother) {
  EXPECT_EQ(WordOf(kColours, Colour::kGreen), "green");
  EXPECT_EQ(ValueOf<Colour>(kColours, "red"), Colour::kRed);
  EXPECT_EQ(ValueOf<Colour>(kColours, "blue"), std::nullopt);
}

}  // namespace
}  // namespace consilium
