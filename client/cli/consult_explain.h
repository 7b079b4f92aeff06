#ifndef CONSILIUM_CLIENT_CLI_CONSULT_EXPLAIN_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_EXPLAIN_H_

#include <map>
#include <ostream>
#include <string>

#include "client/api/consultation.h"
#include "client/cli/consult_view.h"

// What a consultation says of its own predictions, for people.
namespace consilium::cli {

// By outcome: what each answer did to its odds. `told` has the answers as people read them, by
// feature. Nothing if there is no effect.
void PrintEffects(const api::Questionnaire& questionnaire, const api::StepReply& reply,
                  const std::map<std::string, std::string>& told, TextStyle style,
                  std::ostream& out);

// What is expected of the answers not given, at most `most` of them.
void PrintExpected(const api::Questionnaire& questionnaire, const api::StepReply& reply,
                   size_t most, std::ostream& out);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_EXPLAIN_H_
