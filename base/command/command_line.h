#ifndef CONSILIUM_BASE_COMMAND_COMMAND_LINE_H_
#define CONSILIUM_BASE_COMMAND_COMMAND_LINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/status.h"

namespace CLI {
class App;
}

// What may stand on a command line, and reading one. The library that does it is costly to compile
// and stays behind this header.
namespace consilium {

// Where an option's value goes; it holds the default and outlives the command line. A bool is a
// flag, without a value. An optional string's option may stand without a value, which is then "".
// A list takes all values that follow its name, and more where the name stands again.
using OptionTarget =
    std::variant<bool*, int*, uint32_t*, uint64_t*, double*, std::string*,
                 std::optional<std::string>*, std::vector<std::string>*, std::vector<uint64_t>*>;

struct Bounds {
  double least, most;  // both allowed
};

// What else holds for an option; a value that breaks a rule is a mistake on the command line.
struct OptionRules {
  bool required = false;
  bool show_default = false;            // in the help: what the target holds when it is declared
  std::vector<std::string> words = {};  // if any: nothing else may stand there
  std::optional<Bounds> within = {};    // of a number; whole ones unless it is a double
  std::function<Status(const std::string& given)> check = {};
  char delimiter = 0;      // between values of a list, which may then be one word: 1,2,3
  bool one_each = false;   // a list takes one value each time its name stands
  std::string type = {};   // what the help calls the value, such as FILE
  std::string group = {};  // the help's heading above it
};

// A command of the line. A handle: copies are the same command; valid as long as its CommandLine.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  // Adds a command below this one, which then needs one of those below it. `footer` ends the help.
  Command Add(const std::string& name, const std::string& what,
              const std::string& footer = "") const;

  // Declares "--name", or by a name without dashes what stands in that place of the line.
  void Option(const std::string& name, OptionTarget target, const std::string& what,
              const OptionRules& rules = {}) const;

  // Called once the line is read, if it names this command.
  void OnCall(std::function<void()> call) const;

  // The names from the program's to its own: "consilium pki init".
  std::string Path() const;

 private:
  CLI::App* app_;
};

struct Program {
  std::string name;
  std::string what;               // in a line
  std::string version;            // what --version writes
  bool options_anywhere = false;  // the program's own may also stand behind a command's name
};

class CommandLine {
 public:
  explicit CommandLine(const Program& program);
  ~CommandLine();

  Command program() const { return Command(*app_); }

  // Reads the line, sets the targets and calls what the named commands want called. False: help or
  // the version was asked for, and stands on standard output. Mistakes are kInvalidArgument.
  StatusOr<bool> Parse(int argc, char** argv);

  // What is wrong, after Parse gave `mistake`: names a missing or misspelt command as such, and
  // says which help to read.
  std::string Explain(const Status& mistake) const;

 private:
  std::unique_ptr<CLI::App> app_;
  const std::string version_;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_COMMAND_LINE_H_
