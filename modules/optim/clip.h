#ifndef CONSILIUM_MODULES_OPTIM_CLIP_H_
#define CONSILIUM_MODULES_OPTIM_CLIP_H_

#include <span>

#include "modules/slices.h"

namespace consilium::optim {

enum class ClipScope {
  kGlobal,  // one norm over all trainable blocks: keeps the gradient's direction
  kModule   // each block's own norm: one wild module does not slow the others
};

// Scales the gradient so that its Euclidean norm over `trainable` is at most `limit`; no limit if
// limit <= 0. Returns the norm before.
double ClipByNorm(std::span<float> gradient, std::span<const Block> trainable, double limit);

// The same with each block's norm by itself. Returns the largest before.
double ClipEachByNorm(std::span<float> gradient, std::span<const Block> trainable, double limit);

// One or the other.
double Clip(ClipScope scope, std::span<float> gradient, std::span<const Block> trainable,
            double limit);

}  // namespace consilium::optim

#endif  // CONSILIUM_MODULES_OPTIM_CLIP_H_
