#include "base/tasks.h"

#include <array>

#include "tests/support/matchers.h"

namespace consilium {
namespace {

using testing::IsOk;
using testing::StatusIs;

TEST(TasksTest, AllAreRunOnceWithoutAnError) {
  std::array<int, 20> runs{};
  EXPECT_THAT(RunTasks(3, 20,
                       [&](int i) {
                         ++runs[static_cast<size_t>(i)];
                         return OkStatus();
                       }),
              IsOk());
  for (const int run : runs) EXPECT_EQ(run, 1);
  EXPECT_THAT(RunTasks(3, 0, [](int) { return Internal("never"); }), IsOk());
}

TEST(TasksTest, TheErrorOfTheLowestIndexIsTold) {
  for (const int threads : {1, 2, 4}) {
    EXPECT_THAT(RunTasks(threads, 50,
                         [](int i) { return i < 7 ? OkStatus() : InvalidArgument("task {}", i); }),
                StatusIs(StatusCode::kInvalidArgument, "task 7"))
        << threads;
  }
}

TEST(TasksTest, AfterAnErrorNoFurtherTaskBegins) {
  int begun = 0;
  EXPECT_THAT(RunTasks(1, 50,
                       [&](int i) {
                         ++begun;
                         return i < 3 ? OkStatus() : Internal("stop");
                       }),
              StatusIs(StatusCode::kInternal, "stop"));
  EXPECT_EQ(begun, 4);
}

}  // namespace
}  // namespace consilium
