#include "server/federation/agreement.h"

#include <string>

#include "server/training/digests.h"

namespace consilium::federation {
namespace {

// Five hexadecimal digits: small enough for exact sums of squares.
constexpr size_t kDigits = 5;

}  // namespace

std::vector<double> AgreementNumbers(std::span<const float> model) {
  const std::string digest = training::ParametersDigest(model);
  std::vector<double> numbers;
  for (size_t i = 0; i < kAgreementNumbers / 2; ++i) {
    const auto part =
        static_cast<double>(std::stoul(digest.substr(i * kDigits, kDigits), nullptr, 16));
    numbers.push_back(part);
    numbers.push_back(part * part);
  }
  return numbers;
}

bool AllAgree(std::span<const double> mean) {
  for (size_t i = 0; i + 1 < mean.size(); i += 2) {
    if (mean[i] * mean[i] != mean[i + 1]) return false;
  }
  return true;
}

}  // namespace consilium::federation
