#include "modules/compress/rank_budget.h"

#include <algorithm>

namespace consilium::compress {
namespace {

// The numbers of a round in which left factors are sent in `lefts` phases and right ones in
// `rights`.
uint64_t NumbersOfRound(const MatrixSlice& matrix, int rank, int lefts, int rights) {
  if (rank == 0) return matrix.size();
  return static_cast<uint64_t>(rank) *
         (static_cast<uint64_t>(lefts) * static_cast<uint64_t>(matrix.rows) +
          static_cast<uint64_t>(rights) * static_cast<uint64_t>(matrix.cols));
}

// Ranks under a budget, which is kept for rounds that begin with either side.
class RankBudget {
 public:
  RankBudget(const FlatShape& shape, uint64_t numbers, int multiplications)
      : matrices_(shape.matrices),
        numbers_(numbers),
        most_((multiplications + 1) / 2),
        least_(multiplications / 2) {}

  // Gives the matrix that rank instead of the one before, if it fits.
  bool Give(size_t k, int before, int rank) {
    const uint64_t first = spent_[0] - Cost(k, before, 0) + Cost(k, rank, 0);
    const uint64_t second = spent_[1] - Cost(k, before, 1) + Cost(k, rank, 1);
    if (std::max(first, second) > numbers_) return false;
    spent_[0] = first;
    spent_[1] = second;
    return true;
  }
  void Spend(size_t k, int rank) {
    spent_[0] += Cost(k, rank, 0);
    spent_[1] += Cost(k, rank, 1);
  }
  uint64_t spent() const { return std::max(spent_[0], spent_[1]); }

 private:
  uint64_t Cost(size_t k, int rank, int side) const {
    return NumbersOfRound(matrices_[k], rank, side == 0 ? most_ : least_,
                          side == 0 ? least_ : most_);
  }

  const std::vector<MatrixSlice>& matrices_;
  const uint64_t numbers_;
  const int most_;
  const int least_;
  uint64_t spent_[2] = {0, 0};
};

// The open matrix whose rank is the smallest share of its smaller side; -1 if none is open.
int Neediest(const FlatShape& shape, const std::vector<int>& ranks, const std::vector<bool>& open) {
  int neediest = -1;
  double smallest = 2;
  for (size_t k = 0; k < ranks.size(); ++k) {
    const double share =
        static_cast<double>(ranks[k]) / std::min(shape.matrices[k].rows, shape.matrices[k].cols);
    if (!open[k] || !(share < smallest)) continue;
    neediest = static_cast<int>(k);
    smallest = share;
  }
  return neediest;
}

}  // namespace

StatusOr<LowRankLayout> PlanLowRankWithin(const FlatShape& shape, uint64_t numbers,
                                          int multiplications, double min_compression) {
  RETURN_IF_ERROR(CheckMatrices(shape));
  RankBudget budget(shape, numbers, multiplications);
  std::vector<int> ranks;
  std::vector<bool> open;
  for (size_t k = 0; k < shape.matrices.size(); ++k) {
    ranks.push_back(RankOf(shape.matrices[k], 1, multiplications, min_compression));
    open.push_back(ranks[k] > 0);
    budget.Spend(k, ranks[k]);
  }
  if (budget.spent() > numbers) {
    return InvalidArgument(
        "a budget of {} numbers a message, expected at least {} ({} bytes as floats): what goes "
        "uncompressed and rank 1 for the rest",
        numbers, budget.spent(), budget.spent() * sizeof(float));
  }
  for (int next = Neediest(shape, ranks, open); next >= 0; next = Neediest(shape, ranks, open)) {
    const auto k = static_cast<size_t>(next);
    const int more = RankOf(shape.matrices[k], ranks[k] + 1, multiplications, min_compression);
    const bool given = more != ranks[k] && budget.Give(k, ranks[k], more);
    if (given) ranks[k] = more;
    open[k] = given && more > 0;
  }
  return LayOut(shape, ranks);
}

}  // namespace consilium::compress
