#include "server/federation/declare_compression.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fmt/ranges.h"
#include "modules/compress/compressor_row.h"

namespace consilium::federation {
namespace {

bool Has(std::span<const compress::CompressorOption* const> options,
         const compress::CompressorOption* option) {
  return std::ranges::find(options, option) != options.end();
}

// What the option is, behind the compressors that heed it.
std::string HelpOf(const compress::CompressorOption& option) {
  std::vector<std::string_view> heeding;
  for (const compress::CompressorRow* row : compress::AllCompressors()) {
    if (Has(row->options, &option)) heeding.push_back(row->name);
  }
  return fmt::format("{}: {}", fmt::join(heeding, ", "), option.help);
}

void DeclareOption(Fields& fields, const compress::CompressorOption& option,
                   compress::CompressorOptions& options) {
  const std::string help = HelpOf(option);
  const Range range = {option.lowest, compress::HighestOf(option, options)};
  double value = compress::ValueOf(option, options);
  if (!option.choices.empty()) {
    std::vector<Word<double>> words;
    for (const std::string_view choice : option.choices) {
      words.push_back({static_cast<double>(words.size()), choice});
    }
    fields.Add({option.key, OneOf(value, words), {}, help});
  } else if (option.whole) {
    int number = static_cast<int>(value);
    fields.Add({option.key, &number, range, help});
    value = number;
  } else {
    fields.Add({option.key, &value, range, help});
  }
  compress::SetValue(option, value, options);
}

}  // namespace

void DeclareCompression(Fields& fields, compress::CompressorOptions& options) {
  std::vector<Word<const compress::CompressorRow*>> kinds;
  for (const compress::CompressorRow* row : compress::AllCompressors()) {
    kinds.push_back({row, row->name});
  }
  fields.Add({"kind", OneOf(options.kind, kinds)});
  const auto shared = compress::SharedOptions();
  for (const compress::CompressorOption* option : shared) DeclareOption(fields, *option, options);
  for (const compress::CompressorOption* option : options.kind->options) {
    if (!Has(shared, option)) DeclareOption(fields, *option, options);
  }
}

}  // namespace consilium::federation
