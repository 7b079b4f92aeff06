#ifndef CONSILIUM_MODULES_MODN_ROW_GRADIENTS_H_
#define CONSILIUM_MODULES_MODN_ROW_GRADIENTS_H_

#include <cstddef>
#include <vector>

#include "modules/aligned.h"

namespace consilium::modn {

// dL/d(state) of some rows of a forward pass, from losses other than those of the outcomes. Not
// thread-safe; keeps its memory from run to run.
template <typename Scalar>
class RowGradients {
 public:
  // None of `rows` rows has one. `length` numbers a state's row.
  void Reset(int rows, int length) {
    place_.assign(static_cast<size_t>(rows), -1);
    length_ = static_cast<size_t>(length);
    count_ = 0;
  }

  void Add(int row, const Scalar* gradient) {
    int& place = place_[static_cast<size_t>(row)];
    if (place < 0) {
      place = count_++;
      const size_t wanted = static_cast<size_t>(count_) * length_;
      if (sums_.size() < wanted) sums_.resize(wanted);
      for (size_t j = 0; j < length_; ++j) sums_[wanted - length_ + j] = 0;
    }
    Scalar* sum = &sums_[static_cast<size_t>(place) * length_];
    for (size_t j = 0; j < length_; ++j) sum[j] += gradient[j];
  }

  // Adds the row's gradient, if it has one.
  void AddTo(int row, Scalar* gradient) const {
    const int place = count_ == 0 ? -1 : place_[static_cast<size_t>(row)];
    if (place < 0) return;
    const Scalar* sum = &sums_[static_cast<size_t>(place) * length_];
    for (size_t j = 0; j < length_; ++j) gradient[j] += sum[j];
  }

 private:
  std::vector<int> place_;  // by row: of its sum, or -1
  AlignedVector<Scalar> sums_;
  size_t length_ = 0;
  int count_ = 0;
};

}  // namespace consilium::modn

#endif  // CONSILIUM_MODULES_MODN_ROW_GRADIENTS_H_
