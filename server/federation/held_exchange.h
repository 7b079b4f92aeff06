#ifndef CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
#define CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_

#include <functional>
#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::federation {

using ExchangeMaker = std::function<StatusOr<std::unique_ptr<schedule::Exchange<float>>>(
    const schedule::ExchangeOptions&)>;

// The same without the modules that no site has a weight for; unchanged if it has one for none.
schedule::ExchangeOptions HeldOnly(schedule::ExchangeOptions options);

// As `make`, but modules that no site has a weight for, such as frozen ones, stay out of the
// messages and as they are.
StatusOr<std::unique_ptr<schedule::Exchange<float>>> MakeHeldExchange(
    schedule::ExchangeOptions options, const ExchangeMaker& make = schedule::MakeExchange<float>);

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
