#ifndef CONSILIUM_CLIENT_CLI_CONSULT_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_H_

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>

#include "base/security/tls_files.h"
#include "base/status.h"

namespace consilium::cli {

struct ConsultOptions {
  std::string node;  // "host:port"
  security::TlsFiles files;
  std::string host;     // that the node's certificate must name; empty: the host in `node`
  std::string answers;  // path; empty: ask
  uint32_t suggestions = 3;
  bool json = false;
  bool terminal = false;  // `out` is one
};

// `consilium consult`: with a person at `in`, or with the answers of a file.
Status Consult(const ConsultOptions& options, std::istream& in, std::ostream& out);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_H_
