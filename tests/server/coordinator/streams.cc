#include "tests/server/coordinator/streams.h"

#include <utility>

#include "gtest/gtest.h"
#include "proto/federation.grpc.pb.h"
#include "server/coordinator/federation_service.h"
#include "server/coordinator/node_session.h"
#include "tests/support/process.h"

namespace consilium::testing {
namespace {

v1::ToNode Welcome() {
  v1::ToNode welcome;
  welcome.mutable_welcome()->set_version(v1::PROTOCOL_VERSION_1);
  return welcome;
}

}  // namespace

Streams::Streams()
    : loopback_(std::make_unique<Loopback>(
          authority_.Issue(security::Role::kCoordinator, "coordinator"), Serve())) {}

Streams::~Streams() {
  loopback_.reset();
  for (const auto& [site, attachment] : switchboard_.All()) attachment->Close(OkStatus());
}

Loopback::Services Streams::Serve() {
  service_ = coordinator::NewFederationService(
      {.from_nodes = &from_nodes, .to_nodes = &to_nodes, .bytes = &bytes}, *this);
  return [this](grpc::ServerBuilder& builder) { builder.RegisterService(service_.get()); };
}

std::shared_ptr<grpc::Channel> Streams::Dial(const std::string& site) {
  if (!files_.contains(site)) files_[site] = authority_.Issue(security::Role::kNode, site);
  return loopback_->Open(files_[site], security::Role::kCoordinator);
}

void Streams::Arrived(const std::shared_ptr<coordinator::NodeStream>& stream) {
  const std::string& site = stream->hello().site;
  const auto before = switchboard_.Find(site);
  if (before && before->Resume(stream, Welcome())) return;
  const auto session =
      coordinator::NodeSession::Begin({.number = ++sessions_}, clock_, stream, Welcome());
  switchboard_.Connect(site, session);
  if (before) before->Close(Aborted("replaced"));
}

void Streams::Said(const std::string&, v1::FromNode) {}

void Streams::Sent(v1::PeerChunk& chunk, std::function<void()> resume) {
  if (const auto target = switchboard_.Find(chunk.to())) {
    target->Forward(chunk, std::move(resume));
  } else {
    resume();
  }
}

void Streams::Left(const std::shared_ptr<coordinator::NodeStream>& stream) {
  const auto attachment = switchboard_.Find(stream->hello().site);
  if (!attachment || !attachment->Lost(*stream) || !attachment->closed()) return;
  switchboard_.Disconnect(stream->hello().site, *attachment);
}

Site::Site(Streams& streams, std::string name, Received received)
    : streams_(streams), name_(std::move(name)), received_(std::move(received)) {
  Attach();
}

Site::~Site() { Cut(); }

void Site::Attach() {
  welcomed_ = closed = false;
  owned_ = node::UplinkStream::Open(
      streams_.Dial(name_), *session_,
      {.received = [this](v1::ToNode&& message, size_t bytes) { Take(message, bytes); },
       .closed = [this](const Status&) { closed = true; }});
  stream_ = owned_.get();
  v1::FromNode message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_version(v1::PROTOCOL_VERSION_1);
  hello.set_site(name_);
  hello.set_session(process);
  hello.mutable_resume()->set_session(session);
  hello.mutable_resume()->set_received(session_->received());
  session_->Say(std::move(message));
  ASSERT_TRUE(Eventually([&] { return welcomed_.load(); }));
}

void Site::Cut() { owned_.reset(); }

void Site::Take(v1::ToNode& message, size_t bytes) {
  if (!message.has_welcome()) {
    EXPECT_TRUE(session_->Hear(message).ok());
    if (received_) return received_(message, bytes);
    return;
  }
  const v1::Resumption& resume = message.welcome().resume();
  const bool same = session == resume.session();
  if (!same) {
    session_->Begin();
    session = resume.session();
    ++sessions;
  }
  EXPECT_TRUE(session_->Link(same ? resume.received() : 0, true).ok());
  welcomed_ = true;
}

void Site::Send(federation::PeerMessage message) { session_->Send(std::move(message)); }
void Site::Send(v1::FromNode message) { session_->Send(std::move(message)); }

}  // namespace consilium::testing
