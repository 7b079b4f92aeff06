#include "server/coordinator/mean_message.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/chunks.h"

namespace consilium::coordinator {

MeanMessage::MeanMessage(federation::PeerMessage header, const std::string& counted,
                         const std::string& not_counted, std::optional<size_t> total_bytes,
                         std::string room)
    : header_(std::move(header)),
      not_counted_(not_counted),
      total_(total_bytes),
      body_(std::move(room)) {
  body_.clear();
  if (total_bytes) body_.reserve(*total_bytes);
  Append(counted);
}

uint64_t MeanMessage::EndOfChunk(uint64_t offset) const {
  return std::min<uint64_t>(offset + header_.chunk_bytes, total_bytes());
}

void MeanMessage::Append(std::string_view numbers) {
  body_.append(numbers);
  while (true) {
    const uint64_t begin = crc_.size() * header_.chunk_bytes;
    const uint64_t end = EndOfChunk(begin);
    if (begin >= total_bytes() || body_.size() < end) return;
    const std::string_view chunk = std::string_view(body_).substr(begin, end - begin);
    crc_.push_back(ContinueCrc32c(begin == 0 ? 0 : crc_.back(), chunk));
    if (not_counted_.empty()) continue;
    const size_t other =
        std::min(not_counted_.size() - std::min(begin, not_counted_.size()), chunk.size());
    uint32_t crc = begin == 0 ? 0 : crc_not_counted_.back();
    if (other > 0) crc = ContinueCrc32c(crc, std::string_view(not_counted_).substr(begin, other));
    crc_not_counted_.push_back(ContinueCrc32c(crc, chunk.substr(other)));
  }
}

void MeanMessage::End() {
  if (!total_) total_ = body_.size();
  Append({});
}

bool MeanMessage::Ready(uint64_t offset) const {
  return total_ && offset / header_.chunk_bytes < crc_.size();
}

void MeanMessage::Fill(uint64_t offset, bool counted, v1::PeerChunk& chunk) const {
  chunk.set_run(header_.run);
  chunk.set_generation(header_.generation);
  chunk.set_stage(static_cast<v1::Stage>(header_.stage));
  chunk.set_round(static_cast<uint32_t>(header_.round));
  chunk.set_from(header_.from);
  chunk.set_sequence(header_.sequence);
  chunk.set_offset(offset);
  chunk.set_total_bytes(total_bytes());
  const size_t number = offset / header_.chunk_bytes;
  chunk.set_crc32c(counted ? crc_[number] : crc_not_counted_[number]);
  std::string& bytes = *chunk.mutable_bytes();
  bytes.assign(body_, offset, EndOfChunk(offset) - offset);
  if (!counted && offset < not_counted_.size()) {
    const size_t length = std::min(bytes.size(), not_counted_.size() - offset);
    bytes.replace(0, length, not_counted_, offset, length);
  }
}

}  // namespace consilium::coordinator
