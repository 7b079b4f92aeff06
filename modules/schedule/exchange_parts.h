#ifndef CONSILIUM_MODULES_SCHEDULE_EXCHANGE_PARTS_H_
#define CONSILIUM_MODULES_SCHEDULE_EXCHANGE_PARTS_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "modules/schedule/make_exchange.h"

// What MakeExchange is put together from: one function for each schedule, on checked options.
namespace consilium::schedule {

template <typename Scalar>
using MadeExchange = StatusOr<std::unique_ptr<Exchange<Scalar>>>;

template <typename Scalar>
MadeExchange<Scalar> MakeRelayOf(const ExchangeOptions& options);
template <typename Scalar>
MadeExchange<Scalar> MakeGossipOf(const ExchangeOptions& options);
template <typename Scalar>
MadeExchange<Scalar> MakeReduceOf(const ExchangeOptions& options);
template <typename Scalar>
MadeExchange<Scalar> MakeServerOptimiserOf(const ExchangeOptions& options);
template <typename Scalar>
MadeExchange<Scalar> MakeScaffoldOf(const ExchangeOptions& options);

// The decorators over gossip and over RelaySum.
template <typename Scalar>
MadeExchange<Scalar> MakeOverGossip(const ExchangeOptions& options);
template <typename Scalar>
MadeExchange<Scalar> MakeOverRelay(const ExchangeOptions& options);

// Of the all-reduce that SCAFFOLD with these options goes over.
ExchangeOptions OfScaffoldsReduce(ExchangeOptions options);

// For every site, whether it is reached from `self` through `neighbor`. Requires a tree.
std::vector<bool> Behind(const topology::Graph& tree, int self, int neighbor);

// The weight of each block, summed over the sites where `chosen` is `which`.
std::vector<double> WeightsOf(const ExchangeOptions& options, const std::vector<bool>& chosen,
                              bool which);

// The same at both ends of an edge, and for each direction of a link.
uint64_t SeedOf(const ExchangeOptions& options, std::string_view purpose, int from, int to);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_EXCHANGE_PARTS_H_
