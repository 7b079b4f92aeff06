#include "client/cli/consult.h"

#include <cstdlib>
#include <memory>
#include <vector>

#include "client/api/consultation_client.h"
#include "client/cli/answers.h"
#include "client/cli/consult_dialogue.h"
#include "client/cli/consult_script.h"
#include "client/cli/consult_view.h"

namespace consilium::cli {
namespace {

// https://no-color.org: set and not empty, whatever its value.
bool ColourWelcome(const ConsultOptions& options) {
  const char* no_colour = std::getenv("NO_COLOR");
  return options.terminal && (no_colour == nullptr || *no_colour == '\0');
}

std::unique_ptr<ConsultView> ViewFor(const ConsultOptions& options,
                                     const api::Questionnaire& questionnaire, std::ostream& out) {
  if (options.json) return NewJsonView(questionnaire, out);
  return NewTextView(questionnaire, {.colour = ColourWelcome(options), .drawn = options.terminal},
                     out);
}

}  // namespace

Status Consult(const ConsultOptions& options, std::istream& in, std::ostream& out) {
  const bool scripted = !options.answers.empty();
  std::vector<ToldAnswer> answers;
  if (scripted) {
    ASSIGN_OR_RETURN(answers, LoadAnswers(options.answers));
  } else if (options.json) {
    return InvalidArgument("--json without --answers: give the answers in a file");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<api::ConsultationClient> client,
                   api::ConsultationClient::Create({options.node, options.files, options.host}));
  ASSIGN_OR_RETURN(const api::Questionnaire questionnaire, client->Describe());
  const std::unique_ptr<api::ConsultationChannel> channel = client->Consult();
  const std::unique_ptr<ConsultView> view = ViewFor(options, questionnaire, out);
  if (scripted) return RunScript(answers, options.suggestions, *channel, *view);
  return RunDialogue(questionnaire, options.suggestions, *channel, *view, in, out);
}

}  // namespace consilium::cli
