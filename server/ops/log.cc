#include "server/ops/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "base/json.h"
#include "base/mutex.h"

namespace consilium::ops {
namespace {

constexpr size_t kFileBytes = 10 << 20;
constexpr size_t kFiles = 5;

std::atomic<LogFormat> g_format = LogFormat::kText;

spdlog::level::level_enum Level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view Word(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

std::shared_ptr<spdlog::logger> MakeLogger(spdlog::sink_ptr sink, LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("consilium", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(Level(level));
  logger->flush_on(spdlog::level::info);
  return logger;
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger =
      MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), LogLevel::kInfo);
  return logger;
}

// One event stays one event to a reader, whatever another party put into its message: further lines
// are indented, and nothing moves the terminal's cursor.
std::string Printable(std::string_view message) {
  std::string text;
  for (const char c : message) {
    if (c == '\n') {
      text += "\n    ";
    } else {
      text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
  }
  return text;
}

}  // namespace

Status SetUpLog(const LogOptions& options) {
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink =
          std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file, kFileBytes, kFiles);
    }
    Logger() = MakeLogger(std::move(sink), options.level);
  } catch (const spdlog::spdlog_ex& error) {
    return FailedPrecondition("cannot log to {}: {}; choose a file this user may write in [log]",
                              options.file, error.what());
  }
  g_format = options.format;
  return OkStatus();
}

bool IsLogged(LogLevel level) { return Logger()->should_log(Level(level)); }

void WriteLog(LogLevel level, std::string_view event, std::string_view message) {
  if (!IsLogged(level)) return;
  const std::string time = FormatTime(SystemClock().Now());
  std::string line;
  if (g_format == LogFormat::kText) {
    line = fmt::format("{} {:7} {}", time, Word(level), Printable(message));
  } else {
    const Json json = {
        {"time", time}, {"level", Word(level)}, {"event", event}, {"message", message}};
    line = json.Text();
  }
  Logger()->log(Level(level), spdlog::string_view_t(line.data(), line.size()));
}

void LogOnceAMinute(std::string_view event, std::string_view message) {
  message = message.substr(0, message.find(" {"));
  static Mutex mutex;
  static std::string last;
  static Time until;
  const Time now = SystemClock().Now();
  {
    MutexLock lock(mutex);
    if (message == last && now < until) return;
    last = message;
    until = now + Seconds(60);
  }
  WriteLog(LogLevel::kWarning, event, message);
}

}  // namespace consilium::ops
