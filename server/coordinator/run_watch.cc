#include "server/coordinator/run_watch.h"

#include <grpcpp/grpcpp.h>

#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/wire/status.h"
#include "proto/administration.grpc.pb.h"

namespace consilium::coordinator {
namespace {

class Watch final : public RunWatch, public grpc::ServerWriteReactor<v1::RunStatus> {
 public:
  void Hold(std::shared_ptr<Watch> self) { self_ = std::move(self); }

  grpc::ServerWriteReactor<v1::RunStatus>* reactor() override { return this; }

  void Changed(const v1::RunStatus& status, bool last) override {
    MutexLock lock(mutex_);
    if (finished_) return;
    newest_ = status;
    last_ = last;
    Go();
  }

  bool gone() const override {
    MutexLock lock(mutex_);
    return finished_;
  }

  void Refuse(const Status& why) override { End(why); }
  void OnCancel() override { End(Cancelled("the watcher left")); }
  void OnDone() override { self_.reset(); }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(Cancelled("the watcher left"));
    MutexLock lock(mutex_);
    writing_ = false;
    if (!finished_) Go();
  }

 private:
  void Go() REQUIRES(mutex_) {
    if (writing_) return;
    if (newest_) {
      writing_ = true;
      outbound_ = *std::exchange(newest_, std::nullopt);
      StartWrite(&outbound_);
    } else if (last_) {
      finished_ = true;
      Finish(grpc::Status::OK);
    }
  }

  void End(const Status& why) {
    MutexLock lock(mutex_);
    if (std::exchange(finished_, true)) return;
    Finish(wire::ToGrpc(why));
  }

  std::shared_ptr<Watch> self_;

  mutable Mutex mutex_;
  std::optional<v1::RunStatus> newest_ GUARDED_BY(mutex_);  // not yet written
  v1::RunStatus outbound_ GUARDED_BY(mutex_);
  bool last_ GUARDED_BY(mutex_) = false;
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::shared_ptr<RunWatch> RunWatch::Begin() {
  auto watch = std::make_shared<Watch>();
  watch->Hold(watch);
  return watch;
}

}  // namespace consilium::coordinator
