#ifndef CONSILIUM_MODULES_NN_PARALLEL_H_
#define CONSILIUM_MODULES_NN_PARALLEL_H_

#include <functional>

namespace consilium::nn {

// What the caller lends for computing. Pure code makes no threads of its own: it asks for tasks
// 0..width-1 to be run, perhaps at the same time. Results never depend on `width`.
struct Parallel {
  int width = 1;
  // Calls task(0) .. task(count - 1) and returns when all are done. Empty: one after the other.
  std::function<void(int count, const std::function<void(int)>& task)> run;

  void Run(int count, const std::function<void(int)>& task) const {
    if (run) return run(count, task);
    for (int i = 0; i < count; ++i) task(i);
  }
};

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_PARALLEL_H_
