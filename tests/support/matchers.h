#ifndef CONSILIUM_TESTS_SUPPORT_MATCHERS_H_
#define CONSILIUM_TESTS_SUPPORT_MATCHERS_H_

#include <ostream>

#include "base/status.h"
#include "gmock/gmock.h"

// IsOk(), StatusIs(code, message matcher), IsOkAndHolds(matcher): this Abseil has none.
namespace consilium::testing {

inline const Status& StatusOf(const Status& status) { return status; }
template <typename T>
const Status& StatusOf(const StatusOr<T>& value) {
  return value.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P2(StatusIs, code, message, "") {
  const Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code && ::testing::Matches(message)(std::string(Message(status)));
}
template <typename Code>
auto StatusIs(Code code) {
  return StatusIs(code, ::testing::_);
}

MATCHER_P(IsOkAndHolds, matcher, "") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(matcher, *arg, result_listener);
}

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SUPPORT_MATCHERS_H_
