#include "modules/compress/compressor_options.h"

#include <string>
#include <type_traits>

namespace consilium::compress {
namespace {

constexpr double kMost = 1e9;
constexpr std::string_view kForms[] = {"alternating", "two_sided"};

// A phase's number is one byte of a message.
double MostIterations(const CompressorOptions& options) { return 255 / PhasesOf(options.form, 1); }

}  // namespace

constinit const CompressorOption kRankOption = {.key = "rank",
                                                .help = "columns of each factor",
                                                .field = &CompressorOptions::rank,
                                                .lowest = 1,
                                                .highest = kMost,
                                                .whole = true};

constinit const CompressorOption kFormOption = {
    .key = "form",
    .help = "of PowerSGD, in an all-reduce: one multiplication an iteration, or the paper's two",
    .field = &CompressorOptions::form,
    .highest = std::size(kForms) - 1,
    .whole = true,
    .choices = kForms};

// PlanLowRankWithin.
constinit const CompressorOption kByteBudgetOption = {
    .key = "byte_budget",
    .help =
        "if above 0, in place of one rank: bytes that a message may have, or the messages of a "
        "round's phases together, headers and weights not counted",
    .field = &CompressorOptions::byte_budget,
    .highest = kMost,
    .whole = true,
    .unit = "bytes"};

// As docs/papers.md, PowerSGD, says: numel / (rank (rows + cols) iterations / 2). From 2 on, a rank
// of at least min(rows, cols) is lossless.
constinit const CompressorOption kMinCompressionOption = {
    .key = "min_compression",
    .help = "a matrix that low rank does not make smaller by more than this factor goes as it is",
    .field = &CompressorOptions::min_compression,
    .highest = kMost};

constinit const CompressorOption kBitsOption = {.key = "bits",
                                                .help = "bits for each number",
                                                .field = &CompressorOptions::bits,
                                                .lowest = 2,
                                                .highest = 8,
                                                .whole = true,
                                                .unit = "bits a number"};

constinit const CompressorOption kKeepOption = {
    .key = "keep",
    .help = "share of each matrix's numbers that is sent",
    .field = &CompressorOptions::keep,
    .lowest = 1e-6,
    .highest = 1,
    .unit = "of the numbers"};

// Gossip has its own number of steps in a round.
constinit const CompressorOption kIterationsOption = {
    .key = "iterations",
    .help = "power iterations in a round; for gossip, averaging steps",
    .field = &CompressorOptions::iterations,
    .lowest = 1,
    .highest = 255,
    .whole = true,
    .unit = "power iterations a round",
    .most = MostIterations};

std::span<const CompressorOption* const> SharedOptions() {
  static constexpr const CompressorOption* kShared[] = {
      &kRankOption, &kFormOption, &kByteBudgetOption, &kMinCompressionOption,
      &kBitsOption, &kKeepOption, &kIterationsOption};
  return kShared;
}

double ValueOf(const CompressorOption& option, const CompressorOptions& options) {
  return std::visit(
      [&](const auto field) {
        if constexpr (std::is_same_v<decltype(field), const OwnNumber>) {
          return options.own[field.place].value_or(option.initial);
        } else {
          return static_cast<double>(options.*field);
        }
      },
      option.field);
}

void SetValue(const CompressorOption& option, double value, CompressorOptions& options) {
  std::visit(
      [&](const auto field) {
        if constexpr (std::is_same_v<decltype(field), const OwnNumber>) {
          options.own[field.place] = value;
        } else {
          using Field = std::remove_reference_t<decltype(options.*field)>;
          if constexpr (std::is_enum_v<Field>) {
            options.*field = static_cast<Field>(static_cast<int>(value));
          } else {
            options.*field = static_cast<Field>(value);
          }
        }
      },
      option.field);
}

double HighestOf(const CompressorOption& option, const CompressorOptions& options) {
  return option.most != nullptr ? option.most(options) : option.highest;
}

Status CheckOption(const CompressorOption& option, const CompressorOptions& options) {
  const double value = ValueOf(option, options), highest = HighestOf(option, options);
  if (value >= option.lowest && value <= highest) return OkStatus();
  if (option.unit.empty()) {
    return InvalidArgument("{} {}, expected {} to {}", option.key, value, option.lowest, highest);
  }
  return InvalidArgument("{}: {} {}, expected {} to {}", option.key, value, option.unit,
                         option.lowest, highest);
}

}  // namespace consilium::compress
