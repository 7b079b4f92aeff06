#ifndef CONSILIUM_BASE_STATUS_H_
#define CONSILIUM_BASE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fmt/core.h"

// Errors are values. A message says what was got, what was expected and what to do; the code says
// what the caller should do. This folder is the only place that makes them.
namespace consilium {

using Status = absl::Status;
using StatusCode = absl::StatusCode;
template <typename T>
using StatusOr = absl::StatusOr<T>;

inline Status OkStatus() { return absl::OkStatus(); }

std::string_view Message(const Status& status);

// The same code with "<where>: " before the message. `status` must not be OK.
Status Annotate(const Status& status, std::string_view where);

// What the makers below share: out of line and cold, since errors are rare and their code is many.
[[nodiscard, gnu::cold]] Status MakeError(StatusCode code, fmt::string_view format,
                                          fmt::format_args args);

// The input is wrong whatever the state of the system: mend the input.
template <typename... Args>
[[nodiscard]] Status InvalidArgument(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kInvalidArgument, format, fmt::make_format_args(args...));
}

// A named thing does not exist.
template <typename... Args>
[[nodiscard]] Status NotFound(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kNotFound, format, fmt::make_format_args(args...));
}

// A thing that should be new exists already.
template <typename... Args>
[[nodiscard]] Status AlreadyExists(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kAlreadyExists, format, fmt::make_format_args(args...));
}

// The call is right but not in this state: change the state first.
template <typename... Args>
[[nodiscard]] Status FailedPrecondition(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kFailedPrecondition, format, fmt::make_format_args(args...));
}

// Who is asking is not known.
template <typename... Args>
[[nodiscard]] Status Unauthenticated(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kUnauthenticated, format, fmt::make_format_args(args...));
}

// Who is asking is known and may not.
template <typename... Args>
[[nodiscard]] Status PermissionDenied(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kPermissionDenied, format, fmt::make_format_args(args...));
}

// A passing fault: the same call may work later.
template <typename... Args>
[[nodiscard]] Status Unavailable(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kUnavailable, format, fmt::make_format_args(args...));
}

// Too much was asked for: bytes, messages, disk.
template <typename... Args>
[[nodiscard]] Status ResourceExhausted(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kResourceExhausted, format, fmt::make_format_args(args...));
}

// Stored or received bytes are damaged.
template <typename... Args>
[[nodiscard]] Status DataLoss(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kDataLoss, format, fmt::make_format_args(args...));
}

// A concurrent change won: read again and retry the whole operation.
template <typename... Args>
[[nodiscard]] Status Aborted(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kAborted, format, fmt::make_format_args(args...));
}

template <typename... Args>
[[nodiscard]] Status DeadlineExceeded(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kDeadlineExceeded, format, fmt::make_format_args(args...));
}

template <typename... Args>
[[nodiscard]] Status Cancelled(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kCancelled, format, fmt::make_format_args(args...));
}

// A third party failed in a way no input of ours explains.
template <typename... Args>
[[nodiscard]] Status Internal(fmt::format_string<Args...> format, Args&&... args) {
  return MakeError(StatusCode::kInternal, format, fmt::make_format_args(args...));
}

}  // namespace consilium

// Leaves the enclosing function with the error of `expression`, if it is one.
#define RETURN_IF_ERROR(expression)                                           \
  do {                                                                        \
    if (auto status_of_expression = (expression); !status_of_expression.ok()) \
      return status_of_expression;                                            \
  } while (false)

// ASSIGN_OR_RETURN(Schema schema, ParseSchema(text)): declares or assigns, or leaves with the
// error.
#define ASSIGN_OR_RETURN(declaration, expression) \
  CONSILIUM_ASSIGN_OR_RETURN_(CONSILIUM_CONCAT_(status_or_, __LINE__), declaration, expression)
#define CONSILIUM_CONCAT_INNER_(a, b) a##b
#define CONSILIUM_CONCAT_(a, b) CONSILIUM_CONCAT_INNER_(a, b)
#define CONSILIUM_ASSIGN_OR_RETURN_(temporary, declaration, expression) \
  auto temporary = (expression);                                        \
  if (!temporary.ok()) return temporary.status();                       \
  declaration = std::move(temporary).value()

#endif  // CONSILIUM_BASE_STATUS_H_
