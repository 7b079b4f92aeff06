#include <openssl/conf.h>
#include <openssl/ssl.h>

#include <memory>

#include "base/security/handles.h"
#include "base/wire/credentials.h"

namespace consilium::wire {
namespace {

// gRPC 1.51 asks for TLS 1.2 or later and offers no setting, but OpenSSL applies `system_default`
// to every context made afterwards (SSL_CONF_cmd(3), config(5)), and an excluded protocol stays
// excluded whatever minimum is asked for later. The cipher string is Debian's.
constexpr std::string_view kPolicy =
    "consilium = modules\n"
    "[modules]\n"
    "ssl_conf = contexts\n"
    "[contexts]\n"
    "system_default = policy\n"
    "[policy]\n"
    "MinProtocol = TLSv1.3\n"
    "Protocol = -TLSv1, -TLSv1.1, -TLSv1.2\n"
    "CipherString = DEFAULT:@SECLEVEL=2\n";

Status ApplyPolicy() {
  // The machine's own configuration first, or OpenSSL would load it later, over this one.
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr);
  const std::unique_ptr<CONF, security::FreeWith<NCONF_free>> configuration(NCONF_new(nullptr));
  const security::BioHandle text = security::ReadingBio(kPolicy);
  long line = 0;
  if (!configuration || NCONF_load_bio(configuration.get(), text.get(), &line) != 1 ||
      CONF_modules_load(configuration.get(), "consilium", 0) != 1) {
    return security::LibraryError("requiring TLS 1.3");
  }
  const std::unique_ptr<SSL_CTX, security::FreeWith<SSL_CTX_free>> context(
      SSL_CTX_new(TLS_method()));
  if (!context || (SSL_CTX_get_options(context.get()) & SSL_OP_NO_TLSv1_2) == 0) {
    return FailedPrecondition("this OpenSSL does not let TLS 1.3 be required");
  }
  return OkStatus();
}

}  // namespace

Status RequireTls13() {
  static const Status& applied = *new Status(ApplyPolicy());
  return applied;
}

}  // namespace consilium::wire
