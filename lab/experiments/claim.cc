#include "lab/experiments/claim.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "fmt/format.h"

namespace consilium::experiments {
namespace {

// The 97.5 % quantile of Student's t with so many degrees of freedom.
double StudentQuantile(int freedom) {
  constexpr std::array kQuantiles = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                     2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                     2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                     2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
  if (freedom <= static_cast<int>(kQuantiles.size())) {
    return kQuantiles[static_cast<size_t>(freedom - 1)];
  }
  // Cornish and Fisher's expansion around the normal quantile; right to 1e-4 from here on.
  const double z = 1.959964, n = freedom;
  return z + (z * z * z + z) / (4 * n) +
         (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * n * n);
}

bool Passes(const Claim& claim, double mean) {
  switch (claim.bound) {
    case Bound::kAtLeast:
      return mean >= claim.threshold;
    case Bound::kAtMost:
      return mean <= claim.threshold;
    case Bound::kNear:
      return std::abs(mean - claim.threshold) <= claim.tolerance;
  }
  return false;
}

Claim Judged(const ClaimText& text, Bound bound, double threshold, double tolerance,
             std::span<const double> values) {
  Claim claim{text.id, text.text, text.source, bound, threshold, tolerance, EstimateOf(values)};
  if (!claim.measured.mean) {
    claim.explanation = "Nothing finite was measured.";
    return claim;
  }
  claim.verdict = Passes(claim, *claim.measured.mean) ? Verdict::kPass : Verdict::kFail;
  if (claim.verdict == Verdict::kFail) {
    claim.explanation = text.if_it_fails.empty() ? "Not explained yet." : text.if_it_fails;
  }
  return claim;
}

}  // namespace

Estimate EstimateOf(std::span<const double> values) {
  Estimate estimate;
  estimate.values = static_cast<int>(values.size());
  const auto finite = [](double value) { return std::isfinite(value); };
  if (values.empty() || !std::all_of(values.begin(), values.end(), finite)) return estimate;
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  estimate.mean = mean;
  if (values.size() < 2) return estimate;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = StudentQuantile(estimate.values - 1) * std::sqrt(squares / (n - 1) / n);
  estimate.low = mean - half;
  estimate.high = mean + half;
  return estimate;
}

std::vector<double> Differences(std::span<const double> values, std::span<const double> others) {
  std::vector<double> differences;
  for (size_t i = 0; i < values.size(); ++i) differences.push_back(values[i] - others[i]);
  return differences;
}

std::string_view Name(Bound bound) {
  switch (bound) {
    case Bound::kAtLeast:
      return "at_least";
    case Bound::kAtMost:
      return "at_most";
    case Bound::kNear:
      return "near";
  }
  return "";
}

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "";
}

Claim AtLeast(const ClaimText& text, double threshold, std::span<const double> values) {
  return Judged(text, Bound::kAtLeast, threshold, 0, values);
}

Claim AtMost(const ClaimText& text, double threshold, std::span<const double> values) {
  return Judged(text, Bound::kAtMost, threshold, 0, values);
}

Claim Near(const ClaimText& text, double expected, double tolerance,
           std::span<const double> values) {
  return Judged(text, Bound::kNear, expected, tolerance, values);
}

Claim Skipped(const ClaimText& text, const std::string& why) {
  Claim claim{.id = text.id, .text = text.text, .source = text.source};
  claim.verdict = Verdict::kSkipped;
  claim.explanation = why;
  return claim;
}

std::string ShortNumber(double value) { return fmt::format("{:.4g}", value); }

std::string ThresholdText(const Claim& claim) {
  if (claim.verdict == Verdict::kSkipped) return "-";
  switch (claim.bound) {
    case Bound::kAtLeast:
      return "at least " + ShortNumber(claim.threshold);
    case Bound::kAtMost:
      return "at most " + ShortNumber(claim.threshold);
    case Bound::kNear:
      return fmt::format("{} ± {}", ShortNumber(claim.threshold), ShortNumber(claim.tolerance));
  }
  return "";
}

std::string MeasuredText(const Claim& claim) {
  const Estimate& measured = claim.measured;
  if (!measured.mean) return "-";
  if (!measured.low || !measured.high) return ShortNumber(*measured.mean);
  const double width = *measured.high - *measured.low;
  if (!(width > 0)) return ShortNumber(*measured.mean);
  if (width < 1e-6) {
    return fmt::format("{} [{}, {}]", ShortNumber(*measured.mean), ShortNumber(*measured.low),
                       ShortNumber(*measured.high));
  }
  const double digits = std::ceil(1 - std::log10(width));
  const int decimals = std::clamp(static_cast<int>(digits), 0, 9);
  return fmt::format("{:.{}f} [{:.{}f}, {:.{}f}]", *measured.mean, decimals, *measured.low,
                     decimals, *measured.high, decimals);
}

}  // namespace consilium::experiments
