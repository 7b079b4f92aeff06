#include "modules/compress/compressor_help.h"

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "modules/compress/compressor_row.h"

namespace consilium::compress {
namespace {

std::string RangeOf(const CompressorOption& option) {
  if (!option.choices.empty()) return fmt::format("{}", fmt::join(option.choices, " | "));
  return fmt::format("{} to {}", option.lowest, HighestOf(option, {}));
}

}  // namespace

std::string DefaultOf(const CompressorOption& option) {
  const double value = ValueOf(option, {});
  if (!option.choices.empty()) {
    return fmt::format("{} = \"{}\"", option.key, option.choices[static_cast<size_t>(value)]);
  }
  if (option.whole) return fmt::format("{} = {}", option.key, static_cast<int64_t>(value));
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return fmt::format("{} = {}", option.key, text);
}

std::string CompressorsHelp() {
  std::string text;
  for (const CompressorRow* row : AllCompressors()) {
    text += fmt::format("  {:<12} {}\n", row->name, row->help);
    for (const CompressorOption* option : row->options) {
      text += fmt::format("               {} ({}): {}\n", DefaultOf(*option), RangeOf(*option),
                          option->help);
    }
  }
  return text;
}

}  // namespace consilium::compress
