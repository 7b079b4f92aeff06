#ifndef CONSILIUM_BASE_WIRE_SERVER_VERIFIER_H_
#define CONSILIUM_BASE_WIRE_SERVER_VERIFIER_H_

#include <memory>
#include <string>

#include "base/security/verify.h"

namespace grpc::experimental {
class CertificateVerifier;
}

namespace consilium::wire {

// Checks, after gRPC has verified the chain of a server's certificate, that the certificate names
// `host` (empty: the channel's target) and holds the expected identity.
std::shared_ptr<grpc::experimental::CertificateVerifier> NewServerVerifier(
    const security::ExpectedIdentity& expected, const std::string& host);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_SERVER_VERIFIER_H_
