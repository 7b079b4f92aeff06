#include "tests/layering/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace consilium {
namespace {

// The name in `#include "name"` or `#include <name>`.
std::optional<std::string> IncludedName(std::string_view line) {
  constexpr std::string_view kBlank = " \t";
  const size_t hash = line.find_first_not_of(kBlank);
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const size_t word = line.find_first_not_of(kBlank, hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include"))
    return std::nullopt;
  const size_t open = line.find_first_of("\"<", word);
  if (open == std::string_view::npos) return std::nullopt;
  const size_t close = line.find_first_of("\">", open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(open + 1, close - open - 1));
}

SourceFile Read(const std::filesystem::path& path) {
  SourceFile file{.path = path.generic_string(), .lines = 0, .includes = {}};
  for (const std::string& line : LinesOf(path.string())) {
    ++file.lines;
    if (std::optional<std::string> name = IncludedName(line)) {
      file.includes.push_back({file.lines, *std::move(name)});
    }
  }
  return file;
}

}  // namespace

std::vector<std::string> LinesOf(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<SourceFile> ReadSources(const std::vector<std::string>& folders) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".h" || extension == ".cc") files.push_back(Read(entry.path()));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

bool Covers(std::string_view prefix, std::string_view path) {
  if (prefix.ends_with('*')) return path.starts_with(prefix.substr(0, prefix.size() - 1));
  if (!path.starts_with(prefix)) return false;
  if (prefix.ends_with('/')) return path.find('/', prefix.size()) == std::string_view::npos;
  return path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace consilium
