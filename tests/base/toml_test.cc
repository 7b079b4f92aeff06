#include "base/toml.h"

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using ::consilium::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TomlDocument Parsed(std::string_view text) {
  StatusOr<TomlDocument> document = TomlDocument::Parse(text, "plan.toml");
  EXPECT_THAT(document, IsOk());
  return std::move(*document);
}

TEST(TomlTest, ReadsEveryType) {
  TomlDocument document =
      Parsed("a = 'x'\nb = 2\nc = 2.5\nd = true\ne = ['p', 'q']\nf = [1, 2.5]\n");
  TomlTable root = document.root();
  EXPECT_EQ(root.Text("a"), "x");
  EXPECT_EQ(root.Integer("b"), 2);
  EXPECT_EQ(root.Number("b"), 2.0);
  EXPECT_EQ(root.Number("c"), 2.5);
  EXPECT_EQ(root.Flag("d"), true);
  EXPECT_THAT(*root.Texts("e"), ElementsAre("p", "q"));
  EXPECT_THAT(*root.Numbers("f"), ElementsAre(1, 2.5));
  EXPECT_EQ(root.Text("absent"), std::nullopt);
  EXPECT_THAT(document.Finish(), IsOk());
}

TEST(TomlTest, SaysTheLineOfWhatIsNotToml) {
  EXPECT_THAT(TomlDocument::Parse("a = 1\nb = = 2\n", "plan.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("plan.toml:2:")));
}

TEST(TomlTest, RefusesAKeyThatIsThereTwice) {
  EXPECT_THAT(TomlDocument::Parse("a = 1\na = 2\n", "plan.toml"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("plan.toml:2:")));
}

TEST(TomlTest, NamesTheNearestKeyToAnUnknownOne) {
  TomlDocument document = Parsed("[site]\nname = 'va'\nroudns = 3\n");
  TomlTable site = *document.root().Table("site");
  site.Text("name");
  site.Integer("rounds");
  EXPECT_THAT(document.Finish(),
              StatusIs(StatusCode::kInvalidArgument,
                       "plan.toml:3:1: unknown key 'roudns'; did you mean 'rounds'?"));
}

TEST(TomlTest, TellsAllComplaintsInTheOrderOfTheFile) {
  TomlDocument document = Parsed("rounds = 'many'\nrate = inf\nother = 1\n");
  TomlTable root = document.root();
  root.Number("rate");
  root.Integer("rounds");
  root.RequireText("name");
  const Status status = document.Finish();
  EXPECT_EQ(Message(status),
            "plan.toml:1:1: 'rounds' is text, expected an integer\n"
            "plan.toml:1:1: 'name' is missing, expected text\n"
            "plan.toml:2:1: 'rate' is inf, expected a finite number\n"
            "plan.toml:3:1: unknown key 'other'");
}

TEST(TomlTest, KeysComeInTheOrderOfTheFile) {
  TomlDocument document = Parsed("z = 1\na = 2\nm = 3\n");
  EXPECT_THAT(document.root().Keys(), ElementsAre("z", "a", "m"));
}

TEST(TomlTest, GivesTheTablesOfAnArray) {
  TomlDocument document = Parsed("[[site]]\nname = 'a'\n[[site]]\nname = 'b'\n");
  std::vector<std::string> names;
  for (TomlTable& site : document.root().Tables("site")) names.push_back(site.RequireText("name"));
  EXPECT_THAT(names, ElementsAre("a", "b"));
  EXPECT_THAT(document.Finish(), IsOk());
}

TEST(TomlTest, SaysWhichFileCannotBeRead) {
  EXPECT_THAT(TomlDocument::Load("/nowhere/plan.toml"),
              StatusIs(StatusCode::kNotFound, HasSubstr("/nowhere/plan.toml")));
}

TEST(TomlTest, NoNameIsNearToOneThatIsFar) {
  EXPECT_EQ(NearestName("cholesterol", {"age", "sex"}), "");
  EXPECT_EQ(NearestName("trestbp", {"age", "trestbps"}), "trestbps");
}

}  // namespace
}  // namespace consilium
