#include "server/federation/compression_plan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/toml_fields.h"
#include "modules/compress/compressor_row.h"

namespace consilium::federation {
namespace {

void ReadKind(TomlTable& table, compress::CompressorOptions& options) {
  std::vector<std::string> names;
  for (const compress::CompressorRow* row : compress::AllCompressors()) {
    names.emplace_back(row->name);
  }
  std::string name(options.kind->name);
  Read(table, "kind", name, names);
  const auto kind = compress::ParseCompressor(name);
  if (kind.ok()) options.kind = *kind;
}

void ReadOption(TomlTable& table, const compress::CompressorOption& option,
                compress::CompressorOptions& options) {
  const double lowest = option.lowest, highest = compress::HighestOf(option, options);
  double value = compress::ValueOf(option, options);
  if (!option.choices.empty()) {
    std::string text(option.choices[static_cast<size_t>(value)]);
    Read(table, option.key, text, {option.choices.begin(), option.choices.end()});
    value = static_cast<double>(std::ranges::find(option.choices, text) - option.choices.begin());
  } else if (option.whole) {
    int number = static_cast<int>(value);
    Read(table, option.key, number, static_cast<int>(lowest), static_cast<int>(highest));
    value = number;
  } else {
    Read(table, option.key, value, lowest, highest);
  }
  compress::SetValue(option, value, options);
}

}  // namespace

void ReadCompressor(TomlTable& table, compress::CompressorOptions& options) {
  ReadKind(table, options);
  const auto shared = compress::SharedOptions();
  for (const compress::CompressorOption* option : shared) ReadOption(table, *option, options);
  for (const compress::CompressorOption* option : options.kind->options) {
    if (std::ranges::find(shared, option) == shared.end()) ReadOption(table, *option, options);
  }
}

}  // namespace consilium::federation
