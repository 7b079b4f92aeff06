#ifndef CONSILIUM_MODULES_COMPRESS_RANDOM_K_H_
#define CONSILIUM_MODULES_COMPRESS_RANDOM_K_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "modules/compress/matrix_codec.h"

namespace consilium::compress {

// Of the n numbers of a matrix k = keep n rounded up, chosen by the seed that both ends know: one
// from each of k runs of consecutive numbers, as equally long as can be. As the choice does not
// depend on the numbers, it is linear. Not scaled: a contraction with d = 1 / (n / k rounded up);
// biased, as error feedback and differences want it. Requires 0 < keep <= 1.
//
// k numbers.
template <typename Scalar>
std::unique_ptr<MatrixCodec<Scalar>> MakeRandomK(double keep);

// Those indices, ascending.
void ChooseAtRandom(size_t size, double keep, uint64_t seed, std::vector<uint32_t>& indices);

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_RANDOM_K_H_
