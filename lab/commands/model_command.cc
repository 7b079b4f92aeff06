#include "base/command/work.h"
#include "lab/commands/commands.h"
#include "lab/commands/model.h"

namespace consilium::commands {
namespace {

struct ModelOptions {
  std::string file, state, run;
};

void AddShow(const Command& model, Invocation& invocation) {
  const auto [command, file] = AddWork<std::string>(
      model, invocation, "show", "Show what a model's file holds", "spring.model", ShowModel);
  command.Option("file", file, "Model", {.required = true});
}

void AddCompose(const Command& model, Invocation& invocation) {
  const auto [command, options] = AddWork<ComposeOptions>(
      model, invocation, "compose", "Put modules of several models into one",
      "all.model --from central.model --from 'north.model:encoder lactate,encoder ph'",
      ComposeModels);
  command.Option("out", &options->out, "Model to write", {.required = true});
  command.Option("--from", &options->from, "FILE, or FILE:PATTERN,... for some of its modules",
                 {.required = true});
  command.Option("--overlap", &options->overlap,
                 "What to do with modules that several files give differently",
                 {.words = {"refuse", "first", "mean"}});
}

void AddExport(const Command& model, Invocation& invocation) {
  const auto [command, options] = AddWork<ModelOptions>(
      model, invocation, "export", "Write a model out of a stopped node's state folder",
      "spring.model --state /var/lib/consilium --run icu-spring",
      [](const ModelOptions& given) { return ExportModel(given.state, given.run, given.file); });
  command.Option("out", &options->file, "Model to write", {.required = true});
  command.Option("--state", &options->state, "The node's state folder", {.required = true});
  command.Option("--run", &options->run, "Of this run; else the newest of all");
}

void AddImport(const Command& model, Invocation& invocation) {
  const auto [command, options] = AddWork<ModelOptions>(
      model, invocation, "import",
      "Store a model at a stopped node, which then starts from it and serves it",
      "spring.model --state /var/lib/consilium",
      [](const ModelOptions& given) { return ImportModel(given.state, given.file); });
  command.Option("file", &options->file, "Model", {.required = true});
  command.Option("--state", &options->state, "The node's state folder", {.required = true});
}

}  // namespace

void AddModelCommand(const Command& program, Invocation& invocation) {
  const Command model = program.Add("model", "Show, compose, export and import models");
  AddShow(model, invocation);
  AddCompose(model, invocation);
  AddExport(model, invocation);
  AddImport(model, invocation);
}

}  // namespace consilium::commands
