#ifndef CONSILIUM_MODULES_COMPRESS_RANK_BUDGET_H_
#define CONSILIUM_MODULES_COMPRESS_RANK_BUDGET_H_

#include <cstdint>

#include "base/status.h"
#include "modules/compress/low_rank.h"
#include "modules/slices.h"

namespace consilium::compress {

// As PlanLowRank, with a rank for each matrix of its own, such that the numbers that a site gives
// in a round of `multiplications`, whichever side comes first, are at most `numbers`: from rank 1
// for all, the matrix whose rank is the smallest share of its smaller side (the first of equal
// ones) gets one more, as long as it fits; one that would then gain no more than min_compression
// goes uncompressed, if that fits. Refuses a budget that rank 1 for all does not fit.
StatusOr<LowRankLayout> PlanLowRankWithin(const FlatShape& shape, uint64_t numbers,
                                          int multiplications, double min_compression);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_RANK_BUDGET_H_
