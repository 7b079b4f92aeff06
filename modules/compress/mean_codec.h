#ifndef CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_

#include <span>
#include <vector>

#include "base/status.h"
#include "modules/slices.h"
#include "modules/traffic.h"

namespace consilium::compress {

// One site's side of a linear compressor for all-reduce: in each phase every site gives a vector,
// the (weighted) mean of all sites' vectors comes back, and after the last phase all sites hold the
// same bits. What is left out is remembered and added to the next round's values (error feedback).
// A round is Begin, then Contribution and Absorb for each phase in order, then End.
// Not thread-safe.
template <typename Scalar>
class MeanCodec {
 public:
  virtual ~MeanCodec() = default;

  virtual int phases() const = 0;

  // How phase `phase`'s vector divides among the blocks of the shape, so that each block has its
  // own weights. In the order of the blocks, without gaps; a block may have no part in a phase.
  virtual std::vector<Block> PhaseBlocks(int phase) const = 0;

  virtual void Begin(std::span<const Scalar> values) = 0;

  // Valid until this phase's Absorb has returned.
  virtual std::span<const Scalar> Contribution(int phase) = 0;

  // `counted` is false when this site's contribution of the phase came too late for the mean; its
  // part then stays in the error instead of being lost.
  virtual void Absorb(int phase, std::span<const Scalar> mean, bool counted) = 0;
  virtual void End(std::span<Scalar> mean_values) = 0;

  // Adds what this site's contributions of the last round cost and left out, of each block
  // of the shape; of parts that went as they are the bytes only.
  virtual void AddTraffic(std::span<BlockTraffic> by_block) const = 0;

  // Whether there is error feedback at all: whether what was not counted is given again later.
  virtual bool Remembers() const = 0;

  // The error as values of the shape, between rounds, and back; empty without error feedback.
  // Unlike the state it means the same to a codec made anew. Owe refuses another size.
  virtual std::vector<Scalar> Owed() const { return {}; }
  virtual Status Owe(std::span<const Scalar> owed);

  // What is kept between rounds, to survive a restart; Restore refuses a state of another shape.
  virtual std::vector<Scalar> State() const = 0;
  virtual Status Restore(std::span<const Scalar> state) = 0;
};

template <typename Scalar>
Status MeanCodec<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  return InvalidArgument("{} numbers are owed to a codec without error feedback", owed.size());
}

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_MEAN_CODEC_H_
