#include <CLI/CLI.hpp>
#include <memory>

#include "lab/commands/commands.h"
#include "lab/commands/model.h"

namespace consilium::commands {
namespace {

struct ModelOptions {
  std::string file, state, run;
  ComposeOptions compose;
};

// Runs `work` and writes what it answers.
template <typename Work>
void OnCall(CLI::App* command, Invocation& invocation, Work work) {
  command->callback([work, &invocation] {
    invocation.action = [work, &invocation] { return Print(work(), invocation); };
  });
}

void AddShow(CLI::App& model, Invocation& invocation) {
  CLI::App* show = model.add_subcommand("show", "Show what a model's file holds");
  show->footer("Example:\n  consilium model show spring.model");
  auto options = std::make_shared<ModelOptions>();
  show->add_option("file", options->file, "Model")->required();
  OnCall(show, invocation, [options] { return ShowModel(options->file); });
}

void AddCompose(CLI::App& model, Invocation& invocation) {
  CLI::App* compose = model.add_subcommand("compose", "Put modules of several models into one");
  compose->footer(
      "Example:\n  consilium model compose all.model --from central.model "
      "--from 'north.model:encoder lactate,encoder ph'");
  auto options = std::make_shared<ModelOptions>();
  compose->add_option("out", options->compose.out, "Model to write")->required();
  compose
      ->add_option("--from", options->compose.from,
                   "FILE, or FILE:PATTERN,... for some of its modules")
      ->required();
  compose
      ->add_option("--overlap", options->compose.overlap,
                   "What to do with modules that several files give differently")
      ->check(CLI::IsMember({"refuse", "first", "mean"}));
  OnCall(compose, invocation, [options] { return ComposeModels(options->compose); });
}

void AddExport(CLI::App& model, Invocation& invocation) {
  CLI::App* command =
      model.add_subcommand("export", "Write a model out of a stopped node's state folder");
  command->footer(
      "Example:\n  consilium model export spring.model --state /var/lib/consilium --run "
      "icu-spring");
  auto options = std::make_shared<ModelOptions>();
  command->add_option("out", options->file, "Model to write")->required();
  command->add_option("--state", options->state, "The node's state folder")->required();
  command->add_option("--run", options->run, "Of this run; else the newest of all");
  OnCall(command, invocation,
         [options] { return ExportModel(options->state, options->run, options->file); });
}

void AddImport(CLI::App& model, Invocation& invocation) {
  CLI::App* command = model.add_subcommand(
      "import", "Store a model at a stopped node, which then starts from it and serves it");
  command->footer("Example:\n  consilium model import spring.model --state /var/lib/consilium");
  auto options = std::make_shared<ModelOptions>();
  command->add_option("file", options->file, "Model")->required();
  command->add_option("--state", options->state, "The node's state folder")->required();
  OnCall(command, invocation, [options] { return ImportModel(options->state, options->file); });
}

}  // namespace

void AddModelCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* model = app.add_subcommand("model", "Show, compose, export and import models");
  model->require_subcommand(1);
  AddShow(*model, invocation);
  AddCompose(*model, invocation);
  AddExport(*model, invocation);
  AddImport(*model, invocation);
}

}  // namespace consilium::commands
