#ifndef CONSILIUM_BASE_WIRE_CALLER_H_
#define CONSILIUM_BASE_WIRE_CALLER_H_

#include "base/security/certificate.h"
#include "base/security/identity.h"
#include "base/status.h"

namespace grpc {
class AuthContext;
class ServerContextBase;
}  // namespace grpc

namespace consilium::wire {

// Who makes this call, from the certificate of the connection; fails unless it has exactly one
// identity. grpc::CallbackServerContext and grpc::ServerContext are both ServerContextBase.
StatusOr<security::Identity> CallerIdentity(const grpc::ServerContextBase& context);
StatusOr<security::Identity> CallerIdentity(const grpc::AuthContext& context);

// The certificate itself, for what its holder may want to know, such as when it expires.
StatusOr<security::Certificate> CallerCertificate(const grpc::ServerContextBase& context);

}  // namespace consilium::wire

#endif  // CONSILIUM_BASE_WIRE_CALLER_H_
