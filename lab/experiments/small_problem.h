#ifndef CONSILIUM_LAB_EXPERIMENTS_SMALL_PROBLEM_H_
#define CONSILIUM_LAB_EXPERIMENTS_SMALL_PROBLEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/metrics/trials.h"
#include "modules/optim/search_space.h"

namespace consilium::experiments {

struct SmallProblemSizes {
  int epochs = 15;
  int batch = 8;
  int cases = 600;  // of synthetic problems, to train on; 300 each for validation and test
};

// A problem that trains in milliseconds, so that optimisers can be compared over thousands of
// trainings. Thread-safe.
class SmallProblem {
 public:
  virtual ~SmallProblem() = default;

  virtual const std::string& name() const = 0;
  virtual metrics::Goal goal() const = 0;

  // The best validation score after any epoch, and the test score after the same epoch. NaN both
  // if training left the finite numbers.
  virtual metrics::Trial Train(const optim::Configuration& drawn, uint64_t seed) const = 0;
};

// Logistic regression on the heart disease data of four hospitals (on synthetic cases, and called
// so, where `data` has no heart/), a network on two classes, softmax regression on ten, and a noisy
// ill-conditioned quadratic.
StatusOr<std::vector<std::unique_ptr<SmallProblem>>> MakeSmallProblems(
    const SmallProblemSizes& sizes, const std::string& data, uint64_t seed);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_SMALL_PROBLEM_H_
