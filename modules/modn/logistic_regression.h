#ifndef CONSILIUM_MODULES_MODN_LOGISTIC_REGRESSION_H_
#define CONSILIUM_MODULES_MODN_LOGISTIC_REGRESSION_H_

#include <span>
#include <utility>
#include <vector>

#include "base/status.h"
#include "modules/modn/architecture.h"
#include "modules/modn/examples.h"
#include "modules/modn/standardised_inputs.h"

namespace consilium::modn {

struct LogisticRegressionOptions {
  double l2 = 1;  // penalty l2/2 |w|^2 beside the summed NLL; the intercepts are free
  int iterations = 100;
};

// The baseline MoDN is compared with (docs/papers.md, MoDN): missing numbers replaced by the mean
// and missing categories by the shares of the training patients, every input standardised,
// categories one-hot, multinomial for more than two classes. Fitted by damped Newton steps to
// convergence, so deterministic. Immutable.
class LogisticRegression {
 public:
  // Fits `outcome` on those of `patients` whose label is known; fails without any.
  static StatusOr<LogisticRegression> Fit(const Architecture& architecture,
                                          const Examples& examples, std::span<const int> patients,
                                          int outcome, LogisticRegressionOptions options = {});

  // Probabilities [patients, classes].
  std::vector<float> Predict(const Examples& examples, std::span<const int> patients) const;

 private:
  explicit LogisticRegression(StandardisedInputs inputs) : inputs_(std::move(inputs)) {}

  int classes_ = 2;
  StandardisedInputs inputs_;
  std::vector<double> weights_;  // [classes - 1, inputs + 1], the intercept last; class 0 is 0
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_LOGISTIC_REGRESSION_H_
