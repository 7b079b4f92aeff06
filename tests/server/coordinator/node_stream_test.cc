#include "server/coordinator/node_stream.h"

#include <atomic>
#include <deque>

#include "gmock/gmock.h"
#include "proto/federation.grpc.pb.h"
#include "server/coordinator/federation_service.h"
#include "server/coordinator/switchboard.h"
#include "server/federation/wire/chunks.h"
#include "server/node/uplink_stream.h"
#include "tests/support/loopback.h"
#include "tests/support/process.h"

namespace consilium {
namespace {

using testing::Eventually;
using testing::Loopback;
using testing::ThrowawayAuthority;

// The coordinator's streams over mutual TLS, forwarding from site to site and nothing else.
class Streams final : public AttachmentEvents {
 public:
  Streams() : loopback_(authority_.Issue(Role::kCoordinator, "coordinator"), Serve()) {}

  void Arrived(const std::shared_ptr<Attachment>& attachment) override {
    switchboard_.Connect(attachment->hello().site, attachment);
  }
  void Said(const std::shared_ptr<Attachment>&, v1::FromNode) override {}
  void Sent(const Attachment&, v1::PeerChunk& chunk, std::function<void()> resume) override {
    if (const auto target = switchboard_.Find(chunk.to())) {
      target->Forward(chunk, std::move(resume));
    } else {
      resume();
    }
  }
  void Left(const std::shared_ptr<Attachment>& attachment) override {
    switchboard_.Disconnect(attachment->hello().site, *attachment);
  }

  std::unique_ptr<UplinkStream> Attach(const std::string& site, UplinkStream::Events events) {
    auto stream = UplinkStream::Open(
        loopback_.Open(authority_.Issue(Role::kNode, site), Role::kCoordinator), std::move(events));
    v1::FromNode hello;
    hello.mutable_hello()->set_version(v1::PROTOCOL_VERSION_1);
    hello.mutable_hello()->set_site(site);
    stream->Send(std::move(hello));
    EXPECT_TRUE(Eventually([&] { return switchboard_.Find(site) != nullptr; }));
    return stream;
  }

  CarriedByLink from_nodes;
  CarriedByLink to_nodes;
  StreamBytes bytes;

 private:
  Loopback::Services Serve() {
    service_ = NewFederationService(
        {.from_nodes = &from_nodes, .to_nodes = &to_nodes, .bytes = &bytes}, clock_, *this);
    return [this](grpc::ServerBuilder& builder) { builder.RegisterService(service_.get()); };
  }

  ThrowawayAuthority authority_;
  const Clock& clock_ = SystemClock();
  Switchboard switchboard_;
  std::unique_ptr<grpc::Service> service_;
  Loopback loopback_;
};

PeerMessage MessageOf(size_t bytes, uint64_t sequence) {
  PeerMessage message;
  message.run = "heart-2026-11";
  message.generation = 3;
  message.round = 17;
  message.from = "cleveland";
  message.to = "switzerland";
  message.sequence = sequence;
  message.body.assign(bytes, 'x');
  return message;
}

UplinkStream::Events Ignored() {
  return {.received = [](v1::ToNode&&, size_t) {}, .closed = [](const Status&) {}};
}

TEST(NodeStreamTest, WhatIsCountedAsSentIsWhatTheStreamsCarryToOnePercent) {
  constexpr size_t kBytes = 400'000;  // 100k numbers
  Streams streams;
  const auto from = streams.Attach("cleveland", Ignored());
  std::unique_ptr<UplinkStream> to;
  std::atomic<uint64_t> arrived = 0;
  UplinkStream::Events events = Ignored();
  events.received = [&](v1::ToNode&& message, size_t) { arrived += message.peer().bytes().size(); };
  to = streams.Attach("switzerland", std::move(events));
  for (uint64_t i = 0; i < 2; ++i) from->Send(MessageOf(kBytes, i));
  ASSERT_TRUE(Eventually([&] { return arrived == 2 * kBytes; }));
  for (const CarriedByLink* counted : {&from->sent(), &std::as_const(streams.from_nodes),
                                       &std::as_const(streams.to_nodes), &to->received()}) {
    const Carried carried = counted->All().at({"cleveland", "switzerland"});
    EXPECT_EQ(carried.body_bytes, 2 * kBytes);
    EXPECT_EQ(carried.chunks, 4U);
    EXPECT_GE(carried.stream_bytes, carried.body_bytes);
    EXPECT_LT(static_cast<double>(carried.stream_bytes), 1.01 * 2 * kBytes);
    EXPECT_LT(carried.stream_bytes - carried.body_bytes, 100 * carried.chunks);
    // By site the same, with what else the envelopes say.
    for (const uint64_t bytes : {streams.bytes.Of("cleveland").sent.peer(),
                                 streams.bytes.Of("switzerland").received.peer()}) {
      EXPECT_GE(bytes, carried.stream_bytes);
      EXPECT_LT(bytes, carried.stream_bytes + 50 * carried.chunks);
    }
  }
}

TEST(NodeStreamTest, ASlowReaderStopsItsSenderAndNoQueueGrows) {
  constexpr size_t kBytes = size_t{48} << 20;
  // At the reader, in the coordinator's queue, and in the two streams between them.
  constexpr size_t kMostUnderWay = size_t{8} << 20;
  Streams streams;
  const auto from = streams.Attach("cleveland", Ignored());
  Mutex mutex;
  std::deque<size_t> unhandled;
  UplinkStream::Events events = Ignored();
  events.received = [&](v1::ToNode&& message, size_t bytes) {
    if (!message.has_peer()) return;
    MutexLock lock(mutex);
    unhandled.push_back(bytes);
  };
  const auto to = streams.Attach("switzerland", std::move(events));
  from->Send(MessageOf(kBytes, 0));
  const auto waiting = [&] {
    MutexLock lock(mutex);
    return unhandled.size();
  };
  ASSERT_TRUE(Eventually([&] { return waiting() >= 4; }));
  ASSERT_TRUE(Eventually([&] { return from->sent().Total().body_bytes > (size_t{2} << 20); }));
  size_t handled = 0;
  while (handled < kBytes / kLargestChunkBytes) {
    ASSERT_TRUE(Eventually([&] { return waiting() > 0; }));
    EXPECT_LE(waiting(), 5U);
    EXPECT_LE(from->sent().Total().body_bytes, handled * kLargestChunkBytes + kMostUnderWay);
    size_t bytes = 0;
    {
      MutexLock lock(mutex);
      bytes = unhandled.front();
      unhandled.pop_front();
    }
    to->Handled(bytes);
    ++handled;
  }
  EXPECT_EQ(to->received().Total().body_bytes, kBytes);
}

TEST(NodeStreamTest, AStreamEndsThoughItsReaderHandlesNothing) {
  Streams streams;
  const auto from = streams.Attach("cleveland", Ignored());
  auto to = streams.Attach("switzerland", Ignored());
  from->Send(MessageOf(size_t{8} << 20, 0));
  ASSERT_TRUE(Eventually([&] { return to->received().Total().chunks >= 4; }));
  to.reset();
}

}  // namespace
}  // namespace consilium
