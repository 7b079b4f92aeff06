// One name, one thing: a type is defined once, whatever the folder; twice in one program would be
// undefined behaviour that no compiler tells.
#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "fmt/ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The types that a file defines in a named namespace, as "consilium::nn::Layout". The tree's layout
// of text is relied on: what stands in a namespace is not indented, and each is opened by a line.
std::vector<std::string> TypesDefinedIn(const std::vector<std::string>& lines) {
  static const std::regex kNamespace(R"(^(?:inline )?namespace ([\w:]+) \{$)");
  static const std::regex kType(
      R"(^(?:class|struct|union|enum class|enum) (?:\[\[\w+\]\] )?([A-Za-z]\w*)\b(?!::|<)[^;(]*(?:\{.*)?$)");
  std::vector<std::string> types, open;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const bool declares_one = i + 2 < lines.size() && lines[i + 2] == "}";
    std::smatch match;
    if (line == "namespace {") {
      open.emplace_back();
    } else if (std::regex_match(line, match, kNamespace)) {
      if (!declares_one) open.push_back(match[1]);
    } else if (line.starts_with("}  // namespace") && !open.empty()) {
      open.pop_back();
    } else if (std::regex_match(line, match, kType) && !open.empty() &&
               std::ranges::find(open, "") == open.end()) {
      types.push_back(fmt::format("{}::{}", fmt::join(open, "::"), match[1].str()));
    }
  }
  return types;
}

TEST(DefinitionsTest, NoTypeIsDefinedTwice) {
  std::map<std::string, std::string> defined;
  for (const SourceFile& file :
       ReadSources({"base", "modules", "server", "client", "lab", "bench", "tests"})) {
    for (const std::string& type : TypesDefinedIn(LinesOf(file.path))) {
      const auto [first, is_new] = defined.emplace(type, file.path);
      EXPECT_TRUE(is_new) << file.path << ": " << type << " is defined in " << first->second
                          << " too: put it into its folder's namespace, or give it another name";
    }
  }
  EXPECT_GT(defined.size(), 500U) << "the types of the tree are not found";
}

TEST(DefinitionsTest, SeesClassesStructsAndEnumsButNoDeclarationAndNothingUnnamed) {
  EXPECT_THAT(
      TypesDefinedIn({"namespace consilium::nn {", "class Declared;", "class Layout {", "};",
                      "struct Inner final : Layout {", "  struct Nested {", "enum class Kind {",
                      "struct Empty {};", "namespace {", "struct Hidden {", "}  // namespace",
                      "namespace other {", "class Declared;", "}", "}  // namespace consilium::nn",
                      "struct Outside {"}),
      ElementsAre("consilium::nn::Layout", "consilium::nn::Inner", "consilium::nn::Kind",
                  "consilium::nn::Empty"));
  EXPECT_THAT(TypesDefinedIn({"struct Global {"}), IsEmpty());
}

}  // namespace
}  // namespace consilium
