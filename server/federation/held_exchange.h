#ifndef CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
#define CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_

#include <functional>
#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"

namespace consilium {

using ExchangeMaker =
    std::function<StatusOr<std::unique_ptr<Exchange<float>>>(const ExchangeOptions&)>;

// The same without the modules that no site has a weight for; unchanged if it has one for none.
ExchangeOptions HeldOnly(ExchangeOptions options);

// As `make`, but modules that no site has a weight for, such as frozen ones, stay out of the
// messages and as they are.
StatusOr<std::unique_ptr<Exchange<float>>> MakeHeldExchange(
    ExchangeOptions options, const ExchangeMaker& make = MakeExchange<float>);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
