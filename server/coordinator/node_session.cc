#include "server/coordinator/node_session.h"

#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/wire/channel.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/session_end.h"

namespace consilium::coordinator {
namespace {

// What two streams hold unread, with a chunk that is just written: docs/formats/session.md.
static_assert(federation::SessionLimits{}.most_kept >=
              wire::kWindowBytes + 2 * federation::kLargestChunkBytes);

// Locks are taken in the order stream, session; nothing is called with the session's.
class Session final : public NodeSession, public std::enable_shared_from_this<Session> {
 public:
  Session(const NodeSessionOptions& options, const Clock& clock, const NodeHello& hello)
      : options_(options), clock_(clock), hello_(hello), heard_(clock.Now()) {}

  const NodeHello& hello() const override { return hello_; }

  void Send(v1::ToNode message) override {
    Change([&](auto& end) { end.Push(std::move(message)); });
  }
  void Send(federation::PeerMessage message) override {
    Change([&](auto& end) { end.Push(std::move(message)); });
  }
  void Beat(uint64_t sequence) override {
    v1::ToNode message;
    message.mutable_heartbeat()->set_sequence(sequence);
    Change([&](auto& end) {
      if (end.linked()) end.Say(std::move(message));
    });
  }

  void Forward(v1::PeerChunk& chunk, std::function<void()> resume) override {
    const size_t bytes = chunk.bytes().size();
    v1::ToNode message;
    message.mutable_peer()->Swap(&chunk);
    std::shared_ptr<NodeStream> stream;
    {
      MutexLock lock(mutex_);
      if (!ended_) {
        end_.Push(std::move(message), bytes);
        if (end_.HasNext()) stream = stream_;
        if (end_.bytes_waiting() >= options_.queue_bytes) {
          waiting_for_room_.push_back(std::exchange(resume, nullptr));
        }
      }
    }
    if (stream) stream->WriteOn();
    if (resume) resume();
  }

  bool Resume(const std::shared_ptr<NodeStream>& stream, v1::ToNode welcome) override {
    const NodeHello& hello = stream->hello();
    if (hello.site != hello_.site || hello.process != hello_.process ||
        hello.resumes != options_.number || !hello.keeps) {
      return false;
    }
    return Go(stream, hello.received, std::move(welcome));
  }

  // Links it; the stream that was there before is closed.
  bool Go(const std::shared_ptr<NodeStream>& stream, uint64_t received, v1::ToNode welcome) {
    stream->Carry(shared_from_this());
    std::shared_ptr<NodeStream> before;
    {
      MutexLock lock(mutex_);
      if (ended_) return false;
      end_.Unlink();
      if (!end_.Link(received, hello_.keeps).ok()) return false;
      before = std::exchange(stream_, stream);
      reading_ = false;
      heard_ = clock_.Now();
      if (hello_.keeps) {
        welcome.mutable_welcome()->mutable_resume()->set_session(options_.number);
        welcome.mutable_welcome()->mutable_resume()->set_received(end_.received());
      }
      end_.Say(std::move(welcome));
    }
    if (before) before->Close(Aborted("replaced by a later stream of {}", hello_.site));
    stream->WriteOn();
    ReadOn();
    return true;
  }

  void Break(const Status& why) override {
    if (const auto stream = Present()) stream->Close(why);
  }

  bool Lost(const NodeStream& stream) override {
    MutexLock lock(mutex_);
    if (stream_.get() != &stream) return false;
    stream_.reset();
    end_.Unlink();
    return true;
  }

  bool has_stream() const override { return Present() != nullptr; }

  bool closed() const override {
    MutexLock lock(mutex_);
    return ended_;
  }

  void Close(const Status& why) override {
    std::vector<std::function<void()>> waiting;
    {
      MutexLock lock(mutex_);
      if (std::exchange(ended_, true)) return;
      end_.Clear();
      waiting.swap(waiting_for_room_);
    }
    Break(why);
    for (const auto& resume : waiting) resume();
  }

  Time last_heard() const override {
    MutexLock lock(mutex_);
    return taking_ ? clock_.Now() : heard_;
  }

  StatusOr<bool> Take(const NodeStream& stream, const v1::FromNode& message) override {
    MutexLock lock(mutex_);
    if (stream_.get() != &stream || ended_) return false;
    heard_ = clock_.Now();
    RETURN_IF_ERROR(end_.Hear(message));
    if (message.has_heartbeat() || message.has_acknowledgement()) return true;
    taking_ = true;
    reading_ = false;
    return true;
  }

  void Taken() override {
    {
      MutexLock lock(mutex_);
      taking_ = false;
      heard_ = clock_.Now();
    }
    ReadOn();
  }

  std::shared_ptr<const v1::ToNode> Next(const NodeStream& stream, bool& more) override {
    MutexLock lock(mutex_);
    if (stream_.get() != &stream || !end_.HasNext()) return nullptr;
    auto next = end_.Next();
    more = end_.HasNext();
    return next;
  }

  void Written() override {
    std::vector<std::function<void()>> waiting;
    {
      MutexLock lock(mutex_);
      if (end_.bytes_waiting() < options_.queue_bytes / 2 + 1) waiting.swap(waiting_for_room_);
    }
    for (const auto& resume : waiting) resume();
  }

 private:
  std::shared_ptr<NodeStream> Present() const {
    MutexLock lock(mutex_);
    return stream_;
  }

  // Unless all has ended; then sees to it that what came of it is written.
  template <typename Function>
  void Change(Function change) {
    std::shared_ptr<NodeStream> stream;
    {
      MutexLock lock(mutex_);
      if (ended_) return;
      change(end_);
      if (end_.HasNext()) stream = stream_;
    }
    if (stream) stream->WriteOn();
  }

  // Has the present stream read a message of the session, unless it does already or the last one is
  // still being taken.
  void ReadOn() {
    std::shared_ptr<NodeStream> stream;
    {
      MutexLock lock(mutex_);
      if (taking_ || reading_ || !stream_) return;
      reading_ = true;
      stream = stream_;
    }
    stream->ReadOn();
  }

  // Constant.
  const NodeSessionOptions options_;
  const Clock& clock_;
  const NodeHello hello_;

  mutable Mutex mutex_;
  federation::SessionEnd<v1::ToNode> end_ GUARDED_BY(mutex_);
  std::shared_ptr<NodeStream> stream_ GUARDED_BY(mutex_);
  std::vector<std::function<void()>> waiting_for_room_ GUARDED_BY(mutex_);
  bool reading_ GUARDED_BY(mutex_) = false;  // the present stream is to read a message
  bool taking_ GUARDED_BY(mutex_) = false;   // one was read, and the next may not be yet
  bool ended_ GUARDED_BY(mutex_) = false;
  Time heard_ GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<NodeSession> NodeSession::Begin(const NodeSessionOptions& options,
                                                const Clock& clock,
                                                const std::shared_ptr<NodeStream>& stream,
                                                v1::ToNode welcome) {
  auto session = std::make_shared<Session>(options, clock, stream->hello());
  session->Go(stream, 0, std::move(welcome));
  return session;
}

}  // namespace consilium::coordinator
