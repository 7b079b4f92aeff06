#include "lab/air/air.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "modules/numbers.h"

namespace consilium::air {
namespace {

// Rounding each number that is sent can lengthen the whole by a relative epsilon or so.
template <typename Scalar>
constexpr double kHeadroom = sizeof(Scalar) == 4 ? 1 - 1e-6 : 1 - 1e-12;

constexpr double kRounding = 1e-6;  // of a signal's power

template <typename Scalar>
Scalar Rounded(double value) {
  constexpr double kLargest = std::numeric_limits<Scalar>::max();
  return static_cast<Scalar>(std::clamp(value, -kLargest, kLargest));
}

size_t SignalSize(std::span<const Segment> segments) {
  return segments.empty() ? 0 : segments.back().offset + segments.back().size;
}

Status CheckSegments(std::span<const Segment> segments, size_t blocks) {
  size_t end = 0;
  for (const Segment& segment : segments) {
    if (segment.offset != end || segment.block < 0 ||
        static_cast<size_t>(segment.block) >= blocks) {
      return InvalidArgument(
          "part of a signal at {} in module {}: parts follow one another from 0 on, and there are "
          "weights for {} modules",
          segment.offset, segment.block, blocks);
    }
    end += segment.size;
  }
  return OkStatus();
}

template <typename Scalar>
Status CheckSignals(std::span<const std::span<const Scalar>> signals,
                    std::span<const Segment> segments,
                    std::span<const std::vector<double>> weights) {
  if (signals.empty() || signals.size() != weights.size()) {
    return InvalidArgument("signals of {} sites with weights of {}: expected as many, at least 1",
                           signals.size(), weights.size());
  }
  RETURN_IF_ERROR(CheckSegments(segments, weights.front().size()));
  for (size_t site = 0; site < signals.size(); ++site) {
    if (signals[site].size() != SignalSize(segments) ||
        weights[site].size() != weights.front().size()) {
      return InvalidArgument("site {} gives {} numbers and {} weights, expected {} and {}", site,
                             signals[site].size(), weights[site].size(), SignalSize(segments),
                             weights.front().size());
    }
    for (const double weight : weights[site]) {
      if (!(weight >= 0) || !std::isfinite(weight)) {
        return InvalidArgument("weight {} of site {}: it must be 0 or more", weight, site);
      }
    }
    if (!AllFinite(signals[site])) {
      return InvalidArgument("site {} gives a number that is not finite", site);
    }
  }
  return OkStatus();
}

template <typename Scalar>
std::vector<std::vector<double>> WeightedNorms(std::span<const std::span<const Scalar>> signals,
                                               std::span<const Segment> segments,
                                               std::span<const std::vector<double>> weights) {
  std::vector<std::vector<double>> norms;
  for (size_t site = 0; site < signals.size(); ++site) {
    norms.push_back(SegmentNorms(signals[site], segments));
    for (size_t k = 0; k < segments.size(); ++k) {
      norms.back()[k] *= weights[site][static_cast<size_t>(segments[k].block)];
    }
  }
  return norms;
}

}  // namespace

template <typename Scalar>
StatusOr<std::vector<Scale>> MakeScales(std::span<const Segment> segments,
                                        std::span<const std::vector<double>> norms,
                                        const AllocationOptions& allocation,
                                        const ChannelOptions& channel) {
  RETURN_IF_ERROR(CheckChannel(channel));
  std::vector<Scale> scales(segments.size());
  if (channel.kind != ChannelKind::kGaussian) return scales;
  ASSIGN_OR_RETURN(const std::vector<double> shares, PowerShares(segments, norms, allocation));
  for (size_t k = 0; k < scales.size(); ++k) {
    Scale& scale = scales[k];
    for (const std::vector<double>& own : norms) scale.largest = std::max(scale.largest, own[k]);
    scale.power = channel.power * shares[k];
    scale.amplitude =
        scale.largest > 0 ? kHeadroom<Scalar> * std::sqrt(scale.power) / scale.largest : 0;
    if (!std::isfinite(scale.amplitude)) scale.amplitude = 0;
  }
  return scales;
}

double NoiseDeviation(const Scale& scale, const ChannelOptions& channel, double total_weight) {
  if (channel.kind != ChannelKind::kGaussian || !(scale.amplitude > 0)) return 0;
  return channel.noise / (scale.amplitude * total_weight);
}

template <typename Scalar>
void ToAir(std::span<const Scalar> signal, std::span<const Segment> segments,
           std::span<const double> amplitudes, std::span<const double> weights,
           std::span<Scalar> sent) {
  for (size_t k = 0; k < segments.size(); ++k) {
    const double factor = amplitudes[k] * weights[static_cast<size_t>(segments[k].block)];
    const Scalar* from = signal.data() + segments[k].offset;
    Scalar* to = sent.data() + segments[k].offset;
    for (size_t i = 0; i < segments[k].size; ++i) {
      to[i] = Rounded<Scalar>(factor * static_cast<double>(from[i]));
    }
  }
}

template <typename Scalar>
Status CheckPower(std::span<const Scalar> sent, std::span<const Segment> segments,
                  std::span<const Scale> scales) {
  const std::vector<double> norms = SegmentNorms(sent, segments);
  for (size_t k = 0; k < norms.size(); ++k) {
    if (norms[k] * norms[k] <= scales[k].power * (1 + kRounding)) continue;
    return InvalidArgument("part {} of a signal has power {}, the limit is {}", k,
                           norms[k] * norms[k], scales[k].power);
  }
  return OkStatus();
}

template <typename Scalar>
void FromAir(std::span<const double> heard, std::span<const Segment> segments,
             std::span<const double> amplitudes, std::span<const double> weights,
             std::span<Scalar> mean) {
  for (size_t k = 0; k < segments.size(); ++k) {
    const double divisor = amplitudes[k] * weights[static_cast<size_t>(segments[k].block)];
    const double* from = heard.data() + segments[k].offset;
    Scalar* to = mean.data() + segments[k].offset;
    for (size_t i = 0; i < segments[k].size; ++i) {
      to[i] = divisor > 0 ? Rounded<Scalar>(from[i] / divisor) : Scalar{0};
    }
  }
}

AirCost CostOf(std::span<const Segment> segments, const ChannelOptions& channel) {
  AirCost cost{.uses = SignalSize(segments)};
  if (channel.kind == ChannelKind::kGaussian) cost.side_sent = cost.side_heard = segments.size();
  return cost;
}

template <typename Scalar>
StatusOr<AirMean<Scalar>> AverageOverTheAir(std::span<const std::span<const Scalar>> signals,
                                            std::span<const Segment> segments,
                                            std::span<const std::vector<double>> weights,
                                            const AllocationOptions& allocation,
                                            const ChannelOptions& options, const Channel& channel,
                                            uint64_t use) {
  RETURN_IF_ERROR(CheckSignals(signals, segments, weights));
  AirMean<Scalar> result;
  ASSIGN_OR_RETURN(
      result.scales,
      MakeScales<Scalar>(segments, WeightedNorms(signals, segments, weights), allocation, options));
  std::vector<double> amplitudes;
  for (const Scale& scale : result.scales) amplitudes.push_back(scale.amplitude);
  std::vector<double> heard(SignalSize(segments), 0.0);
  std::vector<double> total(weights.front().size(), 0.0);
  for (size_t site = 0; site < signals.size(); ++site) {
    std::vector<Scalar>& sent = result.sent.emplace_back(heard.size());
    ToAir(signals[site], segments, amplitudes, weights[site], std::span<Scalar>(sent));
    result.counted.push_back(channel.Arrives(use, static_cast<int>(site)));
    if (!result.counted.back()) continue;
    for (size_t i = 0; i < heard.size(); ++i) heard[i] += static_cast<double>(sent[i]);
    for (size_t b = 0; b < total.size(); ++b) total[b] += weights[site][b];
  }
  channel.Disturb(use, heard);
  result.mean.resize(heard.size());
  FromAir(heard, segments, amplitudes, total, std::span<Scalar>(result.mean));
  result.cost = CostOf(segments, options);
  return result;
}

template StatusOr<std::vector<Scale>> MakeScales<float>(std::span<const Segment>,
                                                        std::span<const std::vector<double>>,
                                                        const AllocationOptions&,
                                                        const ChannelOptions&);
template StatusOr<std::vector<Scale>> MakeScales<double>(std::span<const Segment>,
                                                         std::span<const std::vector<double>>,
                                                         const AllocationOptions&,
                                                         const ChannelOptions&);
template void ToAir(std::span<const float>, std::span<const Segment>, std::span<const double>,
                    std::span<const double>, std::span<float>);
template void ToAir(std::span<const double>, std::span<const Segment>, std::span<const double>,
                    std::span<const double>, std::span<double>);
template Status CheckPower(std::span<const float>, std::span<const Segment>,
                           std::span<const Scale>);
template Status CheckPower(std::span<const double>, std::span<const Segment>,
                           std::span<const Scale>);
template void FromAir(std::span<const double>, std::span<const Segment>, std::span<const double>,
                      std::span<const double>, std::span<float>);
template void FromAir(std::span<const double>, std::span<const Segment>, std::span<const double>,
                      std::span<const double>, std::span<double>);
template StatusOr<AirMean<float>> AverageOverTheAir(std::span<const std::span<const float>>,
                                                    std::span<const Segment>,
                                                    std::span<const std::vector<double>>,
                                                    const AllocationOptions&, const ChannelOptions&,
                                                    const Channel&, uint64_t);
template StatusOr<AirMean<double>> AverageOverTheAir(std::span<const std::span<const double>>,
                                                     std::span<const Segment>,
                                                     std::span<const std::vector<double>>,
                                                     const AllocationOptions&,
                                                     const ChannelOptions&, const Channel&,
                                                     uint64_t);

}  // namespace consilium::air
