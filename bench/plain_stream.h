#ifndef CONSILIUM_BENCH_PLAIN_STREAM_H_
#define CONSILIUM_BENCH_PLAIN_STREAM_H_

#include <cstddef>
#include <memory>
#include <string>

#include "base/security/tls_files.h"
#include "base/status.h"

namespace grpc {
class Service;
}

namespace consilium::bench {

// What a federation's streams are measured against: chunks of the same size on streams of the same
// service, transport and certificates, sent back as they come and looked at by nobody.
std::unique_ptr<grpc::Service> NewPlainStreamService();

// Sends `bytes` `rounds` times in chunks, and reads until all of them are back.
Status StreamPlainly(const std::string& target, const security::TlsFiles& files, size_t bytes,
                     int rounds);

}  // namespace consilium::bench

#endif  // CONSILIUM_BENCH_PLAIN_STREAM_H_
