#ifndef CONSILIUM_TESTS_SERVER_COORDINATOR_STREAMS_H_
#define CONSILIUM_TESTS_SERVER_COORDINATOR_STREAMS_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/coordinator/attachment.h"
#include "server/coordinator/stream_bytes.h"
#include "server/coordinator/switchboard.h"
#include "server/federation/wire/carried.h"
#include "server/node/uplink_session.h"
#include "server/node/uplink_stream.h"
#include "tests/support/loopback.h"

namespace consilium::testing {

// The coordinator's streams over mutual TLS, forwarding from site to site and nothing else. Its
// sessions wait for their next stream for as long as it takes.
class Streams final : public coordinator::AttachmentEvents {
 public:
  Streams();
  ~Streams() override;

  // To the server, with a certificate for the site.
  std::shared_ptr<grpc::Channel> Dial(const std::string& site);
  std::shared_ptr<coordinator::Attachment> Find(const std::string& site) const {
    return switchboard_.Find(site);
  }

  federation::CarriedByLink from_nodes;
  federation::CarriedByLink to_nodes;
  coordinator::StreamBytes bytes;

 private:
  void Arrived(const std::shared_ptr<coordinator::NodeStream>& stream) override;
  void Said(const std::string& site, v1::FromNode message) override;
  void Sent(v1::PeerChunk& chunk, std::function<void()> resume) override;
  void Left(const std::shared_ptr<coordinator::NodeStream>& stream) override;

  Loopback::Services Serve();

  ThrowawayAuthority authority_;
  std::map<std::string, security::TlsFiles> files_;
  const Clock& clock_ = SystemClock();
  coordinator::Switchboard switchboard_;
  std::atomic<uint64_t> sessions_ = 0;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<Loopback> loopback_;
};

// A node of these: keeps its session from stream to stream. Messages are given to `received` on the
// reading thread; `bytes` are to be given to Handled.
class Site {
 public:
  using Received = std::function<void(v1::ToNode& message, size_t bytes)>;

  // Attached at once. Without `received`, nothing is handled.
  Site(Streams& streams, std::string name, Received received = {});
  ~Site();

  // As a process of its own, unless told otherwise, that goes on with its session.
  void Attach();
  // The stream is gone, with what is under way.
  void Cut();

  void Send(federation::PeerMessage message);
  void Send(v1::FromNode message);
  void Handled(size_t bytes) { stream_.load()->Handled(bytes); }
  const node::UplinkStream& stream() const { return *stream_; }

  uint64_t process = 1;
  std::atomic<uint64_t> session = 0;  // its number
  std::atomic<int> sessions = 0;      // that were begun
  std::atomic<bool> closed = false;   // the last stream, not by Cut

 private:
  void Take(v1::ToNode& message, size_t bytes);

  Streams& streams_;
  const std::string name_;
  const Received received_;
  std::unique_ptr<node::UplinkSession> session_ = node::UplinkSession::Make();
  std::unique_ptr<node::UplinkStream> owned_;
  std::atomic<node::UplinkStream*> stream_ = nullptr;
  std::atomic<bool> welcomed_ = false;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SERVER_COORDINATOR_STREAMS_H_
