#ifndef CONSILIUM_MODULES_COMPRESS_LINK_CODEC_H_
#define CONSILIUM_MODULES_COMPRESS_LINK_CODEC_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"
#include "modules/traffic.h"

namespace consilium::compress {

// One directed link that carries the same flat vector again every round, a little changed. The
// sender's and the receiver's codec are made alike (same shape, seed) and keep equal memory, so
// every message encoded must be decoded, in order, unless messages stand alone. After a lost one
// both ends agree again once the receiver restored the sender's state. Not thread-safe.
template <typename Scalar>
class LinkCodec {
 public:
  virtual ~LinkCodec() = default;

  // At the sender: appends the bytes for `values`, whose size is the shape's.
  virtual void Encode(std::span<const Scalar> values, ByteWriter& writer) = 0;
  std::string Encode(std::span<const Scalar> values) {
    ByteWriter writer;
    Encode(values, writer);
    return writer.Take();
  }

  // Are messages the numbers as they are, behind a header? BeginPlain then writes this header of a
  // message whose `size` numbers the caller puts behind it (PutNumbers).
  virtual bool IsPlain() const { return false; }
  virtual void BeginPlain(size_t /*size*/, ByteWriter& /*writer*/) {}

  // At the receiver: takes the sender's next message. Nothing changes on an error (wrong length,
  // not a number; DataLoss: not the message after the one decoded last).
  virtual Status Decode(std::string_view bytes) = 0;

  // As Decode of what stands in `message` from `begin` on, and may keep its memory instead of a
  // copy: what it holds after OK is of no use to anybody.
  virtual Status Take(std::string& message, size_t begin) {
    return Decode(std::string_view(message).substr(begin));
  }

  // At the receiver: what it now believes of the sender's vector; zeros before the first message.
  // Valid until the next Decode or Restore.
  virtual std::span<const Scalar> Believed() const = 0;

  // Adds what the message encoded last cost, without its fixed header, and left out, of each block
  // of the shape; of parts that went as they are the bytes only.
  virtual void AddTraffic(std::span<BlockTraffic> by_block) const = 0;

  // Can each message be decoded without those before it?
  virtual bool StandsAlone() const { return false; }

  // What is kept between rounds, to survive a restart; Restore refuses a state of another shape.
  virtual std::vector<Scalar> State() const = 0;
  virtual Status Restore(std::span<const Scalar> state) = 0;
};

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_LINK_CODEC_H_
