#ifndef CONSILIUM_LAB_AIR_AIR_H_
#define CONSILIUM_LAB_AIR_AIR_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "lab/air/allocation.h"
#include "lab/air/channel.h"

// Averaging over the air (docs/papers.md, LASER): with u_i what site i gives for a segment,
// times its weight,
//   s := max_i ||u_i||;  x_i := sqrt(P) / s u_i;  y := sum_i x_i + z;  mean := s / (W sqrt(P)) y,
// where W is the sum of the weights. So the mean has noise of deviation s sigma / (W sqrt(P)), and
// no site spends more than P on the segment. The norms travel on a side channel without noise.
namespace consilium::air {

// What all sites know of a segment before they send.
struct Scale {
  double largest = 0;    // s
  double power = 0;      // P of this segment; the segments' powers add up to the channel's
  double amplitude = 1;  // x_i = amplitude u_i: sqrt(P) / s, less what rounding could add
};

// By norms[site][segment] of what the sites give, times their weights. Where s is 0, or too small
// to be brought to any power, nothing is sent and the amplitude is 0. Over an ideal channel all
// amplitudes are 1 and no norms are needed. Refuses what CheckChannel and PowerShares refuse.
template <typename Scalar>
StatusOr<std::vector<Scale>> MakeScales(std::span<const Segment> segments,
                                        std::span<const std::vector<double>> norms,
                                        const AllocationOptions& allocation,
                                        const ChannelOptions& channel);

// The deviation of the noise in a segment's mean.
double NoiseDeviation(const Scale& scale, const ChannelOptions& channel, double total_weight);

// What a site sends: x = amplitude weight[block] signal.
template <typename Scalar>
void ToAir(std::span<const Scalar> signal, std::span<const Segment> segments,
           std::span<const double> amplitudes, std::span<const double> weights,
           std::span<Scalar> sent);

// Refuses a signal with more power in a segment than its share, rounding aside.
template <typename Scalar>
Status CheckPower(std::span<const Scalar> sent, std::span<const Segment> segments,
                  std::span<const Scale> scales);

// The mean, from what is heard and the weight of each block in it; 0 where nothing was sent.
template <typename Scalar>
void FromAir(std::span<const double> heard, std::span<const Segment> segments,
             std::span<const double> amplitudes, std::span<const double> weights,
             std::span<Scalar> mean);

// The numbers that one averaging costs each site.
struct AirCost {
  uint64_t uses = 0;        // of the channel: numbers on the air, by all sites at once
  uint64_t side_sent = 0;   // on the side channel, from each site: the norms
  uint64_t side_heard = 0;  // and to it: the amplitudes
};
AirCost CostOf(std::span<const Segment> segments, const ChannelOptions& channel);

// One averaging among sites in one process.
template <typename Scalar>
struct AirMean {
  std::vector<Scalar> mean;
  std::vector<std::vector<Scalar>> sent;  // by each site
  std::vector<bool> counted;              // whether it is part of the mean
  std::vector<Scale> scales;
  AirCost cost;
};

// signals[site], weights[site][block]. Refuses options as MakeScales does, no sites, signals and
// weights that do not match the segments or one another, and values that are not finite.
template <typename Scalar>
StatusOr<AirMean<Scalar>> AverageOverTheAir(std::span<const std::span<const Scalar>> signals,
                                            std::span<const Segment> segments,
                                            std::span<const std::vector<double>> weights,
                                            const AllocationOptions& allocation,
                                            const ChannelOptions& options, const Channel& channel,
                                            uint64_t use);

}  // namespace consilium::air

#endif  // CONSILIUM_LAB_AIR_AIR_H_
