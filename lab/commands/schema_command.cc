#include <CLI/CLI.hpp>
#include <memory>

#include "lab/commands/commands.h"
#include "lab/commands/schema.h"

namespace consilium::commands {

void AddSchemaCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* schema = app.add_subcommand("schema", "The federation's catalogue of features");
  schema->require_subcommand(1);
  CLI::App* check = schema->add_subcommand("check", "Check a schema and show what it holds");
  check->footer("Example:\n  consilium schema check examples/heart/schema.toml");
  auto path = std::make_shared<std::string>();
  check->add_option("file", *path, "Schema, TOML")->required();
  check->callback([path, &invocation] {
    invocation.action = [path, &invocation] { return Print(CheckSchema(*path), invocation); };
  });
}

}  // namespace consilium::commands
