#include "base/wire/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>

#include "base/wire/credentials.h"

namespace consilium::wire {
namespace {

constexpr int kInitialBackoffMilliseconds = 500;
constexpr int kConnectMilliseconds = 10'000;

int Milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

grpc::ChannelArguments Arguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestMessageBytes);
  arguments.SetMaxSendMessageSize(kLargestMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options.keepalive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Otherwise pings stop after two of them without data, and a dead link is never found.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kInitialBackoffMilliseconds);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMilliseconds);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Milliseconds(options.longest_backoff));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection has one credential
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, kFrameBytes);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);  // which widens windows to many mebibytes
  arguments.SetInt(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadBytes);
  return arguments;
}

bool IsPort(const std::string& text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoi(text) >= 1 && std::stoi(text) <= 65535;
}

}  // namespace

StatusOr<HostPort> ParseTarget(const std::string& target) {
  const size_t colon = target.rfind(':');
  HostPort parsed;
  if (colon != std::string::npos) {
    parsed.host = target.substr(0, colon);
    parsed.port = target.substr(colon + 1);
  }
  const bool bracketed =
      parsed.host.size() > 2 && parsed.host.front() == '[' && parsed.host.back() == ']';
  if (bracketed) parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  const bool ambiguous = !bracketed && parsed.host.find_first_of(":[]") != std::string::npos;
  if (parsed.host.empty() || ambiguous || !IsPort(parsed.port)) {
    return InvalidArgument(
        "address \"{}\": expected host:port, such as 127.0.0.1:7400 or [::1]:7400", target);
  }
  return parsed;
}

StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const std::string& target,
                                                     const security::TlsFiles& files,
                                                     const security::ExpectedIdentity& server,
                                                     const ChannelOptions& options) {
  ASSIGN_OR_RETURN(const HostPort parsed, ParseTarget(target));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ChannelCredentials> credentials,
      NewChannelCredentials(files, server, options.host.empty() ? parsed.host : options.host,
                            options.refresh));
  return grpc::CreateCustomChannel(target, credentials, Arguments(options));
}

}  // namespace consilium::wire
