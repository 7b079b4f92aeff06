#ifndef CONSILIUM_BENCH_FEDERATION_HOME_H_
#define CONSILIUM_BENCH_FEDERATION_HOME_H_

#include <string>
#include <string_view>

#include "base/security/tls_files.h"
#include "base/status.h"

namespace consilium::bench {

// A folder, gone with the object, in which a federation for a benchmark lives: an authority, and
// whatever parties are enrolled.
class FederationHome {
 public:
  static StatusOr<FederationHome> Make();
  ~FederationHome();
  FederationHome(FederationHome&& other) noexcept;
  FederationHome& operator=(FederationHome&&) = delete;

  // A key and a certificate signed by the authority, for 127.0.0.1 if it serves.
  Status Enrol(std::string_view role, const std::string& name);
  security::TlsFiles Files(const std::string& name) const;

  std::string operator/(const std::string& name) const { return folder_ + "/" + name; }

 private:
  explicit FederationHome(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

}  // namespace consilium::bench

#endif  // CONSILIUM_BENCH_FEDERATION_HOME_H_
