#ifndef CONSILIUM_TESTS_SUPPORT_PROCESS_H_
#define CONSILIUM_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace consilium::testing {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;  // beside what this process has

// A program that runs beside the test, with what it writes appended to two files. Killed on
// destruction.
class Process {
 public:
  Process(const Arguments& arguments, std::string out_file, std::string error_file,
          const Environment& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Sends a signal; does not wait.
  void Signal(int signal);

  // Waits for the end, at most so long. The exit code, 128 + the signal that ended it, or -1 if it
  // still runs.
  int Wait(double seconds);

  // The processor time it has used: so far, or in all once Wait has seen its end. What a test may
  // judge by, unlike the time that passes while others use the machine.
  double ProcessorSeconds() const;

  void Kill();  // SIGKILL, and waits
  bool running() const { return pid_ > 0; }
  std::string out() const;
  std::string errors() const;

 private:
  pid_t pid_ = -1;
  int code_ = -1;
  double processor_seconds_ = 0;  // of one that has ended
  const std::string out_file_;
  const std::string error_file_;
};

struct Finished {
  int code = -1;
  std::string out;
  std::string errors;
};

// Runs a program to its end; kills it after `seconds`, which gives code -1.
Finished RunToEnd(const Arguments& arguments, const std::string& folder, double seconds = 30,
                  const Environment& environment = {});

// Asks every few milliseconds until it is so; false after `seconds`.
bool Eventually(const std::function<bool()>& condition, double seconds = 30);

// Empty if there is none.
std::string FileText(const std::string& path);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_PROCESS_H_
