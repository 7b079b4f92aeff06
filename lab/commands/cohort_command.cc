#include <CLI/CLI.hpp>
#include <memory>

#include "lab/commands/cohort.h"
#include "lab/commands/commands.h"

namespace consilium::commands {
namespace {

void AddFiles(CLI::App& command, CohortFiles& files) {
  command.add_option("--schema", files.schema, "Schema, TOML")->required();
  command.add_option("--mapping", files.mapping,
                     "Mapping of the site, TOML; default: the header has the schema's keys");
  command.add_option("--csv", files.csv, "The site's patients")->required();
}

void AddHoldout(CLI::App& command, HoldoutChoice& holdout) {
  command.add_option("--holdout", holdout.share, "Share of the patients held out")
      ->capture_default_str();
  command.add_option("--seed", holdout.seed, "Seed of the split")->capture_default_str();
  command.add_option("--outcome", holdout.outcome,
                     "Outcome whose classes are spread evenly; default: the first");
}

void AddCheck(CLI::App& cohort, Invocation& invocation) {
  CLI::App* command =
      cohort.add_subcommand("check", "Say what a site's file holds and what is wrong with it");
  command->footer(
      "Example:\n  consilium cohort check --schema examples/heart/schema.toml "
      "--mapping examples/heart/sites/va.toml --csv va.csv");
  auto files = std::make_shared<CohortFiles>();
  auto strict = std::make_shared<bool>(false);
  AddFiles(*command, *files);
  command->add_flag("--strict", *strict, "Fail if anything is wrong");
  command->callback([files, strict, &invocation] {
    invocation.action = [files, strict, &invocation]() -> Status {
      ASSIGN_OR_RETURN(const CohortVerdict verdict, CheckCohort(*files));
      RETURN_IF_ERROR(Print(verdict.output, invocation));
      if (!*strict || verdict.findings == 0) return OkStatus();
      return InvalidArgument("{}: {} findings, expected none (--strict)", files->csv,
                             verdict.findings);
    };
  });
}

// The subcommand's options live in an `Options`, its work is `run`.
template <typename Options>
std::pair<CLI::App*, Options*> Add(CLI::App& cohort, Invocation& invocation,
                                   const std::string& name, const std::string& what,
                                   const std::string& example,
                                   StatusOr<Output> (*run)(const Options&)) {
  CLI::App* command = cohort.add_subcommand(name, what);
  command->footer("Example:\n  consilium cohort " + name + " " + example);
  auto options = std::make_shared<Options>();
  command->callback([options, &invocation, run] {
    invocation.action = [options, &invocation, run] { return Print(run(*options), invocation); };
  });
  return {command, options.get()};
}

void AddSplit(CLI::App& cohort, Invocation& invocation) {
  const auto [command, options] = Add<CohortSplit>(
      cohort, invocation, "split", "Write a site's patients to two files, held-out ones apart",
      "--schema heart.toml --mapping va.toml --csv va.csv --train train.csv --test test.csv",
      SplitCohort);
  AddFiles(*command, options->files);
  AddHoldout(*command, options->holdout);
  command->add_option("--train", options->train, "File to write")->required();
  command->add_option("--test", options->test, "File to write: those held out")->required();
}

void AddAnswers(CLI::App& cohort, Invocation& invocation) {
  const auto [command, options] = Add<CohortAnswers>(
      cohort, invocation, "answers", "Write one held-out patient's answers for consult --answers",
      "--schema heart.toml --mapping va.toml --csv va.csv --patient 3 --out answers.toml",
      AnswersOfPatient);
  AddFiles(*command, options->files);
  AddHoldout(*command, options->holdout);
  command->add_option("--patient", options->patient, "Which of those held out, from 1")
      ->capture_default_str();
  command->add_option("--out", options->out, "File to write as well");
}

void AddSynthesise(CLI::App& cohort, Invocation& invocation) {
  const auto [command, options] = Add<CohortSynthesis>(
      cohort, invocation, "synthesise", "Write patients who never lived, for demonstrations",
      "--schema examples/heart/schema.toml --mapping examples/heart/sites/va.toml --site va "
      "--out va.csv",
      SynthesiseCohort);
  command->add_option("--schema", options->schema, "Schema, TOML")->required();
  command->add_option("--mapping", options->mapping,
                      "Mapping of the site, TOML; default: columns are the schema's keys");
  command
      ->add_option("--site", options->site,
                   "cleveland, hungarian, switzerland or va; any other with --patients")
      ->required();
  command->add_option("--patients", options->patients, "How many; default: as the real site");
  command->add_option("--prevalence", options->prevalence,
                      "Share of patients with another class than the first; default: as the real "
                      "site, else 0.4");
  command
      ->add_option("--missing", options->missing,
                   "Share of patients without each feature, of a site that is not real")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed")->capture_default_str();
  command->add_option("--out", options->out, "CSV to write; what belongs beside it is written too")
      ->required();
}

}  // namespace

void AddCohortCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* cohort = app.add_subcommand("cohort", "A site's patients: check, split, synthesise");
  cohort->require_subcommand(1);
  AddCheck(*cohort, invocation);
  AddSplit(*cohort, invocation);
  AddAnswers(*cohort, invocation);
  AddSynthesise(*cohort, invocation);
}

}  // namespace consilium::commands
