#include "base/command/work.h"
#include "lab/commands/cohort.h"
#include "lab/commands/commands.h"

namespace consilium::commands {
namespace {

void AddFiles(const Command& command, CohortFiles& files) {
  command.Option("--schema", &files.schema, "Schema, TOML", {.required = true});
  command.Option("--mapping", &files.mapping,
                 "Mapping of the site, TOML; default: the header has the schema's keys");
  command.Option("--csv", &files.csv, "The site's patients", {.required = true});
}

void AddHoldout(const Command& command, HoldoutChoice& holdout) {
  command.Option("--holdout", &holdout.share, "Share of the patients held out",
                 {.show_default = true});
  command.Option("--seed", &holdout.seed, "Seed of the split", {.show_default = true});
  command.Option("--outcome", &holdout.outcome,
                 "Outcome whose classes are spread evenly; default: the first");
}

struct CheckChoice {
  CohortFiles files;
  bool strict = false;
};

Status RunCheck(const CheckChoice& choice, Invocation& invocation) {
  ASSIGN_OR_RETURN(const CohortVerdict verdict, CheckCohort(choice.files));
  RETURN_IF_ERROR(Print(verdict.output, invocation));
  if (!choice.strict || verdict.findings == 0) return OkStatus();
  return InvalidArgument("{}: {} findings, expected none (--strict)", choice.files.csv,
                         verdict.findings);
}

void AddCheck(const Command& cohort, Invocation& invocation) {
  const auto [command, choice] = AddWork<CheckChoice>(
      cohort, invocation, "check", "Say what a site's file holds and what is wrong with it",
      "--schema examples/heart/schema.toml --mapping examples/heart/sites/va.toml --csv va.csv",
      RunCheck);
  AddFiles(command, choice->files);
  command.Option("--strict", &choice->strict, "Fail if anything is wrong");
}

void AddSplit(const Command& cohort, Invocation& invocation) {
  const auto [command, options] = AddWork<CohortSplit>(
      cohort, invocation, "split", "Write a site's patients to two files, held-out ones apart",
      "--schema heart.toml --mapping va.toml --csv va.csv --train train.csv --test test.csv",
      SplitCohort);
  AddFiles(command, options->files);
  AddHoldout(command, options->holdout);
  command.Option("--train", &options->train, "File to write", {.required = true});
  command.Option("--test", &options->test, "File to write: those held out", {.required = true});
}

void AddAnswers(const Command& cohort, Invocation& invocation) {
  const auto [command, options] = AddWork<CohortAnswers>(
      cohort, invocation, "answers", "Write one held-out patient's answers for consult --answers",
      "--schema heart.toml --mapping va.toml --csv va.csv --patient 3 --out answers.toml",
      AnswersOfPatient);
  AddFiles(command, options->files);
  AddHoldout(command, options->holdout);
  command.Option("--patient", &options->patient, "Which of those held out, from 1",
                 {.show_default = true});
  command.Option("--out", &options->out, "File to write as well");
}

void AddSynthesise(const Command& cohort, Invocation& invocation) {
  const auto [command, options] = AddWork<CohortSynthesis>(
      cohort, invocation, "synthesise", "Write patients who never lived, for demonstrations",
      "--schema examples/heart/schema.toml --mapping examples/heart/sites/va.toml --site va "
      "--out va.csv",
      SynthesiseCohort);
  command.Option("--schema", &options->schema, "Schema, TOML", {.required = true});
  command.Option("--mapping", &options->mapping,
                 "Mapping of the site, TOML; default: columns are the schema's keys");
  command.Option("--site", &options->site,
                 "cleveland, hungarian, switzerland or va; any other with --patients",
                 {.required = true});
  command.Option("--patients", &options->patients, "How many; default: as the real site");
  command.Option("--prevalence", &options->prevalence,
                 "Share of patients with another class than the first; default: as the real "
                 "site, else 0.4");
  command.Option("--missing", &options->missing,
                 "Share of patients without each feature, of a site that is not real",
                 {.show_default = true});
  command.Option("--seed", &options->seed, "Seed", {.show_default = true});
  command.Option("--out", &options->out, "CSV to write; what belongs beside it is written too",
                 {.required = true});
}

}  // namespace

void AddCohortCommand(const Command& program, Invocation& invocation) {
  const Command cohort = program.Add("cohort", "A site's patients: check, split, synthesise");
  AddCheck(cohort, invocation);
  AddSplit(cohort, invocation);
  AddAnswers(cohort, invocation);
  AddSynthesise(cohort, invocation);
}

}  // namespace consilium::commands
