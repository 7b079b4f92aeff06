#ifndef CONSILIUM_LAB_EXPERIMENTS_CLASSIFIER_H_
#define CONSILIUM_LAB_EXPERIMENTS_CLASSIFIER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "modules/aligned.h"
#include "modules/metrics/scores.h"
#include "modules/modn/fusion_network.h"
#include "modules/optim/optimiser.h"

// Small classification problems and the plain network that learns them: what experiments about
// optimisers and averages train thousands of times.
namespace consilium::experiments {

// Cases in rows, as FusionNetwork wants them.
struct Rows {
  int inputs = 0;
  int classes = 2;
  int row = 0;  // numbers of a row: the inputs, 1, zeros
  AlignedVector<float> x;
  std::vector<int32_t> labels;

  int size() const { return static_cast<int>(labels.size()); }
};

// Rows of standard normal inputs without labels.
Rows NormalRows(int inputs, int classes, int n, uint64_t seed);

struct ClassificationTask {
  Rows train, validation, test;
};

// Labels by a network with one hidden layer of tanh units and seeded normal weights, whose logits
// are multiplied by `sharpness` and sampled from: 0 is pure chance, a large number a sure teacher.
struct Teacher {
  int inputs = 20;
  int hidden = 16;  // 0: linear
  int classes = 5;
  double sharpness = 4;
};
ClassificationTask TaughtTask(const Teacher& teacher, int train, int validation, int test,
                              uint64_t seed);

// Gives a share of the labels another class, all others equally likely.
void AddLabelNoise(double share, uint64_t seed, Rows& rows);

// A network and its parameters.
class Classifier {
 public:
  Classifier(const Rows& like, std::vector<int> hidden, uint64_t seed);

  // One pass over shuffled rows in batches; `rate` is asked before every step. Returns the number
  // of steps taken.
  int Pass(const Rows& rows, int batch, uint64_t seed, int pass,
           const std::function<double()>& rate, optim::Optimiser& optimiser);

  std::span<float> parameters() { return parameters_; }
  bool finite() const;

  // [row, class]
  std::vector<float> Predict(std::span<const float> parameters, const Rows& rows);

 private:
  modn::FusionNetwork<float> network_;
  std::vector<float> parameters_, gradient_;
  AlignedVector<float> x_;
  std::vector<int32_t> labels_;
};

metrics::Predictions PredictionsOf(const Rows& rows, std::span<const float> probabilities);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_CLASSIFIER_H_
