#ifndef CONSILIUM_LAB_EVALUATION_FIVE_BY_TWO_H_
#define CONSILIUM_LAB_EVALUATION_FIVE_BY_TWO_H_

#include "base/status.h"
#include "lab/evaluation/evaluation.h"

namespace consilium::evaluation {

// Halves the patients of every site five times, trains ten times, and adds to each outcome the
// paired tests of the federated model against the others, in AUROC and macro-F1 over all sites'
// patients. Held-out files of the plan's sites count as patients to halve.
Status AddFiveByTwoTests(const simulation::LoadedPlan& loaded, const federation::Plan& plan,
                         const EvaluationOptions& options, Evaluation& evaluation);

}  // namespace consilium::evaluation

#endif  // CONSILIUM_LAB_EVALUATION_FIVE_BY_TWO_H_
