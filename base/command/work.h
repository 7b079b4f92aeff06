#ifndef CONSILIUM_BASE_COMMAND_WORK_H_
#define CONSILIUM_BASE_COMMAND_WORK_H_

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/command/command.h"
#include "base/command/command_line.h"
#include "base/command/output.h"

namespace consilium {

// Makes `work` the invocation's action if the line names `command`.
void SetWork(const Command& command, Invocation& invocation,
             std::function<Status(Invocation&)> work);

// The same with options that live as long as the command line: `work` is called as
// work(const Options&, Invocation&) and returns a Status, or as work(const Options&) and returns a
// StatusOr<Output>, which is written. Returns the options, for the command to set.
template <typename Options, typename Work>
Options* SetWorkWith(const Command& command, Invocation& invocation, Work work) {
  auto options = std::make_shared<Options>();
  Options* const given = options.get();
  SetWork(command, invocation, [options = std::move(options), work](Invocation& called) -> Status {
    if constexpr (std::is_invocable_v<Work, const Options&, Invocation&>) {
      return work(*options, called);
    } else {
      return Print(work(*options), called);
    }
  });
  return given;
}

// Adds a command below `parent` with such work, and an example of its options to end its help.
template <typename Options, typename Work>
std::pair<Command, Options*> AddWork(const Command& parent, Invocation& invocation,
                                     const std::string& name, const std::string& what,
                                     const std::string& example, Work work) {
  const Command command =
      parent.Add(name, what, "Example:\n  " + parent.Path() + " " + name + " " + example);
  return {command, SetWorkWith<Options>(command, invocation, work)};
}

}  // namespace consilium

#endif  // CONSILIUM_BASE_COMMAND_WORK_H_
