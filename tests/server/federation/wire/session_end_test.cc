#include "server/federation/wire/session_end.h"

#include <string>
#include <vector>

#include "base/random.h"
#include "proto/federation.pb.h"
#include "tests/support/matchers.h"

namespace consilium::federation {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr SessionLimits kLimits{.most_kept = 4000, .acknowledge_every = 1500};
constexpr size_t kWindow = 2000;  // that a stream may hold unread
constexpr size_t kLongestText = 400;

PeerMessage MessageOf(size_t bytes, uint64_t sequence, char fill = 'x') {
  PeerMessage message;
  message.run = "heart";
  message.generation = 1;
  message.from = "cleveland";
  message.to = "va";
  message.sequence = sequence;
  message.body.assign(bytes, fill);
  return message;
}

// What one end says to the other, over streams that hold a window unread.
template <typename Message>
class Direction {
 public:
  Direction(SessionEnd<Message>& end, size_t window) : end_(end), window_(window) {}

  void Say(Message message) {
    said.push_back(message.SerializeAsString());
    end_.Push(std::move(message));
  }
  void Say(PeerMessage message) {
    MessageDivider divider(message);
    while (!divider.done()) {
      Message chunk;
      divider.Next(*chunk.mutable_peer());
      said.push_back(chunk.SerializeAsString());
    }
    end_.Push(std::move(message));
  }

  // One message more into the stream, and out of it to the other end.
  void Write() {
    if (!end_.HasNext() || (unread_ >= window_ && !stream_.empty())) return;
    stream_.push_back(end_.Next());
    unread_ += stream_.back()->ByteSizeLong();
  }
  template <typename Other>
  void Read(SessionEnd<Other>& other) {
    if (stream_.empty()) return;
    const auto message = std::move(stream_.front());
    stream_.pop_front();
    unread_ -= message->ByteSizeLong();
    ASSERT_THAT(other.Hear(*message), IsOk());
    if (message->has_acknowledgement()) ++acknowledgements;
    if (message->has_acknowledgement() || message->has_heartbeat()) return;
    heard.push_back(message->SerializeAsString());
    ASSERT_LE(heard.size(), said.size());
    ASSERT_EQ(heard.back(), said[heard.size() - 1]) << "message " << heard.size() - 1;
  }
  void Cut() {
    stream_.clear();
    unread_ = 0;
    end_.Unlink();
  }

  std::vector<std::string> said;
  std::vector<std::string> heard;
  int acknowledgements = 0;

 private:
  SessionEnd<Message>& end_;
  const size_t window_;
  std::deque<std::shared_ptr<const Message>> stream_;
  size_t unread_ = 0;
};

// Node and coordinator, and what is between them.
class Session {
 public:
  Session(uint64_t seed, SessionLimits limits, size_t window)
      : random_(Random::Named(seed, "session")),
        node(limits),
        coordinator(limits),
        up(node, window),
        down(coordinator, window) {
    Link();
  }

  void Link() {
    if (random_.Below(4) == 0) {  // only the node's Hello arrives
      ASSERT_THAT(coordinator.Link(node.received(), true), IsOk());
      down.Cut();
    }
    ASSERT_THAT(coordinator.Link(node.received(), true), IsOk());
    ASSERT_THAT(node.Link(coordinator.received(), true), IsOk());
  }
  void Cut() {
    up.Cut();
    down.Cut();
    ++cuts;
  }

  void Step() {
    switch (random_.Below(8)) {
      case 0:
        return up.Say(MessageOf(random_.Below(kLongestText), up.said.size(), Letter()));
      case 1: {
        v1::ToNode message;
        message.mutable_hold()->set_reason(std::string(random_.Below(kLongestText), Letter()));
        return down.Say(std::move(message));
      }
      case 2: {
        v1::FromNode beat;
        beat.mutable_heartbeat()->set_sequence(1);
        if (random_.Below(10) == 0) node.Say(std::move(beat));
        return;
      }
      case 3:
        return up.Write();
      case 4:
        return down.Write();
      case 5:
        return up.Read(coordinator);
      case 6:
        return down.Read(node);
      default:
        if (random_.Below(5) > 0) return;
        Cut();
        return Link();
    }
  }
  void Drain() {
    while (up.heard.size() < up.said.size() || down.heard.size() < down.said.size()) {
      up.Write();
      down.Write();
      up.Read(coordinator);
      down.Read(node);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

 private:
  char Letter() { return static_cast<char>('a' + random_.Below(26)); }

  Random random_;

 public:
  SessionEnd<v1::FromNode> node;
  SessionEnd<v1::ToNode> coordinator;
  Direction<v1::FromNode> up;
  Direction<v1::ToNode> down;
  int cuts = 0;
};

TEST(SessionEndTest, WhatComesOutIsWhatWentInWhereverTheStreamsAreCut) {
  int cuts = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Session session(seed, kLimits, kWindow);
    for (int step = 0; step < 1000 && !HasFatalFailure(); ++step) {
      session.Step();
      ASSERT_LE(session.node.bytes_kept(), kLimits.most_kept);
      ASSERT_LE(session.coordinator.bytes_kept(), kLimits.most_kept);
    }
    session.Drain();
    ASSERT_FALSE(HasFatalFailure());
    EXPECT_EQ(session.up.heard, session.up.said);
    EXPECT_EQ(session.down.heard, session.down.said);
    cuts += session.cuts;
  }
  EXPECT_GT(cuts, 3000);
}

TEST(SessionEndTest, ALargeMessageGoesOnInItsMiddleAndAddsUp) {
  Session session(7, SessionLimits{}, size_t{1} << 20);
  const PeerMessage message = MessageOf(12 * kLargestChunkBytes + 5, 0);
  session.up.Say(message);
  ChunkAssembler assembler({.largest_message = message.body.size(), .most_senders = 1});
  for (int step = 0; session.up.heard.size() < session.up.said.size(); ++step) {
    session.up.Write();
    if (step % 3 == 0) session.up.Write();
    session.up.Read(session.coordinator);
    if (step % 2 == 1) {
      session.Cut();
      session.Link();
    }
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GE(session.cuts, 5);
  StatusOr<std::optional<PeerMessage>> assembled = std::nullopt;
  for (const std::string& heard : session.up.heard) {
    v1::FromNode chunk;
    ASSERT_TRUE(chunk.ParseFromString(heard));
    assembled = assembler.Accept(*chunk.mutable_peer());
    ASSERT_THAT(assembled, IsOk());
  }
  ASSERT_TRUE(assembled->has_value());
  EXPECT_EQ((*assembled)->body, message.body);
}

TEST(SessionEndTest, AcknowledgementsAreRareAndLetGoOfWhatWasKept) {
  Session session(1, SessionLimits{}, size_t{1} << 20);
  session.up.Say(MessageOf(40 * kLargestChunkBytes, 0));
  session.Drain();
  session.down.Write();
  session.down.Read(session.node);
  EXPECT_LE(session.down.acknowledgements, 20);
  EXPECT_GE(session.down.acknowledgements, 19);
  EXPECT_LE(session.node.bytes_kept(), size_t{512} << 10);
}

TEST(SessionEndTest, AHeartbeatAcknowledgesWhateverWasHeard) {
  Session session(1, kLimits, kWindow);
  session.down.Say(v1::ToNode());
  session.Drain();
  EXPECT_EQ(session.down.acknowledgements + session.up.acknowledgements, 0);
  v1::FromNode beat;
  beat.mutable_heartbeat();
  session.node.Say(std::move(beat));
  session.up.Write();
  session.up.Read(session.coordinator);
  EXPECT_EQ(session.coordinator.bytes_kept(), 0U);
}

TEST(SessionEndTest, BeyondTheBoundTheOldestIsForgottenAndItsReturnRefused) {
  SessionEnd<v1::FromNode> end(kLimits);
  ASSERT_THAT(end.Link(0, true), IsOk());
  for (uint64_t i = 0; i < 100; ++i) end.Push(MessageOf(300, i));
  while (end.HasNext()) {
    end.Next();
    ASSERT_LE(end.bytes_kept(), kLimits.most_kept);
  }
  end.Unlink();
  EXPECT_THAT(end.Link(50, true), StatusIs(StatusCode::kDataLoss, HasSubstr("first kept")));
  EXPECT_FALSE(end.linked());
  ASSERT_THAT(end.Link(95, true), IsOk());
  EXPECT_EQ(end.Next()->peer().sequence(), 95U);
}

TEST(SessionEndTest, RefusesWhatWasNeverSaidAndHeedsNoLateAcknowledgement) {
  SessionEnd<v1::ToNode> end(kLimits);
  ASSERT_THAT(end.Link(0, true), IsOk());
  for (int i = 0; i < 3; ++i) end.Push(v1::ToNode());
  for (int i = 0; i < 3; ++i) end.Next();
  v1::FromNode heard;
  heard.mutable_acknowledgement()->set_received(4);
  EXPECT_THAT(end.Hear(heard),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("4 messages of 3")));
  heard.mutable_acknowledgement()->set_received(2);
  EXPECT_THAT(end.Hear(heard), IsOk());
  heard.mutable_acknowledgement()->set_received(1);
  EXPECT_THAT(end.Hear(heard), IsOk());
  end.Unlink();
  EXPECT_THAT(end.Link(4, true), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(end.Link(1, true), StatusIs(StatusCode::kDataLoss));
  ASSERT_THAT(end.Link(2, true), IsOk());
  heard.mutable_acknowledgement()->set_received(3);
  EXPECT_THAT(end.Hear(heard), StatusIs(StatusCode::kInvalidArgument)) << "not written again yet";
  EXPECT_TRUE(end.HasNext());
  end.Next();
  EXPECT_FALSE(end.HasNext());
  EXPECT_THAT(end.Hear(heard), IsOk());
}

TEST(SessionEndTest, NothingOfTheSessionIsWrittenBeforeItIsLinked) {
  SessionEnd<v1::FromNode> end(kLimits);
  end.Push(MessageOf(10, 0));
  EXPECT_FALSE(end.HasNext());
  v1::FromNode hello;
  hello.mutable_hello();
  end.Say(hello);
  ASSERT_TRUE(end.HasNext());
  EXPECT_TRUE(end.Next()->has_hello());
  EXPECT_FALSE(end.HasNext());
  end.Say(hello);
  end.Unlink();
  ASSERT_THAT(end.Link(0, true), IsOk());
  EXPECT_TRUE(end.Next()->has_peer()) << "what was of the stream is lost with it";
}

TEST(SessionEndTest, KeepsNothingForAnEndThatDoesNotAcknowledge) {
  SessionEnd<v1::ToNode> end(kLimits);
  ASSERT_THAT(end.Link(0, false), IsOk());
  for (int i = 0; i < 50; ++i) end.Push(MessageOf(300, static_cast<uint64_t>(i)));
  v1::FromNode heard;
  heard.mutable_progress()->set_run(std::string(2000, 'x'));
  for (int i = 0; i < 50; ++i) {
    ASSERT_THAT(end.Hear(heard), IsOk());
    EXPECT_TRUE(end.Next()->has_peer());
  }
  EXPECT_EQ(end.bytes_kept(), 0U);
  EXPECT_FALSE(end.HasNext());
  end.Unlink();
  EXPECT_THAT(end.Link(49, true), StatusIs(StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium::federation
