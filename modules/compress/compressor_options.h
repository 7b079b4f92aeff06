#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_OPTIONS_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_OPTIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/status.h"
#include "modules/compress/power_sgd.h"

namespace consilium::compress {

struct CompressorRow;
extern const CompressorRow kIdentity;

constexpr size_t kOwnNumbers = 4;

// What a plan says of compression: a compressor (compressor_row.h) and its options. What each means
// and which compressors have it say the declarations below.
struct CompressorOptions {
  const CompressorRow* kind = &kIdentity;  // never null; lives as long as the program
  int rank = 2;
  uint64_t byte_budget = 0;
  PowerSgdForm form = PowerSgdForm::kAlternating;
  int iterations = 1;
  double min_compression = 2.0;
  int bits = 4;
  double keep = 0.05;
  // What a compressor declares for itself; none: as declared.
  std::array<std::optional<double>, kOwnNumbers> own = {};
};

// A number of CompressorOptions::own, by its place in it.
struct OwnNumber {
  size_t place;
};

// An option, declared once: plans, checks, error messages and help are made from it.
struct CompressorOption {
  std::string_view key;   // in a plan's [compression]
  std::string_view help;  // what it is, with its unit
  std::variant<int CompressorOptions::*, uint64_t CompressorOptions::*, double CompressorOptions::*,
               PowerSgdForm CompressorOptions::*, OwnNumber>
      field;
  double lowest = 0;
  double highest = 0;
  bool whole = false;                              // integers only
  std::string_view unit = {};                      // behind a value in an error message
  double initial = 0;                              // of an OwnNumber, the value where none is said
  std::span<const std::string_view> choices = {};  // names of the values 0, 1, ...
  // If set, the highest value given the options declared before this one.
  double (*most)(const CompressorOptions& options) = nullptr;
};

extern const CompressorOption kRankOption;
extern const CompressorOption kFormOption;
extern const CompressorOption kByteBudgetOption;
extern const CompressorOption kMinCompressionOption;
extern const CompressorOption kBitsOption;
extern const CompressorOption kKeepOption;
extern const CompressorOption kIterationsOption;

// Those, in the order in which a plan's are read: any plan may say them, whatever its compressor.
std::span<const CompressorOption* const> SharedOptions();

// The value as a number; of a choice its place.
double ValueOf(const CompressorOption& option, const CompressorOptions& options);

// Requires a value within HighestOf and lowest, whole where the option is.
void SetValue(const CompressorOption& option, double value, CompressorOptions& options);

double HighestOf(const CompressorOption& option, const CompressorOptions& options);

// Refuses a value out of the declared range.
Status CheckOption(const CompressorOption& option, const CompressorOptions& options);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_OPTIONS_H_
