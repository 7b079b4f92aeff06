#ifndef CONSILIUM_TESTS_LAYERING_SOURCE_TREE_H_
#define CONSILIUM_TESTS_LAYERING_SOURCE_TREE_H_

#include <string>
#include <string_view>
#include <vector>

namespace consilium {

// One `#include` line of a source file.
struct Include {
  int line = 0;
  std::string name;  // between the quotes or brackets
};

struct SourceFile {
  std::string path;  // from the root of the tree, as in "modules/nn/layout.h"
  int lines = 0;
  std::vector<Include> includes;

  bool IsHeader() const { return path.ends_with(".h"); }
};

// The lines of the file at `path`; none if it is not there.
std::vector<std::string> LinesOf(const std::string& path);

// All .h and .cc files under `folders` of the working directory, by path. A folder that is not
// there has no files.
std::vector<SourceFile> ReadSources(const std::vector<std::string>& folders);

// `path` is `prefix`, or lies under it: "modules/nn" covers "modules/nn/layout.h" and not
// "modules/nnx". A prefix that ends in '/' covers only the files directly in that folder; one that
// ends in '*' covers every path that begins so.
bool Covers(std::string_view prefix, std::string_view path);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_LAYERING_SOURCE_TREE_H_
