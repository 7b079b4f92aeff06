#ifndef CONSILIUM_BASE_SECURITY_SECRET_H_
#define CONSILIUM_BASE_SECURITY_SECRET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace consilium::security {

// Bytes that are overwritten before their memory is given back, cannot be printed, and are copied
// only by saying so. Whoever calls Reveal() must not copy what it returns.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const uint8_t> bytes);
  // Takes the bytes over and wipes `text`.
  static Secret Taking(std::string& text);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  Secret Copy() const { return Secret(Reveal()); }

  std::span<const uint8_t> Reveal() const { return {bytes_.get(), size_}; }
  std::string_view RevealText() const {
    return {reinterpret_cast<const char*>(bytes_.get()), size_};
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Takes the same time wherever the first difference is.
  bool operator==(const Secret& other) const;

 private:
  void Wipe();

  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_ = 0;
};

// Overwrites `bytes` in a way no optimiser may drop.
void Wipe(std::span<uint8_t> bytes);
void Wipe(std::string& text);  // and leaves it empty

}  // namespace consilium::security

#endif  // CONSILIUM_BASE_SECURITY_SECRET_H_
