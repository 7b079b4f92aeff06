#include "base/command/progress_line.h"

#include <unistd.h>

#include <utility>

#include "fmt/format.h"

namespace consilium {
namespace {

constexpr int kBarWidth = 24;

void Write(const std::string& text) {
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::Show(std::string_view what, int done, int all) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i * all < kBarWidth * done ? "█" : "░";
  Write(fmt::format("\r\x1b[2K{} {}/{}  {}", bar, done, all, what));
  shown_ = true;
}

void ProgressLine::Clear() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(shown_, false)) Write("\r\x1b[2K");
}

}  // namespace consilium
