#ifndef CONSILIUM_SERVER_FEDERATION_BROKEN_LINKS_H_
#define CONSILIUM_SERVER_FEDERATION_BROKEN_LINKS_H_

#include <map>
#include <string>
#include <utility>

namespace consilium::federation {

// The links that broke since all participants last completed a round, as their receivers tell.
class BrokenLinks {
 public:
  // `to` says that the link from `from` broke; the same name twice: it has trouble of its own.
  void Note(const std::string& from, const std::string& to);

  // Which of the two is to lose its place; empty while it may have been an accident. Either may be
  // lying: it is who is at odds with more others, in doubt the sender.
  std::string Blamed(const std::string& from, const std::string& to) const;

  int count() const;
  void Clear() { broken_.clear(); }

 private:
  // Of a site as a sender or as a receiver.
  struct Odds {
    int links = 0;
    int others = 0;
  };
  Odds AsSender(const std::string& site) const;
  Odds AsReceiver(const std::string& site) const;

  std::map<std::pair<std::string, std::string>, int> broken_;  // by sender and receiver
};

}  // namespace consilium::federation

#endif  // CONSILIUM_SERVER_FEDERATION_BROKEN_LINKS_H_
