#ifndef CONSILIUM_SERVER_OPS_METRICS_H_
#define CONSILIUM_SERVER_OPS_METRICS_H_

#include <map>
#include <memory>
#include <string>

#include "base/status.h"

namespace consilium {

// What a daemon tells a monitoring system: numbers with names and labels, served as text at
// http://ADDRESS/metrics in Prometheus' format; docs/operations.md lists them. Never a patient's
// value. Thread-safe.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  // `address` is HOST:PORT; port 0 means any.
  static StatusOr<std::unique_ptr<Metrics>> Open(const std::string& address);
  virtual ~Metrics() = default;

  virtual const std::string& address() const = 0;  // with the real port

  // The value of one series from now on. `help` says what the name means: the same at every call.
  // Names and labels are letters, digits and underscores.
  virtual void Set(const std::string& name, const std::string& help, const Labels& labels,
                   double value) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_OPS_METRICS_H_
