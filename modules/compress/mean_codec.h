#ifndef CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_

#include <span>
#include <vector>

#include "modules/slices.h"

namespace consilium {

// One site's side of a linear compressor for all-reduce: in each phase every site gives a vector,
// the (weighted) mean of all sites' vectors comes back, and after the last phase all sites hold the
// same bits. What is left out is remembered and added to the next round's values (error feedback).
// Not thread-safe.
template <typename Scalar>
class MeanCodec {
 public:
  virtual ~MeanCodec() = default;

  virtual int phases() const = 0;

  // How phase `phase`'s vector divides among the blocks, so that each block has its own weights.
  virtual std::vector<Block> PhaseBlocks(int phase) const = 0;

  virtual void Begin(std::span<const Scalar> values) = 0;
  virtual std::vector<Scalar> Contribution(int phase) = 0;
  virtual void Absorb(int phase, std::span<const Scalar> mean) = 0;
  virtual void End(std::span<Scalar> mean_values) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_
