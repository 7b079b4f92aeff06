#include "server/node/uplink_session.h"

#include <optional>
#include <utility>

#include "base/mutex.h"
#include "proto/federation.pb.h"
#include "server/federation/wire/session_end.h"

namespace consilium::node {
namespace {

class Session final : public UplinkSession {
 public:
  void Send(v1::FromNode message) override {
    Change([&](auto& end) { end.Push(std::move(message)); });
  }
  void Send(federation::PeerMessage message) override {
    Change([&](auto& end) { end.Push(std::move(message)); });
  }
  void Say(v1::FromNode message) override {
    Change([&](auto& end) { end.Say(std::move(message)); });
  }

  Status Hear(const v1::ToNode& message) override {
    Status heard;
    Change([&](auto& end) { heard = end.Hear(message); });
    return heard;
  }

  uint64_t received() const override {
    MutexLock lock(mutex_);
    return end_->received();
  }

  void Begin() override {
    MutexLock lock(mutex_);
    end_.emplace();
  }

  Status Link(uint64_t received, bool keeps) override {
    Status linked;
    Change([&](auto& end) { linked = end.Link(received, keeps); });
    return linked;
  }

  void Open() override {
    MutexLock lock(mutex_);
    open_ = true;
  }

  void Close() override {
    {
      MutexLock lock(mutex_);
      open_ = false;
      end_->Unlink();
    }
    changed_.NotifyAll();
  }

  std::shared_ptr<const v1::FromNode> Take(bool& more) override {
    MutexLock lock(mutex_);
    while (open_ && !end_->HasNext()) {
      waiting_ = true;
      changed_.Wait(mutex_);
    }
    if (!open_) return nullptr;
    auto next = end_->Next();
    more = end_->HasNext();
    return next;
  }

 private:
  // `change` gets the end; wakes the writer if that gave it something to write.
  template <typename Function>
  void Change(Function change) {
    {
      MutexLock lock(mutex_);
      change(*end_);
      if (!waiting_ || !end_->HasNext()) return;
      waiting_ = false;
    }
    changed_.NotifyAll();
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::optional<federation::SessionEnd<v1::FromNode>> end_ GUARDED_BY(mutex_) =
      federation::SessionEnd<v1::FromNode>();
  bool open_ GUARDED_BY(mutex_) = false;     // a stream is there
  bool waiting_ GUARDED_BY(mutex_) = false;  // its writer does
};

}  // namespace

std::unique_ptr<UplinkSession> UplinkSession::Make() { return std::make_unique<Session>(); }

}  // namespace consilium::node
