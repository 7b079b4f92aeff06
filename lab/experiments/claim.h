#ifndef CONSILIUM_LAB_EXPERIMENTS_CLAIM_H_
#define CONSILIUM_LAB_EXPERIMENTS_CLAIM_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consilium::experiments {

// A mean and where it lies with 95 % confidence, by Student's t over the values. The interval is
// absent with fewer than two values; everything is if a value is not finite or there is none.
struct Estimate {
  std::optional<double> mean;
  std::optional<double> low;
  std::optional<double> high;
  int values = 0;
};

Estimate EstimateOf(std::span<const double> values);

// values[i] - others[i]. Requires equal lengths.
std::vector<double> Differences(std::span<const double> values, std::span<const double> others);

enum class Bound { kAtLeast, kAtMost, kNear };
enum class Verdict { kPass, kFail, kSkipped };

std::string_view Name(Bound bound);      // "at_least"
std::string_view Name(Verdict verdict);  // "pass"

// What is claimed, in our own words, and who claims it.
struct ClaimText {
  std::string id;                // "modn.3"
  std::string text;              // "Mean NLL falls with every answer"
  std::string source;            // "MoDN (Trottet et al. 2023), results"
  std::string if_it_fails = {};  // what is known of why; told only then
};

// A claim and what was measured of it. The mean decides, not the interval.
struct Claim {
  std::string id;
  std::string text;
  std::string source;
  Bound bound = Bound::kAtLeast;
  double threshold = 0;
  double tolerance = 0;  // of kNear: passes within threshold +- tolerance
  Estimate measured = {};
  Verdict verdict = Verdict::kFail;
  std::string explanation = {};  // why it failed or was skipped; else empty
};

// `values`: one for each seed, or a single one where chance plays no part.
Claim AtLeast(const ClaimText& text, double threshold, std::span<const double> values);
Claim AtMost(const ClaimText& text, double threshold, std::span<const double> values);
Claim Near(const ClaimText& text, double expected, double tolerance,
           std::span<const double> values);

// Not measured, such as for want of data.
Claim Skipped(const ClaimText& text, const std::string& why);

// "at least 0.82", "0.328 ± 0.010"
std::string ThresholdText(const Claim& claim);

// "0.843 [0.831, 0.855]", "-" if there is none. As many digits as matter.
std::string MeasuredText(const Claim& claim);

// Four significant digits, without trailing zeros.
std::string ShortNumber(double value);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_CLAIM_H_
