#ifndef CONSILIUM_SERVER_OPS_METRICS_H_
#define CONSILIUM_SERVER_OPS_METRICS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/status.h"

namespace consilium::ops {

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

  // The same for what only ever grows. A smaller value than the last changes nothing.
  virtual void SetTotal(const std::string& name, const std::string& help, const Labels& labels,
                        double value) = 0;

  // Takes away all series of Set with this label; they may come back.
  virtual void Drop(const std::string& label, const std::string& value) = 0;

  // Called before the series are served, each time, on the serving thread: may Set and SetTotal.
  // Call it once.
  virtual void BeforeServing(std::function<void()> refresh) = 0;
};

}  // namespace consilium::ops

#endif  // CONSILIUM_SERVER_OPS_METRICS_H_
