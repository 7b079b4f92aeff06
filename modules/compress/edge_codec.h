#ifndef CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/traffic.h"

namespace consilium::compress {

// Which end of an edge between two sites a codec stands at: the site with the lower or the higher
// number.
enum class EdgeEnd { kLow, kHigh };

// One end of an undirected edge of gossip, which codes the difference between the two ends'
// vectors. Both ends' codecs are made alike and keep equal memory as long as every Encode at both
// ends is followed by the other end's Decode; otherwise both must be Reset. Not thread-safe.
template <typename Scalar>
class EdgeCodec {
 public:
  virtual ~EdgeCodec() = default;

  // Appends what this end sends, given its current values, whose size is the shape's.
  virtual void Encode(std::span<const Scalar> values, ByteWriter& writer) = 0;
  std::string Encode(std::span<const Scalar> values) {
    ByteWriter writer;
    Encode(values, writer);
    return writer.Take();
  }

  // Takes the other end's message and writes the approximation of (other end's values - own
  // values), exactly opposite at the two ends, so that the mean is kept. Requires a new Encode
  // before it. Nothing changes on an error (wrong length, not a number).
  virtual Status Decode(std::string_view bytes, std::span<Scalar> difference) = 0;

  // Back to how the codec was made.
  virtual void Reset() = 0;

  // Adds what the message encoded last cost, without its fixed header, and left out, of each block
  // of the shape; of parts that went as they are the bytes only.
  virtual void AddTraffic(std::span<BlockTraffic> by_block) const = 0;

  // What is kept between rounds, to survive a restart; Restore refuses a state of another shape.
  virtual std::vector<Scalar> State() const = 0;
  virtual Status Restore(std::span<const Scalar> state) = 0;
};

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_EDGE_CODEC_H_
