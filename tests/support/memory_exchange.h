#ifndef CONSILIUM_TESTS_SUPPORT_MEMORY_EXCHANGE_H_
#define CONSILIUM_TESTS_SUPPORT_MEMORY_EXCHANGE_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "modules/schedule/exchange.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::testing {

// The exchanges of all sites of a federation, joined by queues in one process: one queue for each
// direction of each link, so that messages of a sender keep their order.
template <typename Scalar>
class MemoryExchange {
 public:
  // A message on its way; returning false loses it.
  using Filter = std::function<bool(int from, int to)>;

  using Maker = std::function<StatusOr<std::unique_ptr<schedule::Exchange<Scalar>>>(
      const schedule::ExchangeOptions&)>;

  // One exchange for each site of options.graph; options.self is ignored.
  static StatusOr<MemoryExchange> Create(schedule::ExchangeOptions options,
                                         const Maker& make = schedule::MakeExchange<Scalar>) {
    MemoryExchange network;
    for (int site = 0; site < options.graph.size(); ++site) {
      options.self = site;
      ASSIGN_OR_RETURN(auto exchange, make(options));
      network.sites_.push_back(std::move(exchange));
    }
    return network;
  }

  // Of exchanges that were made one by one.
  static MemoryExchange Of(std::vector<std::unique_ptr<schedule::Exchange<Scalar>>> sites) {
    MemoryExchange network;
    network.sites_ = std::move(sites);
    return network;
  }

  // One round of all sites: values[site] becomes the site's result. Where messages were lost the
  // deadline passes everywhere, again and again until all sites are complete.
  Status Round(std::vector<std::vector<Scalar>>& values, const Filter& filter = nullptr) {
    for (size_t site = 0; site < sites_.size(); ++site) {
      Send(static_cast<int>(site), sites_[site]->Begin(values[site]), filter);
    }
    RETURN_IF_ERROR(DeliverAll(filter));
    for (size_t pass = 0; !AllComplete(); ++pass) {
      if (pass > 4 * sites_.size() + 300) return Internal("the round does not end");
      for (size_t site = 0; site < sites_.size(); ++site) {
        if (!sites_[site]->Complete()) {
          Send(static_cast<int>(site), sites_[site]->Deadline(), filter);
        }
      }
      RETURN_IF_ERROR(DeliverAll(filter));
    }
    for (size_t site = 0; site < sites_.size(); ++site) sites_[site]->End(values[site]);
    return OkStatus();
  }

  // Called before every delivery, with the receiver.
  std::function<void(schedule::Exchange<Scalar>& site, int from, const std::string& body)>
      before_delivery;

  // Receivers may keep the memory of messages.
  bool keeps_memory = false;

  schedule::Exchange<Scalar>& site(int i) { return *sites_[static_cast<size_t>(i)]; }
  size_t bytes() const { return bytes_; }
  size_t messages() const { return messages_; }

 private:
  bool AllComplete() const {
    for (const auto& site : sites_) {
      if (!site->Complete()) return false;
    }
    return true;
  }

  void Send(int from, std::vector<schedule::Outgoing> messages, const Filter& filter) {
    for (schedule::Outgoing& message : messages) {
      bytes_ += message.body.size();
      ++messages_;
      if (filter != nullptr && !filter(from, message.to)) continue;
      links_[{from, message.to}].push_back(std::move(message.body));
    }
  }

  // Every link in turn gives one message, until all are empty but for those that come too early.
  Status DeliverAll(const Filter& filter) {
    bool any = true;
    while (any) {
      any = false;
      for (auto& [link, queue] : links_) {
        for (auto body = queue.begin(); body != queue.end(); ++body) {
          schedule::Exchange<Scalar>& receiver = *sites_[static_cast<size_t>(link.second)];
          if (before_delivery != nullptr) before_delivery(receiver, link.first, *body);
          auto answers =
              receiver.Receive(link.first, keeps_memory ? schedule::Incoming::Whole(*body)
                                                        : schedule::Incoming(*body));
          if (answers.status().code() == StatusCode::kFailedPrecondition) continue;
          const bool again = answers.status().code() == StatusCode::kAlreadyExists;
          if (!answers.ok() && !again) return answers.status();
          queue.erase(body);
          if (!again) Send(link.second, std::move(*answers), filter);
          any = true;
          break;
        }
      }
    }
    return OkStatus();
  }

  std::vector<std::unique_ptr<schedule::Exchange<Scalar>>> sites_;
  std::map<std::pair<int, int>, std::deque<std::string>> links_;
  size_t bytes_ = 0;
  size_t messages_ = 0;
};

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_MEMORY_EXCHANGE_H_
