#ifndef CONSILIUM_SERVER_TRAINING_SELECTION_H_
#define CONSILIUM_SERVER_TRAINING_SELECTION_H_

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/data/schema.h"
#include "server/training/options.h"
#include "server/training/report.h"

// By which of several models is kept: sums over validation patients, small enough to send and exact
// to add up over sites. For each outcome the sum of the negative log-likelihoods, the number of
// patients, and their confusion matrix [class][predicted].
namespace consilium::training {

// How many numbers that is for one model.
size_t SelectionSizeOfOne(const data::Schema& schema);

std::vector<double> SelectionSumsOf(const data::Schema& schema,
                                    const HeldOutPredictions& predictions);

struct SelectionScores {
  double loss = 0;      // mean over outcomes of the mean negative log-likelihood
  double macro_f1 = 0;  // mean over outcomes
};

// From the sums of one model, over sites or any multiple of them. Nothing if no patient's outcome
// is known.
std::optional<SelectionScores> SelectionScoresOf(const data::Schema& schema,
                                                 std::span<const double> sums);

// The best of the models whose sums stand one after the other: of least loss (by kLoss) or
// largest macro-F1 (by kScore); of equals the first; the first too if nothing is known.
StatusOr<int> BestOf(const data::Schema& schema, std::span<const double> sums, SelectBy select);

}  // namespace consilium::training

#endif  // CONSILIUM_SERVER_TRAINING_SELECTION_H_
