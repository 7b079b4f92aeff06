#include "server/ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace consilium::ops {
namespace {

// The series, brought up to date before they are served.
class RefreshedSeries final : public prometheus::Collectable {
 public:
  prometheus::Registry& registry() { return registry_; }

  void BeforeServing(std::function<void()> refresh) {
    MutexLock lock(mutex_);
    refresh_ = std::move(refresh);
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    {
      MutexLock lock(mutex_);
      if (refresh_) refresh_();
    }
    return registry_.Collect();
  }

 private:
  prometheus::Registry registry_;
  mutable Mutex mutex_;
  std::function<void()> refresh_ GUARDED_BY(mutex_);
};

class ServedMetrics final : public Metrics {
 public:
  ServedMetrics(std::unique_ptr<prometheus::Exposer> exposer, std::string address)
      : series_(std::make_shared<RefreshedSeries>()),
        address_(std::move(address)),
        exposer_(std::move(exposer)) {
    exposer_->RegisterCollectable(series_);
  }

  const std::string& address() const override { return address_; }

  void Set(const std::string& name, const std::string& help, const Labels& labels,
           double value) override {
    MutexLock lock(mutex_);
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(series_->registry());
    prometheus::Gauge& gauge = family.Add(labels);
    gauge.Set(value);
    gauges_[{name, labels}] = {&family, &gauge};
  }

  void SetTotal(const std::string& name, const std::string& help, const Labels& labels,
                double value) override {
    MutexLock lock(mutex_);
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(series_->registry());
    prometheus::Counter& counter = family.Add(labels);
    counter.Increment(std::max(0.0, value - counter.Value()));
  }

  void Drop(const std::string& label, const std::string& value) override {
    MutexLock lock(mutex_);
    std::erase_if(gauges_, [&](const auto& series) {
      const Labels& labels = series.first.second;
      const auto found = labels.find(label);
      if (found == labels.end() || found->second != value) return false;
      series.second.family->Remove(series.second.gauge);
      return true;
    });
  }

  void BeforeServing(std::function<void()> refresh) override {
    series_->BeforeServing(std::move(refresh));
  }

 private:
  struct Member {
    prometheus::Family<prometheus::Gauge>* family;
    prometheus::Gauge* gauge;
  };
  const std::shared_ptr<RefreshedSeries> series_;
  const std::string address_;
  Mutex mutex_;
  std::map<std::pair<std::string, Labels>, Member> gauges_ GUARDED_BY(mutex_);
  const std::unique_ptr<prometheus::Exposer> exposer_;  // serves until it is gone
};

}  // namespace

StatusOr<std::unique_ptr<Metrics>> Metrics::Open(const std::string& address) {
  try {  // the library's constructor tells of a port that is taken by an exception
    auto exposer = std::make_unique<prometheus::Exposer>(address, /*num_threads=*/1);
    const std::string host = address.substr(0, address.rfind(':'));
    const std::vector<int> ports = exposer->GetListeningPorts();
    const std::string real = ports.empty() ? address : host + ":" + std::to_string(ports.front());
    return std::unique_ptr<Metrics>(std::make_unique<ServedMetrics>(std::move(exposer), real));
  } catch (const std::exception& error) {
    return Unavailable("metrics cannot be served on {}: {}; is the port taken?", address,
                       error.what());
  }
}

}  // namespace consilium::ops
