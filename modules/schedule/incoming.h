#ifndef CONSILIUM_MODULES_SCHEDULE_INCOMING_H_
#define CONSILIUM_MODULES_SCHEDULE_INCOMING_H_

#include <concepts>
#include <string>
#include <string_view>

namespace consilium::schedule {

// A message that came, for one call: anything that is text, whose taker copies what it keeps; or a
// string whose memory it may keep instead.
class Incoming {
 public:
  template <typename Text>
  requires std::convertible_to<const Text&, std::string_view> Incoming(const Text& body)
      : body_(body) {}  // NOLINT(google-explicit-constructor)

  // What `body` holds once it was taken is of no use to anybody; if it was not, it is as it was.
  static Incoming Whole(std::string& body) {
    Incoming incoming(body);
    incoming.whole_ = &body;
    return incoming;
  }

  std::string_view body() const { return body_; }
  std::string* whole() const { return whole_; }  // null: its memory stays with the caller

 private:
  std::string_view body_;
  std::string* whole_ = nullptr;
};

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_INCOMING_H_
