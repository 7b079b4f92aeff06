#ifndef CONSILIUM_CLIENT_CLI_CONSULT_DIALOGUE_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_DIALOGUE_H_

#include <istream>
#include <ostream>

#include "base/status.h"
#include "client/api/consultation.h"
#include "client/cli/consult_view.h"

namespace consilium::cli {

// A consultation with a person: asks the question that helps most, takes what is typed (see
// TypingHelp), until "done", the end of `in`, or nothing left to ask.
Status RunDialogue(const api::Questionnaire& questionnaire, uint32_t suggestions,
                   api::ConsultationChannel& channel, ConsultView& view, std::istream& in,
                   std::ostream& out);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_DIALOGUE_H_
