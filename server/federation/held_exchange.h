#ifndef CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
#define CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_

#include <memory>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"

namespace consilium {

// As MakeExchange, but modules that no site has a weight for, such as frozen ones, stay out of the
// messages and as they are.
StatusOr<std::unique_ptr<Exchange<float>>> MakeHeldExchange(ExchangeOptions options);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_FEDERATION_HELD_EXCHANGE_H_
