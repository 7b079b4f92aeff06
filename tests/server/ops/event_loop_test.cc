#include "server/ops/event_loop.h"

#include <atomic>
#include <future>
#include <thread>

#include "gtest/gtest.h"

namespace consilium::ops {
namespace {

TEST(EventLoopTest, RunsTasksInTheOrderOfPosting) {
  EventLoop loop(SystemClock());
  std::vector<int> order;
  std::promise<void> done;
  for (int i = 0; i < 100; ++i) loop.Post([&order, i] { order.push_back(i); });
  loop.Post([&done] { done.set_value(); });
  loop.Start();
  done.get_future().wait();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(EventLoopTest, ATaskMayPostAnother) {
  EventLoop loop(SystemClock());
  std::promise<void> done;
  loop.Start();
  loop.Post([&] { loop.Post([&done] { done.set_value(); }); });
  done.get_future().wait();
}

TEST(EventLoopTest, TicksWhenItsTimeHasComeAndNotAgainBeforeTheNext) {
  EventLoop loop(SystemClock());
  std::promise<void> ticked;
  std::optional<Time> next = SystemClock().Now() + Seconds(0.01);
  int ticks = 0;
  loop.Start({.next = [&next] { return next; },
              .tick =
                  [&] {
                    ++ticks;
                    next.reset();
                    ticked.set_value();
                  }});
  ticked.get_future().wait();
  loop.Stop();
  EXPECT_EQ(ticks, 1);
}

TEST(EventLoopTest, AfterStopTasksAreDestroyedUnrun) {
  EventLoop loop(SystemClock());
  loop.Start();
  loop.Stop();
  auto held = std::make_shared<int>(0);
  loop.Post([held] { FAIL() << "ran after Stop"; });
  EXPECT_EQ(held.use_count(), 1);
}

// Posts until a task is destroyed at once: then the loop has been told to stop.
void WaitUntilStopped(EventLoop& loop) {
  while (true) {
    const auto held = std::make_shared<int>(0);
    loop.Post([held] {});
    if (held.use_count() == 1) return;
    std::this_thread::yield();
  }
}

TEST(EventLoopTest, StopLetsTheTaskInHandFinishAndNoOther) {
  EventLoop loop(SystemClock());
  std::promise<void> begun;
  std::promise<void> go_on;
  std::atomic<int> finished = 0;
  loop.Post([&] {
    begun.set_value();
    go_on.get_future().wait();
    ++finished;
  });
  loop.Post([] { FAIL() << "ran after Stop"; });
  loop.Start();
  begun.get_future().wait();
  std::thread stopping([&] { loop.Stop(); });
  WaitUntilStopped(loop);
  go_on.set_value();
  stopping.join();
  EXPECT_EQ(finished, 1);
}

TEST(EventLoopTest, EveryStopReturnsOnceTheLoopStandsStill) {
  EventLoop loop(SystemClock());
  std::promise<void> begun;
  int finished = 0;  // not atomic: Stop orders
  loop.Post([&] {
    begun.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ++finished;
  });
  loop.Start();
  begun.get_future().wait();
  std::vector<std::thread> stopping;
  for (int t = 0; t < 4; ++t) {
    stopping.emplace_back([&] {
      loop.Stop();
      EXPECT_EQ(finished, 1);
    });
  }
  for (std::thread& thread : stopping) thread.join();
}

TEST(EventLoopTest, TakesTasksFromManyThreads) {
  EventLoop loop(SystemClock());
  loop.Start();
  int sum = 0;  // touched by the loop only
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) loop.Post([&sum] { ++sum; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::promise<int> result;
  loop.Post([&] { result.set_value(sum); });
  EXPECT_EQ(result.get_future().get(), 4000);
}

}  // namespace
}  // namespace consilium::ops
