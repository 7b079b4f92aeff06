#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace consilium::testing {
namespace {

void Redirect(const std::string& path, int descriptor) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || dup2(file, descriptor) < 0) _exit(126);
}

std::vector<char*> Pointers(const Arguments& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Process::Process(const Arguments& arguments, std::string out_file, std::string error_file,
                 const Environment& environment)
    : out_file_(std::move(out_file)), error_file_(std::move(error_file)) {
  std::vector<char*> argv = Pointers(arguments);
  pid_ = fork();
  if (pid_ != 0) return;
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  Redirect("/dev/null", STDIN_FILENO);
  Redirect(out_file_, STDOUT_FILENO);
  Redirect(error_file_, STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

Process::~Process() { Kill(); }

void Process::Signal(int signal) {
  if (pid_ > 0) kill(pid_, signal);
}

int Process::Wait(double seconds) {
  Eventually(
      [this] {
        int status = 0;
        rusage used = {};
        if (pid_ <= 0 || wait4(pid_, &status, WNOHANG, &used) != pid_) return pid_ <= 0;
        processor_seconds_ = SecondsOf(used.ru_utime) + SecondsOf(used.ru_stime);
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        pid_ = -1;
        return true;
      },
      seconds);
  return pid_ > 0 ? -1 : code_;
}

double Process::ProcessorSeconds() const {
  if (pid_ <= 0) return processor_seconds_;
  // The name in the second field may hold blanks: what follows it begins with the third.
  const std::string stat = FileText("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void Process::Kill() {
  if (pid_ <= 0) return;
  Signal(SIGKILL);
  Wait(10);
}

std::string Process::out() const { return FileText(out_file_); }
std::string Process::errors() const { return FileText(error_file_); }

Finished RunToEnd(const Arguments& arguments, const std::string& folder, double seconds,
                  const Environment& environment) {
  static int calls = 0;
  const std::string files = folder + "/call-" + std::to_string(++calls);
  Process process(arguments, files + ".out", files + ".err", environment);
  const int code = process.Wait(seconds);
  process.Kill();
  return {.code = code, .out = process.out(), .errors = process.errors()};
}

bool Eventually(const std::function<bool()>& condition, double seconds) {
  const auto latest = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > latest) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace consilium::testing
