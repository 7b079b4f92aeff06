#include "server/federation/wire/chunks.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"
#include "proto/federation.pb.h"

namespace consilium::federation {
namespace {

StatusOr<PeerMessage> HeaderOf(const v1::PeerChunk& chunk) {
  PeerMessage message;
  message.run = chunk.run();
  message.generation = chunk.generation();
  message.stage = static_cast<Stage>(chunk.stage());
  message.round = static_cast<int>(chunk.round());
  message.from = chunk.from();
  message.to = chunk.to();
  message.sequence = chunk.sequence();
  return message;
}

bool SameMessage(const PeerMessage& message, const v1::PeerChunk& chunk) {
  return message.run == chunk.run() && message.sequence == chunk.sequence() &&
         static_cast<int>(message.stage) == static_cast<int>(chunk.stage()) &&
         message.round == static_cast<int>(chunk.round()) && message.to == chunk.to();
}

}  // namespace

MessageDivider::MessageDivider(PeerMessage message)
    : message_(std::move(message)), total_(message_.body.size()) {}

void MessageDivider::Next(v1::PeerChunk& chunk) {
  chunk.set_run(message_.run);
  chunk.set_generation(message_.generation);
  chunk.set_stage(static_cast<v1::Stage>(message_.stage));
  chunk.set_round(static_cast<uint32_t>(message_.round));
  chunk.set_from(message_.from);
  chunk.set_to(message_.to);
  chunk.set_sequence(message_.sequence);
  chunk.set_offset(offset_);
  chunk.set_total_bytes(total_);
  const size_t size = std::min<size_t>(message_.chunk_bytes, total_ - offset_);
  crc_ = ContinueCrc32c(crc_, std::string_view(message_.body).substr(offset_, size));
  chunk.set_crc32c(crc_);
  if (size == total_) {
    chunk.set_bytes(std::move(message_.body));
    done_ = true;
    return;
  }
  chunk.mutable_bytes()->assign(message_.body, offset_, size);
  offset_ += size;
  done_ = offset_ == total_;
}

Status ChunkAssembler::CheckChunk(const v1::PeerChunk& chunk) const {
  const size_t size = chunk.bytes().size();
  if (size > kLargestChunkBytes) {
    return InvalidArgument("chunk of {} bytes from {}, expected at most {}", size, chunk.from(),
                           kLargestChunkBytes);
  }
  if (!v1::Stage_IsValid(chunk.stage()) || chunk.stage() == v1::STAGE_UNSPECIFIED) {
    return InvalidArgument("chunk of stage {} from {}, expected 1 to {}",
                           static_cast<int>(chunk.stage()), chunk.from(),
                           static_cast<int>(v1::Stage_MAX));
  }
  if (chunk.round() > 1'000'000'000) {
    return InvalidArgument("chunk of round {} from {}", chunk.round(), chunk.from());
  }
  if (chunk.total_bytes() > limits_.largest_message) {
    return ResourceExhausted("message of {} bytes from {}, expected at most {} in this run",
                             chunk.total_bytes(), chunk.from(), limits_.largest_message);
  }
  if (chunk.offset() > chunk.total_bytes() || size > chunk.total_bytes() - chunk.offset() ||
      (size == 0 && chunk.total_bytes() > 0)) {
    return InvalidArgument("chunk of {} bytes at {} of {} from {}: it does not fit", size,
                           chunk.offset(), chunk.total_bytes(), chunk.from());
  }
  return OkStatus();
}

StatusOr<ChunkAssembler::Link*> ChunkAssembler::LinkOf(const v1::PeerChunk& chunk) {
  auto found = links_.find(chunk.from());
  if (found == links_.end()) {
    if (links_.size() >= limits_.most_senders) {
      return ResourceExhausted("chunk from {}, a sender more than the {} this run has",
                               chunk.from(), limits_.most_senders);
    }
    found = links_.emplace(chunk.from(), Link{}).first;
    found->second.generation = chunk.generation();
  }
  Link& link = found->second;
  if (chunk.generation() > link.generation) {
    link = Link{};
    link.generation = chunk.generation();
  }
  return &link;
}

Status ChunkAssembler::Append(Link& link, v1::PeerChunk& chunk) const {
  if (!link.partial) {
    if (link.last_sequence && chunk.sequence() <= *link.last_sequence) {
      return DataLoss("message {} from {} after message {}: it came before", chunk.sequence(),
                      chunk.from(), *link.last_sequence);
    }
    if (chunk.offset() != 0) {
      return DataLoss("message {} from {} begins at byte {}, expected 0", chunk.sequence(),
                      chunk.from(), chunk.offset());
    }
    ASSIGN_OR_RETURN(link.partial, HeaderOf(chunk));
    link.total = chunk.total_bytes();
    link.crc = 0;
    RETURN_IF_ERROR(CheckSum(link, chunk));
    link.partial->body = std::move(*chunk.mutable_bytes());
    link.partial->body.reserve(link.total);
    return OkStatus();
  }
  std::string& body = link.partial->body;
  if (!SameMessage(*link.partial, chunk) || chunk.total_bytes() != link.total ||
      chunk.offset() != body.size()) {
    return DataLoss("byte {} of message {} from {}, expected byte {} of message {}", chunk.offset(),
                    chunk.sequence(), chunk.from(), body.size(), link.partial->sequence);
  }
  RETURN_IF_ERROR(CheckSum(link, chunk));
  body += chunk.bytes();
  return OkStatus();
}

Status ChunkAssembler::CheckSum(Link& link, const v1::PeerChunk& chunk) {
  link.crc = ContinueCrc32c(link.crc, chunk.bytes());
  if (link.crc == chunk.crc32c()) return OkStatus();
  return DataLoss("message {} from {} has checksum {:08x} up to byte {}, expected {:08x}",
                  chunk.sequence(), chunk.from(), link.crc, chunk.offset() + chunk.bytes().size(),
                  chunk.crc32c());
}

StatusOr<std::optional<PeerMessage>> ChunkAssembler::Accept(v1::PeerChunk& chunk) {
  RETURN_IF_ERROR(CheckChunk(chunk));
  ASSIGN_OR_RETURN(Link* const link, LinkOf(chunk));
  if (chunk.generation() < link->generation) return std::nullopt;
  if (const Status appended = Append(*link, chunk); !appended.ok()) {
    link->partial.reset();
    return appended;
  }
  if (link->partial->body.size() < link->total) return std::nullopt;
  PeerMessage message = *std::exchange(link->partial, std::nullopt);
  link->last_sequence = message.sequence;
  return message;
}

size_t ChunkAssembler::bytes_held() const {
  size_t held = 0;
  for (const auto& [sender, link] : links_) {
    if (link.partial) held += link.partial->body.size();
  }
  return held;
}

size_t LargestMessage(size_t parameters, size_t statistics) {
  return 2 * sizeof(double) * (parameters + statistics) + (size_t{64} << 10);
}

}  // namespace consilium::federation
