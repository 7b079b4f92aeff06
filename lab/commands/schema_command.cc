#include "base/command/work.h"
#include "lab/commands/commands.h"
#include "lab/commands/schema.h"

namespace consilium::commands {

void AddSchemaCommand(const Command& program, Invocation& invocation) {
  const Command schema = program.Add("schema", "The federation's catalogue of features");
  const auto [check, path] =
      AddWork<std::string>(schema, invocation, "check", "Check a schema and show what it holds",
                           "examples/heart/schema.toml", CheckSchema);
  check.Option("file", path, "Schema, TOML", {.required = true});
}

}  // namespace consilium::commands
