#ifndef CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace consilium {

// One end of an undirected edge {low, high} of gossip, which codes the difference between the two
// ends' vectors. Both ends' codecs are made alike and keep equal memory. Not thread-safe.
template <typename Scalar>
class EdgeCodec {
 public:
  virtual ~EdgeCodec() = default;

  virtual int phases() const = 0;

  // What this end sends in `phase`, given its current values.
  virtual std::string Encode(int phase, std::span<const Scalar> values) = 0;

  // Takes the other end's message of `phase`; requires that Encode(phase) was called.
  virtual Status Decode(int phase, std::string_view bytes) = 0;

  // After the last phase: the approximation of (other end's values - own values), exactly opposite
  // at the two ends, so that the mean is kept.
  virtual void Difference(std::span<Scalar> difference) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_
