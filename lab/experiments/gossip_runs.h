#ifndef CONSILIUM_LAB_EXPERIMENTS_GOSSIP_RUNS_H_
#define CONSILIUM_LAB_EXPERIMENTS_GOSSIP_RUNS_H_

#include <cstdint>

#include "base/random.h"
#include "modules/topology/mixing_scheme.h"

// D-SGD, x_i <- sum_j W_ij (x_j - eta g_j(x_j)), on problems that take milliseconds: what
// experiments on topologies train.
namespace consilium::experiments {

// Random quadratics f(x) = E (d'x)^2 / 2, d ~ N(0, I).
struct QuadraticRun {
  int dimension = 48;
  int batch = 1;
  int from_step = 10, to_step = 30;  // between which the fall is measured
  int repetitions = 100;
  double learning_rate = 0.02;
};

// By how much E|x|^2 falls a step, as a share. The expectation is carried by repetitions that are
// drawn anew, each as often as its |x|^2 asks for: few of them carry most of it.
double MeasuredRate(const topology::MixingScheme& scheme, const QuadraticRun& run, Random random);

// Softmax regression on labels by a linear teacher.
struct SoftmaxTask {
  int inputs = 30;
  int classes = 5;
  double sharpness = 3;
  int train = 2000;
  int batch = 2;  // of a site, in a step
  int steps = 200;
  bool sorted = false;  // sites draw from neighbouring cases sorted by class, not from all
};

// The training loss (of 500 cases) after the last step, mean over the sites' own models. Not finite
// if it diverged.
double SoftmaxLoss(const SoftmaxTask& task, const topology::MixingScheme& scheme,
                   double learning_rate, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_GOSSIP_RUNS_H_
