#include "tests/layering/layers.h"

#include <fstream>
#include <sstream>

#include "tests/layering/source_tree.h"

namespace consilium {

std::vector<Layer> ReadLayers(const std::string& path) {
  std::vector<Layer> layers;
  std::vector<std::string> pure;
  std::ifstream page(path);
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      if (inside) break;
      inside = line == "```layers";
      continue;
    }
    std::istringstream words(line);
    Layer layer;
    if (!inside || !(words >> layer.folder)) continue;
    for (std::string word; words >> word;) {
      if (word == "pure") {
        layer.may_include.insert(layer.may_include.end(), pure.begin(), pure.end());
      } else {
        layer.may_include.push_back(word);
      }
    }
    if (layer.folder == "pure") {
      pure = layer.may_include;
    } else {
      layers.push_back(std::move(layer));
    }
  }
  return layers;
}

const Layer* LayerOf(const std::vector<Layer>& layers, std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : layers) {
    if (!Covers(layer.folder, path)) continue;
    if (best == nullptr || layer.folder.size() > best->folder.size()) best = &layer;
  }
  return best;
}

}  // namespace consilium
