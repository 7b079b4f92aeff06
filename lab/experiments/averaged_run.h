#ifndef CONSILIUM_LAB_EXPERIMENTS_AVERAGED_RUN_H_
#define CONSILIUM_LAB_EXPERIMENTS_AVERAGED_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lab/experiments/classifier.h"

// One training with averages beside it, watched epoch by epoch: what the experiment ema is made of.
namespace consilium::experiments {

struct AveragedRunPlan {
  std::vector<int> hidden;
  int epochs = 60;
  int warm_up_epochs = 5;
  int batch = 16;
  double rate = 0.05;
  double momentum = 0.9;
  int period = 16;         // steps between two samples of the averages
  bool step_rate = false;  // drops by 5 at 30, 60, 80 % instead of a cosine
  bool copy_back = false;  // start each epoch from the longest average
};

// After an epoch, of one model.
struct EpochScores {
  double validation_loss = 0;
  double validation_accuracy = 0;
  double test_accuracy = 0;
  double test_ece = 0;
};

struct AveragedRun {
  // [model][epoch]; model 0 is the network itself, the others its averages from short to long.
  std::vector<std::vector<EpochScores>> scores;
  // [model] what each said of the test rows where its validation loss was least.
  std::vector<std::vector<float>> best_predictions;
  std::vector<float> last_predictions;  // of the network itself at the end
  // [model][epoch] the class of each test row.
  std::vector<std::vector<std::vector<uint8_t>>> classes;
};

AveragedRun RunAveraged(const AveragedRunPlan& plan, const ClassificationTask& task, uint64_t seed);

struct Choice {
  size_t model = 0;
  size_t epoch = 0;
};

// Where the least validation loss, or with `by_accuracy` the largest accuracy, of any average was
// in the first epochs: the first of equals.
inline constexpr size_t kAllEpochs = static_cast<size_t>(-1);
Choice BestAverage(const AveragedRun& run, bool by_accuracy, size_t epochs = kAllEpochs);

// Test accuracies: there; of the network at the end; of the network where its validation accuracy
// was largest; and the largest of any average after any epoch, more than anybody could choose.
double TestAt(const AveragedRun& run, const Choice& choice);
double LastOfSgd(const AveragedRun& run);
double EarlySgd(const AveragedRun& run);
double PeakOfAverages(const AveragedRun& run);

// Share of the run after which validation accuracy chooses an average.
double PeakEpochShare(const AveragedRun& run);

// Share of test cases to which two runs' averages give different classes over that of their
// networks, after the epoch whose average validation loss chooses in the first run.
double ChurnOfTheSameEpoch(const AveragedRun& a, const AveragedRun& b);

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_AVERAGED_RUN_H_
