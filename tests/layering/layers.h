#ifndef CONSILIUM_TESTS_LAYERING_LAYERS_H_
#define CONSILIUM_TESTS_LAYERING_LAYERS_H_

#include <string>
#include <string_view>
#include <vector>

namespace consilium {

// What the files that `folder` covers (Covers in source_tree.h) may include of ours.
struct Layer {
  std::string folder;
  std::vector<std::string> may_include;
};

// The lines of the block ```layers of the page at `path`: a folder, then what it may include. A
// line `pure ...` is no folder: its names stand in for the word in the lines after it. No block:
// none.
std::vector<Layer> ReadLayers(const std::string& path);

// The layer whose name covers the most of `path`, or null.
const Layer* LayerOf(const std::vector<Layer>& layers, std::string_view path);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_LAYERING_LAYERS_H_
