#ifndef CONSILIUM_LAB_EXPERIMENTS_GOSSIP_STUDY_H_
#define CONSILIUM_LAB_EXPERIMENTS_GOSSIP_STUDY_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "base/status.h"
#include "modules/compress/compressor.h"

namespace consilium::experiments {

// Sites on a ring that average matrices which stand still.
struct GossipStudy {
  int sites = 8;
  int rows = 100;
  int cols = 100;
  double diffusion = 1.308;  // without compression and with PowerGossip; Choco has its own
  compress::CompressorOptions compressor;
  bool warm_start = true;  // false: new directions in every step
  int most_steps = 1000;
  double enough = 1e-6;  // relative disagreement at which to stop
};

// Every site its own matrix: of independent standard normal numbers, or of low rank and noise.
struct GossipMatrices {
  int rank = 0;  // 0: full
  double noise = 0;
};

struct GossipCurve {
  std::vector<std::pair<double, double>> points;  // numbers a site sent; relative disagreement
  double drift = 0;  // the largest a number of the mean moved, in units of a number's deviation

  // Numbers a site sent until it was reached; infinite if it was not.
  double FloatsTo(double disagreement) const;
};

StatusOr<GossipCurve> RunGossip(const GossipStudy& study, const GossipMatrices& matrices,
                                uint64_t seed);

// One edge whose ends differ by a matrix D of rank `true_rank` (0: full), after `steps` steps of
// PowerGossip of that rank: |D - its approximation| / |D|.
StatusOr<double> LeftOfEdge(int rows, int cols, int true_rank, int rank, int steps, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_GOSSIP_STUDY_H_
