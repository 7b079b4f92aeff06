#ifndef CONSILIUM_SERVER_OPS_LOG_H_
#define CONSILIUM_SERVER_OPS_LOG_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"

// The daemons' log: one line for each event, for people or as JSON. Never a patient's value: what
// is logged is about sites, runs, files and connections.
namespace consilium::ops {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

struct LogOptions {
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kInfo;
  std::string file;  // empty: standard error. Kept to five files of 10 MiB.
};

// Call before any thread logs. Before that, lines go to standard error as text.
Status SetUpLog(const LogOptions& options);

bool IsLogged(LogLevel level);
// Thread-safe. `event` is stable, for machines: "site-attached".
void WriteLog(LogLevel level, std::string_view event, std::string_view message);

// A warning, unless the last one given here within a minute was the same up to " {", where gRPC's
// details begin, which never repeat. Only that much is logged. Thread-safe.
void LogOnceAMinute(std::string_view event, std::string_view message);

template <typename... Args>
void LogDebug(std::string_view event, fmt::format_string<Args...> format, Args&&... args) {
  if (!IsLogged(LogLevel::kDebug)) return;
  WriteLog(LogLevel::kDebug, event, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogInfo(std::string_view event, fmt::format_string<Args...> format, Args&&... args) {
  if (!IsLogged(LogLevel::kInfo)) return;
  WriteLog(LogLevel::kInfo, event, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogWarning(std::string_view event, fmt::format_string<Args...> format, Args&&... args) {
  WriteLog(LogLevel::kWarning, event, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogError(std::string_view event, fmt::format_string<Args...> format, Args&&... args) {
  WriteLog(LogLevel::kError, event, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_LOG_H_
