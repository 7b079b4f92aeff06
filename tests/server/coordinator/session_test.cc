#include <atomic>

#include "base/mutex.h"
#include "gmock/gmock.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/chunks.h"
#include "server/federation/wire/session_end.h"
#include "tests/server/coordinator/streams.h"
#include "tests/support/process.h"

// Sessions of real streams over mutual TLS, cut in the middle of messages.
namespace consilium::coordinator {
namespace {

using testing::Eventually;
using testing::Site;
using testing::Streams;

constexpr size_t kBytes = size_t{56} << 20;  // of a message; 224 chunks
constexpr int kCuts = 25;                    // of each site's link
constexpr int kUnhandled = 4;  // chunks that a stream brings; when it ends, at most as many more

federation::PeerMessage MessageOf(const std::string& from, const std::string& to, size_t bytes) {
  federation::PeerMessage message;
  message.run = "heart";
  message.generation = 1;
  message.round = 1;
  message.from = from;
  message.to = to;
  message.body.resize(bytes);
  for (size_t i = 0; i < bytes; ++i) message.body[i] = static_cast<char>(i * 2654435761U >> 24);
  return message;
}

// Puts together what one site is sent. Any chunk that is lost, doubled or out of order breaks it.
class Assembly {
 public:
  void Take(v1::ToNode& message) {
    if (!message.has_peer()) return;
    MutexLock lock(mutex_);
    ++chunks_;
    const auto accepted = assembler_.Accept(*message.mutable_peer());
    if (!accepted.ok()) broken_ = accepted.status();
    if (accepted.ok() && *accepted) body_ = (*accepted)->body;
  }
  int chunks() const {
    MutexLock lock(mutex_);
    return chunks_;
  }
  Status broken() const {
    MutexLock lock(mutex_);
    return broken_;
  }
  std::string body() const {
    MutexLock lock(mutex_);
    return body_;
  }

 private:
  mutable Mutex mutex_;
  federation::ChunkAssembler assembler_{{.largest_message = kBytes, .most_senders = 4}};
  int chunks_ = 0;
  Status broken_;
  std::string body_;
};

// A site that handles nothing at first, so that every stream brings it as many chunks and no more.
struct Reader {
  Reader(Streams& streams, const std::string& name)
      : site(streams, name, [this](v1::ToNode& message, size_t bytes) {
          assembly.Take(message);
          if (handles) site.Handled(bytes);
        }) {}

  // The link breaks once the present stream has brought so many chunks.
  void CutAfter(int chunks) {
    ASSERT_TRUE(Eventually([&] { return assembly.chunks() >= brought_before + chunks; }));
    site.Cut();
    brought_before = assembly.chunks();
    site.Attach();
  }
  bool HasMessage() {
    return Eventually([&] { return !assembly.body().empty() || !assembly.broken().ok(); }) &&
           assembly.broken().ok();
  }

  Assembly assembly;
  std::atomic<bool> handles = false;
  int brought_before = 0;
  Site site;
};

TEST(SessionTest, AMessageArrivesWholeThoughTheLinksOfBothEndsAreCutFiftyTimes) {
  Streams streams;
  Reader from(streams, "cleveland");
  Reader to(streams, "va");
  const federation::PeerMessage message = MessageOf("cleveland", "va", kBytes);
  from.site.Send(message);
  for (int cut = 0; cut < kCuts; ++cut) {
    ASSERT_TRUE(Eventually([&] { return to.assembly.chunks() > to.brought_before; }));
    from.CutAfter(0);
    to.CutAfter(kUnhandled);
    ASSERT_TRUE(to.assembly.body().empty()) << "over before cut " << cut;
  }
  to.handles = true;
  to.CutAfter(0);
  ASSERT_TRUE(to.HasMessage()) << to.assembly.broken();
  EXPECT_TRUE(to.assembly.body() == message.body);
  EXPECT_EQ(from.site.sessions, 1);
  EXPECT_EQ(to.site.sessions, 1);
  const uint64_t again = streams.to_nodes.Total().body_bytes - kBytes;
  EXPECT_LE(again, (kCuts + 1) * federation::SessionLimits{}.most_kept);
}

TEST(SessionTest, TwoSitesThatSendToOneAnotherNeitherWaitForEverNorLoseAnything) {
  Streams streams;
  Reader a(streams, "cleveland");
  Reader b(streams, "va");
  const federation::PeerMessage there = MessageOf("cleveland", "va", kBytes);
  const federation::PeerMessage back = MessageOf("va", "cleveland", kBytes - 12345);
  a.site.Send(there);
  b.site.Send(back);
  for (int cut = 0; cut < kCuts; ++cut) {
    a.CutAfter(kUnhandled);
    b.CutAfter(kUnhandled);
    ASSERT_TRUE(a.assembly.body().empty() && b.assembly.body().empty()) << "cut " << cut;
  }
  a.handles = b.handles = true;
  a.CutAfter(0);
  b.CutAfter(0);
  ASSERT_TRUE(a.HasMessage()) << a.assembly.broken();
  ASSERT_TRUE(b.HasMessage()) << b.assembly.broken();
  EXPECT_TRUE(b.assembly.body() == there.body);
  EXPECT_TRUE(a.assembly.body() == back.body);
  EXPECT_EQ(a.site.sessions + b.site.sessions, 2);
}

TEST(SessionTest, WhatIsSaidWhileTheLinkIsDownArrivesByTheNext) {
  Streams streams;
  Reader from(streams, "cleveland");
  Reader to(streams, "va");
  to.handles = true;
  to.site.Cut();
  from.site.Send(MessageOf("cleveland", "va", 1000));
  from.site.Cut();
  from.site.Send(MessageOf("cleveland", "va", 0));  // another message
  v1::ToNode hold;
  hold.mutable_hold()->set_run("heart");
  streams.Find("va")->Send(hold);
  from.site.Attach();
  to.site.Attach();
  ASSERT_TRUE(Eventually([&] { return to.assembly.chunks() == 2; }));
  EXPECT_EQ(to.site.sessions, 1);
}

TEST(SessionTest, AnotherSiteCannotGoOnWithASession) {
  Streams streams;
  Reader honest(streams, "cleveland");
  Reader thief(streams, "va");
  const uint64_t number = honest.site.session;
  honest.site.Cut();
  v1::ToNode secret;
  secret.mutable_hold()->set_run("heart");
  streams.Find("cleveland")->Send(secret);
  thief.site.Cut();
  thief.site.session = number;
  thief.site.Attach();
  EXPECT_NE(thief.site.session, number);
  EXPECT_EQ(thief.site.sessions, 2);
  honest.site.Attach();
  EXPECT_EQ(honest.site.session, number);
  EXPECT_EQ(honest.site.sessions, 1);
}

TEST(SessionTest, ALaterStartOfTheProcessBeginsANewSession) {
  Streams streams;
  Reader node(streams, "cleveland");
  node.site.Cut();
  node.site.process = 2;
  node.site.Attach();
  EXPECT_EQ(node.site.sessions, 2);
}

TEST(SessionTest, ANodeThatBreaksTheProtocolLosesItsSession) {
  Streams streams;
  Reader node(streams, "cleveland");
  node.site.Send(MessageOf("va", "cleveland", 10));
  ASSERT_TRUE(Eventually([&] { return node.site.closed.load(); }));
  ASSERT_TRUE(Eventually([&] { return streams.Find("cleveland") == nullptr; }));
  node.site.Cut();
  node.site.Attach();
  EXPECT_EQ(node.site.sessions, 2);
}

}  // namespace
}  // namespace consilium::coordinator
