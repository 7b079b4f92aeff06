#ifndef CONSILIUM_CLIENT_CLI_CONSULT_SCRIPT_H_
#define CONSILIUM_CLIENT_CLI_CONSULT_SCRIPT_H_

#include <vector>

#include "base/status.h"
#include "client/api/consultation.h"
#include "client/cli/answers.h"
#include "client/cli/consult_view.h"

namespace consilium::cli {

// A consultation in which the answers are known beforehand: gives them in order. An answer that is
// not taken is shown and skipped; at the end the error says how many there were.
Status RunScript(const std::vector<ToldAnswer>& answers, uint32_t suggestions,
                 api::ConsultationChannel& channel, ConsultView& view);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_CONSULT_SCRIPT_H_
