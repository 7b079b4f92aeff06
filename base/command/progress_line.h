#ifndef CONSILIUM_BASE_COMMAND_PROGRESS_LINE_H_
#define CONSILIUM_BASE_COMMAND_PROGRESS_LINE_H_

#include <mutex>
#include <string>
#include <string_view>

namespace consilium {

// A bar on standard error, redrawn in place; nothing where that is no terminal. Thread-safe.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { Clear(); }

  void Show(std::string_view what, int done, int all);
  void Clear();

 private:
  const bool terminal_;
  std::mutex mutex_;
  bool shown_ = false;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_PROGRESS_LINE_H_
