#ifndef CONSILIUM_TESTS_GOLDEN_GOLDEN_FILES_H_
#define CONSILIUM_TESTS_GOLDEN_GOLDEN_FILES_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "nlohmann/json.hpp"

// The reference vectors: every *.json in the folder named by CONSILIUM_GOLDEN_DIR, or else in
// tests/golden of the source tree. What a file contains is told by its keys, not by its name, so
// files of other names and the same formats are read too.
namespace consilium {

struct GoldenFile {
  std::string name;    // "powersgd.json"
  std::string format;  // see FormatOf; "unreadable" where the file is not JSON
  nlohmann::json json;
};

inline void PrintTo(const GoldenFile& file, std::ostream* out) { *out << file.name; }

// "modn", "multimodn", "relaysgd", "powersgd", "powergossip", "laser", "topology", "ema",
// "unknown".
inline std::string FormatOf(const nlohmann::json& json) {
  struct Sign {
    const char* format;
    std::vector<const char*> keys;
  };
  static const std::vector<Sign> signs = {
      {"modn", {"disease_nll", "encoders"}}, {"multimodn", {"err_loss", "encoders"}},
      {"relaysgd", {"zeta2", "topologies"}}, {"powergossip", {"shapes", "W", "runs"}},
      {"powersgd", {"shapes", "runs"}},      {"laser", {"zsgd", "laser"}},
      {"topology", {"schemes", "zeta"}},     {"ema", {"ema"}}};
  for (const Sign& sign : signs) {
    if (std::all_of(sign.keys.begin(), sign.keys.end(),
                    [&](const char* key) { return json.contains(key); })) {
      return sign.format;
    }
  }
  return "unknown";
}

inline std::filesystem::path GoldenFolder() {
  const char* folder = std::getenv("CONSILIUM_GOLDEN_DIR");
  return folder != nullptr && *folder != '\0' ? folder : CONSILIUM_GOLDEN_SOURCE_DIR;
}

// In the order of their names.
inline std::vector<GoldenFile> GoldenFiles() {
  std::vector<GoldenFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder())) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream stream(entry.path());
    nlohmann::json json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    std::string format = json.is_object() ? FormatOf(json) : "unreadable";
    files.push_back({entry.path().filename().string(), std::move(format), std::move(json)});
  }
  std::sort(files.begin(), files.end(),
            [](const GoldenFile& a, const GoldenFile& b) { return a.name < b.name; });
  return files;
}

inline std::vector<GoldenFile> GoldenFilesOf(std::string_view format) {
  std::vector<GoldenFile> files = GoldenFiles();
  std::erase_if(files, [&](const GoldenFile& file) { return file.format != format; });
  return files;
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_GOLDEN_GOLDEN_FILES_H_
