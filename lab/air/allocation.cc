#include "lab/air/allocation.h"

#include <algorithm>
#include <cmath>

namespace consilium::air {
namespace {

// Makes the numbers proportional to their powers and their sum 1; all equal if all are 0.
void Proportions(double exponent, std::span<double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) {
    value = largest > 0 ? std::pow(value / largest, exponent) : 1;
    sum += value;
  }
  for (double& value : values) value /= sum;
}

// Where each tensor's segments begin, and the end.
std::vector<size_t> TensorBounds(std::span<const Segment> segments) {
  std::vector<size_t> bounds;
  for (size_t k = 0; k < segments.size(); ++k) {
    if (k == 0 || segments[k].tensor != segments[k - 1].tensor) bounds.push_back(k);
  }
  bounds.push_back(segments.size());
  return bounds;
}

// The shares that one site would give.
std::vector<double> SharesOf(std::vector<double> norms, const std::vector<size_t>& bounds,
                             const AllocationOptions& options) {
  std::vector<double> tensors;
  for (size_t t = 0; t + 1 < bounds.size(); ++t) {
    double norm = 0;
    for (size_t k = bounds[t]; k < bounds[t + 1]; ++k) norm = std::hypot(norm, norms[k]);
    tensors.push_back(norm);
    Proportions(options.column_exponent,
                std::span<double>(norms).subspan(bounds[t], bounds[t + 1] - bounds[t]));
  }
  Proportions(options.exponent, tensors);
  for (size_t t = 0; t + 1 < bounds.size(); ++t) {
    for (size_t k = bounds[t]; k < bounds[t + 1]; ++k) norms[k] *= tensors[t];
  }
  return norms;
}

Status CheckNorms(std::span<const double> norms, size_t segments) {
  if (norms.size() != segments) {
    return InvalidArgument("norms of {} parts of a signal, expected {}", norms.size(), segments);
  }
  for (const double norm : norms) {
    if (!(norm >= 0) || !std::isfinite(norm)) {
      return InvalidArgument("norm {} of a part of a signal, expected a number of at least 0",
                             norm);
    }
  }
  return OkStatus();
}

}  // namespace

Status CheckAllocation(const AllocationOptions& options) {
  for (const double exponent : {options.exponent, options.column_exponent}) {
    if (!(exponent >= 0) || !std::isfinite(exponent)) {
      return InvalidArgument("exponent {} of the power allocation, expected at least 0", exponent);
    }
  }
  return OkStatus();
}

template <typename Scalar>
std::vector<double> SegmentNorms(std::span<const Scalar> signal,
                                 std::span<const Segment> segments) {
  std::vector<double> norms;
  norms.reserve(segments.size());
  for (const Segment& segment : segments) {
    double sum[4] = {};
    const Scalar* values = signal.data() + segment.offset;
    size_t i = 0;
    for (; i + 4 <= segment.size; i += 4) {
      for (size_t lane = 0; lane < 4; ++lane) {
        const auto value = static_cast<double>(values[i + lane]);
        sum[lane] += value * value;
      }
    }
    for (; i < segment.size; ++i) {
      sum[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    norms.push_back(std::sqrt((sum[0] + sum[1]) + (sum[2] + sum[3])));
  }
  return norms;
}

StatusOr<std::vector<double>> PowerShares(std::span<const Segment> segments,
                                          std::span<const std::vector<double>> norms,
                                          const AllocationOptions& options) {
  RETURN_IF_ERROR(CheckAllocation(options));
  const std::vector<size_t> bounds = TensorBounds(segments);
  std::vector<double> shares(segments.size(), 0.0);
  int sites = 0;
  for (const std::vector<double>& own : norms) {
    RETURN_IF_ERROR(CheckNorms(own, segments.size()));
    if (std::ranges::all_of(own, [](double norm) { return norm == 0; })) continue;
    ++sites;
    const std::vector<double> wanted = SharesOf(own, bounds, options);
    for (size_t k = 0; k < shares.size(); ++k) shares[k] += wanted[k];
  }
  if (segments.empty()) return shares;
  if (sites == 0) return SharesOf(std::vector<double>(segments.size(), 0.0), bounds, options);
  for (double& share : shares) share /= sites;
  return shares;
}

template std::vector<double> SegmentNorms(std::span<const float>, std::span<const Segment>);
template std::vector<double> SegmentNorms(std::span<const double>, std::span<const Segment>);

}  // namespace consilium::air
