#include "server/training/module_names.h"

#include "base/toml.h"

namespace consilium::training {

std::string PlainName(const nn::ModuleId& id) {
  std::string name = nn::Name(id);
  return name.substr(0, name.rfind('@'));
}

int FindAnyVersion(const nn::Layout& layout, const nn::ModuleId& id) {
  for (size_t m = 0; m < layout.modules().size(); ++m) {
    const nn::ModuleId& other = layout.modules()[m].id;
    if (other.kind == id.kind && other.key == id.key) return static_cast<int>(m);
  }
  return -1;
}

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  size_t star = std::string_view::npos, retry = 0;  // the last `*`, and where its text ends
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

StatusOr<std::vector<uint8_t>> MatchModules(const nn::Layout& layout,
                                            std::span<const std::string> patterns,
                                            std::string_view what) {
  std::vector<std::string> names;
  for (const nn::ModuleShape& module : layout.modules()) names.push_back(PlainName(module.id));
  std::vector<uint8_t> matched(names.size(), 0);
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (size_t m = 0; m < names.size(); ++m) {
      if (!MatchesPattern(pattern, names[m])) continue;
      matched[m] = 1;
      any = true;
    }
    if (any) continue;
    return InvalidArgument(
        "{}: '{}' matches no module, expected names such as '{}' or 'encoder *'{}", what, pattern,
        names.back(), Suggestion(pattern, names));
  }
  return matched;
}

}  // namespace consilium::training
