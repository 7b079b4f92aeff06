#ifndef CONSILIUM_BASE_SHARED_H_
#define CONSILIUM_BASE_SHARED_H_

#include <memory>
#include <utility>

namespace consilium {

// An immutable value that all copies share, so that a copy costs the same however large the value
// is. There always is a value; moving from one copies it. Thread-safe as far as T's const functions
// are.
template <typename T>
class Shared {
 public:
  Shared() : Shared(T()) {}
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}  // NOLINT: a T serves
  Shared(const Shared&) = default;
  Shared& operator=(const Shared&) = default;

  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  operator const T&() const { return *value_; }  // NOLINT: serves as a T

  friend bool operator==(const Shared& a, const Shared& b) {
    return a.value_ == b.value_ || *a == *b;
  }

 private:
  std::shared_ptr<const T> value_;
};

}  // namespace consilium

#endif  // CONSILIUM_BASE_SHARED_H_
