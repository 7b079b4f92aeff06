#ifndef CONSILIUM_CLIENT_API_CONSULTATION_CLIENT_H_
#define CONSILIUM_CLIENT_API_CONSULTATION_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/security/tls_files.h"
#include "base/status.h"
#include "client/api/consultation.h"

namespace grpc {
class Channel;
}

namespace consilium::api {

struct ConsultationClientOptions {
  std::string target;        // "host:port" of a node
  security::TlsFiles files;  // a clinician's
  std::string host;          // that the node's certificate must name; empty: the host in `target`
  Duration timeout = Seconds(20);  // of Describe and Predict
};

// Asks a node for predictions, over mutual TLS. Calls block. Thread-safe; the channels it opens are
// not. Errors of the connection name their cause.
class ConsultationClient {
 public:
  // Checks the files; the network is not touched until the first call.
  static StatusOr<std::unique_ptr<ConsultationClient>> Create(
      const ConsultationClientOptions& options);
  // Over a channel that is open already. `options` serve to explain what fails.
  static std::unique_ptr<ConsultationClient> Over(std::shared_ptr<grpc::Channel> channel,
                                                  const ConsultationClientOptions& options);
  virtual ~ConsultationClient() = default;

  virtual StatusOr<Questionnaire> Describe() = 0;

  // Opens a stream; the consultation begins with the first act. The channel must not outlive the
  // client.
  virtual std::unique_ptr<ConsultationChannel> Consult() = 0;

  // One patient, all answers at once: acts of kind kObserve.
  virtual StatusOr<StepReply> Predict(const std::vector<Act>& answers, uint32_t suggestions) = 0;
};

}  // namespace consilium::api

#endif  // CONSILIUM_CLIENT_API_CONSULTATION_CLIENT_H_
