#ifndef CONSILIUM_CLIENT_CLI_RUN_PROGRESS_H_
#define CONSILIUM_CLIENT_CLI_RUN_PROGRESS_H_

#include <memory>
#include <ostream>

#include "client/api/federation.h"

namespace consilium::cli {

// How a run that goes on is shown.
class RunProgress {
 public:
  virtual ~RunProgress() = default;
  virtual void Show(const api::RunView& run) = 0;
};

// A bar for each site, redrawn in place. `out` must be a terminal.
std::unique_ptr<RunProgress> NewProgressBars(std::ostream& out);

// A line at each change of state and about twenty on the way.
std::unique_ptr<RunProgress> NewProgressLines(std::ostream& out);

// The whole status, a JSON value a line.
std::unique_ptr<RunProgress> NewProgressJson(std::ostream& out);

}  // namespace consilium::cli

#endif  // CONSILIUM_CLIENT_CLI_RUN_PROGRESS_H_
