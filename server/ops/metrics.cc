#include "server/ops/metrics.h"

#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <utility>

namespace consilium {
namespace {

class ServedMetrics final : public Metrics {
 public:
  ServedMetrics(std::unique_ptr<prometheus::Exposer> exposer, std::string address)
      : exposer_(std::move(exposer)),
        registry_(std::make_shared<prometheus::Registry>()),
        address_(std::move(address)) {
    exposer_->RegisterCollectable(registry_);
  }

  const std::string& address() const override { return address_; }

  void Set(const std::string& name, const std::string& help, const Labels& labels,
           double value) override {
    prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels).Set(value);
  }

 private:
  const std::unique_ptr<prometheus::Exposer> exposer_;
  const std::shared_ptr<prometheus::Registry> registry_;
  const std::string address_;
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

}  // namespace consilium
