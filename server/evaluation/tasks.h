#ifndef CONSILIUM_SERVER_EVALUATION_TASKS_H_
#define CONSILIUM_SERVER_EVALUATION_TASKS_H_

#include <functional>

#include "base/status.h"

namespace consilium {

// Calls task(0) .. task(count - 1) on up to `threads` threads; the error of the lowest index, if
// any. Tasks write to places of their own.
Status RunTasks(int threads, int count, const std::function<Status(int)>& task);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVALUATION_TASKS_H_
