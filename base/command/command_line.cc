#include "base/command/command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "base/toml.h"
#include "fmt/ranges.h"

namespace consilium {
namespace {

CLI::Option* Declare(CLI::App& app, const std::string& name, bool* flag, const std::string& what) {
  return app.add_flag(name, *flag, what);
}

CLI::Option* Declare(CLI::App& app, const std::string& name, std::optional<std::string>* value,
                     const std::string& what) {
  const std::function<void(const std::string&)> keep = [value](const std::string& given) {
    *value = given;
  };
  return app.add_option_function(name, keep, what)->expected(0, 1);
}

template <typename Value>
CLI::Option* Declare(CLI::App& app, const std::string& name, Value* value,
                     const std::string& what) {
  return app.add_option(name, *value, what);
}

CLI::Validator Within(const Bounds& bounds, bool whole) {
  if (!whole) return CLI::Range(bounds.least, bounds.most);
  return CLI::Range(static_cast<int>(bounds.least), static_cast<int>(bounds.most));
}

CLI::Validator Checked(const std::function<Status(const std::string&)>& check) {
  return CLI::Validator(
      [check](std::string& given) {
        const Status status = check(given);
        return status.ok() ? "" : std::string(Message(status));
      },
      "");
}

// The command that the line names, or as far as it got.
const CLI::App& NamedCommand(const CLI::App& program) {
  const CLI::App* command = &program;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

std::string PathOf(const CLI::App& command) {
  std::string path = command.get_name();
  for (const CLI::App* up = command.get_parent(); up != nullptr; up = up->get_parent()) {
    path = up->get_name() + " " + path;
  }
  return path;
}

}  // namespace

Command Command::Add(const std::string& name, const std::string& what,
                     const std::string& footer) const {
  app_->require_subcommand(1);
  CLI::App* const command = app_->add_subcommand(name, what);
  command->footer(footer);
  return Command(*command);
}

void Command::Option(const std::string& name, OptionTarget target, const std::string& what,
                     const OptionRules& rules) const {
  CLI::Option* const option =
      std::visit([&](auto* value) { return Declare(*app_, name, value, what); }, target);
  if (rules.required) option->required();
  if (rules.show_default) option->capture_default_str();
  if (!rules.words.empty()) option->check(CLI::IsMember(rules.words));
  if (rules.within) {
    option->check(Within(*rules.within, !std::holds_alternative<double*>(target)));
  }
  if (rules.check) option->check(Checked(rules.check));
  if (rules.delimiter != 0) option->delimiter(rules.delimiter);
  if (rules.one_each) option->allow_extra_args(false);
  if (!rules.type.empty()) option->type_name(rules.type);
  if (!rules.group.empty()) option->group(rules.group);
}

void Command::OnCall(std::function<void()> call) const { app_->callback(std::move(call)); }

std::string Command::Path() const { return PathOf(*app_); }

CommandLine::CommandLine(const Program& program)
    : app_(std::make_unique<CLI::App>(program.what, program.name)), version_(program.version) {
  app_->fallthrough(program.options_anywhere);
}

CommandLine::~CommandLine() = default;

StatusOr<bool> CommandLine::Parse(int argc, char** argv) {
  app_->set_version_flag("--version", version_);  // in the help behind the program's own options
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return InvalidArgument("{}", error.what());
    app_->exit(error);
    return false;
  }
  return true;
}

// CLI11 tells a misspelt command as a missing one.
std::string CommandLine::Explain(const Status& mistake) const {
  const CLI::App& command = NamedCommand(*app_);
  const std::string path = PathOf(command);
  std::vector<std::string> known;
  for (const CLI::App* each : command.get_subcommands({})) known.push_back(each->get_name());
  const std::vector<std::string> left = app_->remaining(true);
  std::string what(Message(mistake));
  if (!known.empty() && left.empty()) {
    what = fmt::format("'{}' needs a command: {}", path, fmt::join(known, ", "));
  } else if (!known.empty() && !left.front().starts_with('-')) {
    what = fmt::format("'{}' has no command '{}'{}", path, left.front(),
                       Suggestion(left.front(), known));
  }
  return fmt::format("{}; see {} --help", what, path);
}

}  // namespace consilium
