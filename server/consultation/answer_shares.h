#ifndef CONSILIUM_SERVER_CONSULTATION_ANSWER_SHARES_H_
#define CONSILIUM_SERVER_CONSULTATION_ANSWER_SHARES_H_

#include <vector>

#include "server/data/cohort.h"
#include "server/data/schema.h"

namespace consilium::consultation {

// Model::answer_shares of these patients: for each feature the share of those who answered in each
// bin (a category; a tenth of the range); empty if nobody answered, and for
// vectors, series and images. Stays at the site.
std::vector<std::vector<float>> AnswerShares(const data::Schema& schema,
                                             const data::Cohort& cohort);

}  // namespace consilium::consultation

#endif  // CONSILIUM_SERVER_CONSULTATION_ANSWER_SHARES_H_
