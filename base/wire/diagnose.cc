#include "base/wire/diagnose.h"

#include "base/wire/channel.h"
#include "base/wire/credentials.h"
#include "base/wire/handshake.h"
#include "base/wire/tcp.h"

namespace consilium::wire {
namespace {

using Outcome = HandshakeReport::Outcome;

Status Refused(const std::string& target, const security::OwnCertificate& own,
               const std::string& detail) {
  return Unauthenticated(
      "{} refused our certificate {} (issued by \"{}\", valid to {}){}: its operator must check "
      "that "
      "its authority file is that authority's certificate and that its clock is right",
      target, security::ToUri(own.identity), own.certificate.issuer,
      FormatTime(own.certificate.not_after), detail.empty() ? "" : ", saying \"" + detail + "\"");
}

Status Explain(const HandshakeReport& report, const Probe& probe,
               const security::OwnCertificate& own) {
  switch (report.outcome) {
    case Outcome::kAccepted:
      return OkStatus();
    case Outcome::kNotTls:
      return Unavailable(
          "{} answers in plain text, expected TLS 1.3: another program listens there, or a proxy "
          "is "
          "in between; correct the address",
          probe.target);
    case Outcome::kOldTls:
      return Unavailable("{} speaks no TLS 1.3, which is required: update the program there",
                         probe.target);
    case Outcome::kNotGrpc:
      return Unavailable(
          "{} speaks TLS but not gRPC: another program listens there; correct the "
          "address",
          probe.target);
    case Outcome::kRefusedUs:
      return Refused(probe.target, own, report.detail);
    case Outcome::kClosed:
      return Unavailable(
          "{} closed the connection before the handshake{}: another program listens there, a proxy "
          "is in between, or the server is starting",
          probe.target, report.detail.empty() ? "" : " (" + report.detail + ")");
    case Outcome::kSilent:
      break;
  }
  return Unavailable(
      "{} accepts connections but did not answer within {:.0f} s: the server may be "
      "overloaded, or not a TLS server",
      probe.target, ToSeconds(probe.timeout));
}

// What is wrong with the certificate the server showed, if anything is.
Status VerifyServer(const security::Certificate& server, const Probe& probe,
                    const security::OwnCertificate& own, const std::string& host) {
  RETURN_IF_ERROR(security::VerifyChain(server, own.authority, SystemClock().Now()));
  RETURN_IF_ERROR(security::VerifyHost(server, host));
  security::ExpectedIdentity expected = probe.server;
  if (expected.federation.empty()) expected.federation = own.identity.federation;
  return security::VerifyIdentity(server, expected);
}

}  // namespace

Status Diagnose(const Probe& probe) {
  RETURN_IF_ERROR(RequireTls13());
  ASSIGN_OR_RETURN(const security::OwnCertificate own, security::CheckTlsFiles(probe.files));
  ASSIGN_OR_RETURN(const HostPort target, ParseTarget(probe.target));
  ASSIGN_OR_RETURN(const Socket socket, Socket::Connect(target, probe.timeout));
  const std::string host = probe.host.empty() ? target.host : probe.host;
  ASSIGN_OR_RETURN(const HandshakeReport report,
                   TryHandshake(socket, probe.files, host, probe.timeout));
  if (report.server) {
    const Status verified = VerifyServer(*report.server, probe, own, host);
    if (!verified.ok()) return Annotate(verified, "the server at " + probe.target);
  }
  return Explain(report, probe, own);
}

Status Explain(const Status& failed, const Probe& probe) {
  if (failed.code() != StatusCode::kUnavailable) return failed;
  const Status cause = Diagnose(probe);
  if (!cause.ok()) return cause;
  return Unavailable("the connection to {} broke, but it answers now ({}): try again", probe.target,
                     Message(failed));
}

}  // namespace consilium::wire
