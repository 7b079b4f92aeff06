#ifndef CONSILIUM_SERVER_NODE_UPLINK_H_
#define CONSILIUM_SERVER_NODE_UPLINK_H_

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/status.h"
#include "server/federation/messages.h"
#include "server/node/backoff.h"
#include "server/ops/event_loop.h"

namespace consilium::v1 {
class FromNode;
class ToNode;
}  // namespace consilium::v1

namespace consilium::node {

class UplinkSession;
class UplinkStream;

struct UplinkOptions {
  std::string coordinator;       // HOST:PORT
  std::string coordinator_name;  // in its certificate, if not HOST
  security::TlsFiles tls;
  std::string site;
  uint32_t schema_version = 0;
  std::string schema_digest;  // 32 bytes
  Duration longest_backoff = Seconds(20);
};

// Keeps this node attached to the coordinator: dials, says Hello, sends heartbeats, notices
// silence, and dials again after a growing pause. A stream that is lost and found again in time is
// nobody's business: what was said in between, or had not arrived, is said by the next one. All
// functions, and the listener's, run on the loop.
class Uplink {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnAttached() = 0;
    virtual void OnDetached() = 0;
    virtual void OnMessage(v1::ToNode& message) = 0;
    // How long a lost stream may take to be found again.
    virtual Duration Grace() = 0;
  };

  // All references must outlive this object, and the loop must have stopped before it is destroyed.
  Uplink(UplinkOptions options, ops::EventLoop& loop, const Clock& clock, Listener& listener);
  ~Uplink();

  void Dial();

  // Lost while not attached: the protocol begins anew then.
  void Send(v1::FromNode message);
  void Send(federation::PeerMessage message);

  bool attached() const { return attached_; }

  void Tick();
  std::optional<Time> NextDeadline() const;

 private:
  void Received(uint64_t attempt, v1::ToNode& message);
  void Meet(const v1::ToNode& message);
  bool GoesOn(const v1::ToNode& welcome);
  void Closed(uint64_t attempt, const Status& why);
  void Retry(const Status& why);
  void Detach();
  void Explain(const Status& why);
  void Beat();

  const UplinkOptions options_;
  ops::EventLoop& loop_;
  const Clock& clock_;
  Listener& listener_;
  const uint64_t process_;  // higher than that of any earlier start

  Backoff backoff_;
  std::unique_ptr<ops::EventLoop> diagnosis_;  // looks for the cause of failures meanwhile
  std::unique_ptr<UplinkSession> session_;
  uint64_t session_number_ = 0;  // 0: none that can be gone on with
  std::unique_ptr<UplinkStream> stream_;
  uint64_t attempt_ = 0;
  bool welcomed_ = false;        // the stream is
  bool attached_ = false;        // there is a session
  std::optional<Time> give_up_;  // the session, if no stream is welcomed before
  std::string said_;             // about why it is not attached, to say it once
  Duration heartbeat_ = Seconds(5);
  uint64_t beats_ = 0;
  Time heard_;                    // the last message
  std::optional<Time> deadline_;  // to dial, beat, or give up on an answer
};

}  // namespace consilium::node

#endif  // CONSILIUM_SERVER_NODE_UPLINK_H_
