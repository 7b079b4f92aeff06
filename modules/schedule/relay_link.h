#ifndef CONSILIUM_MODULES_SCHEDULE_RELAY_LINK_H_
#define CONSILIUM_MODULES_SCHEDULE_RELAY_LINK_H_

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/schedule/message.h"
#include "modules/schedule/relay_sum.h"
#include "modules/slices.h"

namespace consilium::schedule {

// One neighbour of RelaySum and the links to it and from it, which heal when messages are lost.
//
// A codec of differences needs every message. Each message therefore says up to which round its
// sender has decoded the other end's. A neighbour that at the beginning of a round had not got what
// was sent to it in earlier rounds has lost it: the next message repeats all since, or, where these
// would be larger than the vector itself or are no longer kept, gives the codec's whole memory
// instead. So one lost message costs the round in which it is lost and the next one, in which it is
// found out, and a link never begins again from nothing. Of a codec whose messages stand alone the
// newer one is taken. At most the size of the vector is kept of messages.
template <typename Scalar>
class RelayLink {
 public:
  RelayLink(RelayNeighbor<Scalar> neighbor, std::vector<Block> blocks);

  int site() const { return neighbor_.site; }
  const std::vector<double>& weights_behind() const { return neighbor_.weights_behind; }

  // The weight of each block in the message decoded last; 0 once it counts no more.
  const std::vector<double>& weights() const { return weights_; }
  // The mean it brought.
  std::span<const Scalar> Believed() const { return neighbor_.inward->Believed(); }

  // This site's message of a round: once for each round, in order.
  std::string Write(uint32_t round, const std::vector<double>& weights,
                    std::span<const Scalar> mean);

  // Where messages are the numbers as they are, the same in two steps: `size` numbers of the mean
  // go behind what this writes.
  bool IsPlain() const { return neighbor_.outward->IsPlain(); }
  void BeginPlain(uint32_t round, const std::vector<double>& weights, size_t size,
                  ByteWriter& writer);

  // Of the message written last, with what it repeats. Of a codec's whole memory the numbers of
  // the vector are counted; directions and the like belong to no block.
  void AddTraffic(std::span<BlockTraffic> by_block) const;

  // Takes the neighbour's message of header.round, the next one or a later one, from behind the
  // header. One that cannot be decoded because another before it was lost counts as missing, and is
  // no error. Nothing changes on an error. `whole`: the message, to its end, whose memory may be
  // kept; null: there is none.
  Status Read(const MessageHeader& header, ByteReader& reader, std::string* whole = nullptr);

  // The round of the message that is expected next.
  uint32_t next_round() const { return next_; }

  // What did not come since the last End counts no more.
  void End();

 private:
  bool IsLacking(uint32_t round) const;
  void Open(MessageHeader header, const std::vector<double>& weights, ByteWriter& writer);
  void Keep(std::string_view payload);
  std::vector<uint64_t> OwnBytes() const;
  void WriteEarlier(ByteWriter& writer);
  Status ReadPayload(const MessageHeader& header, ByteReader& reader, std::string* whole);
  Status Decode(uint32_t round, std::span<const std::string_view> earlier, std::string_view newest,
                std::string* whole);
  Status ReadMemory(ByteReader& reader);

  RelayNeighbor<Scalar> neighbor_;
  const std::vector<Block> blocks_;

  // Outward.
  uint32_t sent_ = 0;             // rounds
  uint32_t acknowledged_ = 0;     // the neighbour has decoded the messages of all rounds before it
  uint32_t acknowledged_in_ = 0;  // as it said in its message of this round
  uint32_t repeated_ = 0;  // only messages of this round or later can know of the last repeat
  struct Kept {
    std::string payload;
    std::vector<uint64_t> bytes;  // of each block
  };
  std::deque<Kept> kept_;  // what the codec made of the latest rounds not acknowledged
  size_t kept_bytes_ = 0;
  // In the message written last: of each block, repeated; and whether it gave the whole memory.
  std::vector<uint64_t> repeated_bytes_;
  bool gave_memory_ = false;

  // Inward.
  std::vector<double> weights_;
  uint32_t next_ = 0;     // the round of the next message
  uint32_t decoded_ = 0;  // the first round that the codec has not decoded
  bool arrived_ = false;  // a message was decoded since the last End
};

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_RELAY_LINK_H_
