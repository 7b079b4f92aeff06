#ifndef CONSILIUM_MODULES_COMPRESS_KERNELS_ROUND_LOOPS_H_
#define CONSILIUM_MODULES_COMPRESS_KERNELS_ROUND_LOOPS_H_

#include <cstdint>

namespace consilium::compress {

// Steps that are tried at once.
constexpr int kRoundSteps = 5;

// The loops of rounding to integers, in the form that suits this CPU best; every form gives the
// same bits, as those of factor_loops.h do. A number is divided by the step, cut to the largest
// integer and rounded to the nearest one, halves away from 0. Numbers must be finite.
template <typename Scalar>
struct RoundLoops {
  // difference = a - b; returns its largest magnitude.
  Scalar (*subtract)(const Scalar* a, const Scalar* b, long count, Scalar* difference);

  // For each of kRoundSteps steps, the sum of the squares of what it leaves out.
  void (*left)(const Scalar* difference, long count, const Scalar* steps, int largest,
               Scalar* squares);

  // Rounds; believed += step * rounded.
  void (*round)(const Scalar* difference, long count, Scalar step, int largest, int8_t* rounded,
                Scalar* believed);

  // next = believed + step * rounded; false if one of them is not finite.
  bool (*apply)(const int8_t* rounded, long count, Scalar step, const Scalar* believed,
                Scalar* next);
};

// Chosen once, when first called. Scalar is float or double.
template <typename Scalar>
const RoundLoops<Scalar>& BestRoundLoops();

// Each form, for the comparison in tests; usable as the FactorLoops of that name.
template <typename Scalar>
RoundLoops<Scalar> BaselineRoundLoops();
template <typename Scalar>
RoundLoops<Scalar> Avx2RoundLoops();
template <typename Scalar>
RoundLoops<Scalar> Avx512RoundLoops();

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_KERNELS_ROUND_LOOPS_H_
