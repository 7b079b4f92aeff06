#ifndef CONSILIUM_LAB_EXPERIMENTS_EXCHANGE_NETWORK_H_
#define CONSILIUM_LAB_EXPERIMENTS_EXCHANGE_NETWORK_H_

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "modules/schedule/exchange.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::experiments {

// The exchanges of all sites in one process.
template <typename Scalar>
class ExchangeNetwork {
 public:
  // One exchange for each site of options.graph; options.self is ignored.
  static StatusOr<ExchangeNetwork> Create(schedule::ExchangeOptions options) {
    ExchangeNetwork network;
    for (options.self = 0; options.self < options.graph.size(); ++options.self) {
      ASSIGN_OR_RETURN(auto exchange, schedule::MakeExchange<Scalar>(options));
      network.sites_.push_back(std::move(exchange));
    }
    return network;
  }

  // One round of all sites: values[site] becomes the site's result. Each message for which `lost`
  // says so never comes; the deadline then passes everywhere until all sites are complete.
  Status Round(std::vector<std::vector<Scalar>>& values,
               const std::function<bool()>& lost = nullptr) {
    std::deque<std::pair<int, schedule::Outgoing>> sent;
    const auto send = [&](size_t from, std::vector<schedule::Outgoing> messages) {
      for (schedule::Outgoing& message : messages) {
        if (lost && lost()) continue;
        sent.emplace_back(static_cast<int>(from), std::move(message));
      }
    };
    for (size_t i = 0; i < sites_.size(); ++i) send(i, sites_[i]->Begin(values[i]));
    const auto deliver = [&]() -> Status {
      for (; !sent.empty(); sent.pop_front()) {
        const auto& [from, message] = sent.front();
        const auto to = static_cast<size_t>(message.to);
        ASSIGN_OR_RETURN(auto answers, sites_[to]->Receive(from, message.body));
        send(to, std::move(answers));
      }
      return OkStatus();
    };
    RETURN_IF_ERROR(deliver());
    for (size_t i = 0; lost && i < sites_.size(); ++i) {
      if (!sites_[i]->Complete()) send(i, sites_[i]->Deadline());
      RETURN_IF_ERROR(deliver());
    }
    for (size_t i = 0; i < sites_.size(); ++i) {
      if (!sites_[i]->Complete()) return Internal("site {} still waits at the end of a round", i);
      sites_[i]->End(values[i]);
    }
    return OkStatus();
  }

  schedule::Exchange<Scalar>& site(int i) { return *sites_[static_cast<size_t>(i)]; }

 private:
  std::vector<std::unique_ptr<schedule::Exchange<Scalar>>> sites_;
};

}  // namespace consilium::experiments

#endif  // CONSILIUM_LAB_EXPERIMENTS_EXCHANGE_NETWORK_H_
