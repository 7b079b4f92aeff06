#ifndef CONSILIUM_MODULES_COMPRESS_HOP_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_HOP_CODEC_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/traffic.h"

namespace consilium::compress {

// One site's side of a compressor that cannot be summed, for an all-reduce that compresses anew at
// every hop (compressed_reduce.h): sums on their way up at every site but the root, the mean on its
// way down at the root. What is left out is remembered and added to the next (error feedback). In
// each round Encode, then one of Sent and Unsent; a site that had nothing to encode says Unsent.
// Not thread-safe.
template <typename Scalar>
class HopCodec {
 public:
  virtual ~HopCodec() = default;

  // Appends the message for `values` plus the error. `serial` is the round.
  virtual void Encode(std::span<const Scalar> values, uint32_t serial, ByteWriter& writer) = 0;

  // What Decode makes of the message encoded last, with the same bits. Valid until the next Encode.
  virtual std::span<const Scalar> Decoded() const = 0;

  // The message encoded last counted: what it left out becomes the error.
  virtual void Sent() = 0;

  // No message of this round counted: `own`, this site's own part of the values, joins the error.
  virtual void Unsent(std::span<const Scalar> own) = 0;

  // Any site's message of that serial number. Refuses what is not one; `values` may be half
  // written then. Leaves the error and the message encoded last as they are.
  virtual Status Decode(std::string_view bytes, uint32_t serial, std::span<Scalar> values) = 0;

  // Adds what the message encoded last cost, without its fixed header, and left out, of each block;
  // or what the one decoded last cost.
  virtual void AddTraffic(std::span<BlockTraffic> by_block) const = 0;
  virtual void AddDecoded(std::span<BlockTraffic> by_block) const = 0;

  // What is kept between rounds, to survive a restart; Restore refuses a state of another shape.
  virtual std::vector<Scalar> State() const = 0;
  virtual Status Restore(std::span<const Scalar> state) = 0;
};

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_HOP_CODEC_H_
