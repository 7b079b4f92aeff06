#ifndef CONSILIUM_BASE_TASKS_H_
#define CONSILIUM_BASE_TASKS_H_

#include <functional>

#include "base/status.h"
#include "base/workers.h"

namespace consilium {

// Calls task(0) .. task(count - 1), some at the same time; the error of the lowest index, if any.
// After an error no further task begins. Tasks write to places of their own.
Status RunTasks(Workers& workers, int count, const std::function<Status(int)>& task);

// The same on up to `threads` threads made for it.
Status RunTasks(int threads, int count, const std::function<Status(int)>& task);

}  // namespace consilium

#endif  // CONSILIUM_BASE_TASKS_H_
