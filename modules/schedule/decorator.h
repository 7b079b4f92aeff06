#ifndef CONSILIUM_MODULES_SCHEDULE_DECORATOR_H_
#define CONSILIUM_MODULES_SCHEDULE_DECORATOR_H_

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "modules/schedule/exchange.h"

namespace consilium::schedule {

// An exchange over another one: changes what is given to its rounds and what comes out of them, and
// leaves messages, deadlines and accounts to it. For the site's model x(t), as a deviation from one
// that all agree on, its local update u(t), and W what the inner exchange makes of all sites'
// vectors: Begin gets x + u, End gives x(t+1), and x(0) = 0.
template <typename Scalar>
class ExchangeDecorator : public Exchange<Scalar> {
 public:
  explicit ExchangeDecorator(std::unique_ptr<Exchange<Scalar>> inner) : inner_(std::move(inner)) {}

  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override {
    return inner_->Receive(from, message);
  }
  bool Complete() const override { return inner_->Complete(); }
  std::vector<int> Missing() const override { return inner_->Missing(); }
  std::vector<Outgoing> Deadline() override { return inner_->Deadline(); }
  schedule::Extras<Scalar> Extras() override { return inner_->Extras(); }

 protected:
  Exchange<Scalar>& inner() const { return *inner_; }

 private:
  const std::unique_ptr<Exchange<Scalar>> inner_;
};

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_DECORATOR_H_
