#include "base/wire/caller.h"

#include <grpcpp/security/auth_context.h>

#include <vector>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace consilium::wire {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

// gRPC lets nobody else make an iterator.
struct Nothing : grpc::AuthPropertyIterator {};

// A connection whose certificate has the given URIs.
class Connection final : public grpc::AuthContext {
 public:
  Connection(bool authenticated, std::vector<std::string> uris)
      : authenticated_(authenticated), uris_(std::move(uris)) {}

  bool IsPeerAuthenticated() const override { return authenticated_; }
  std::vector<grpc::string_ref> GetPeerIdentity() const override { return {}; }
  std::string GetPeerIdentityPropertyName() const override { return ""; }
  std::vector<grpc::string_ref> FindPropertyValues(const std::string& name) const override {
    if (name != "peer_uri") return {};
    return {uris_.begin(), uris_.end()};
  }
  grpc::AuthPropertyIterator begin() const override { return Nothing(); }
  grpc::AuthPropertyIterator end() const override { return Nothing(); }
  void AddProperty(const std::string&, const grpc::string_ref&) override {}
  bool SetPeerIdentityPropertyName(const std::string&) override { return false; }

 private:
  bool authenticated_;
  std::vector<std::string> uris_;
};

constexpr char kNode[] = "consilium://heart/node/va";

TEST(CallerTest, TheOneIdentityOfTheCertificateIsTheCaller) {
  EXPECT_THAT(CallerIdentity(Connection(true, {kNode})),
              IsOkAndHolds(security::Identity{"heart", security::Role::kNode, "va"}));
  EXPECT_THAT(CallerIdentity(Connection(true, {"https://va.example", kNode})),
              IsOkAndHolds(security::Identity{"heart", security::Role::kNode, "va"}));
}

TEST(CallerTest, NoCertificateNoIdentityOrTwoOfThemIsNobody) {
  EXPECT_THAT(CallerIdentity(Connection(false, {kNode})), StatusIs(StatusCode::kUnauthenticated));
  EXPECT_THAT(CallerIdentity(Connection(true, {})),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("no identity")));
  EXPECT_THAT(CallerIdentity(Connection(true, {"https://va.example"})),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("no identity")));
  EXPECT_THAT(CallerIdentity(Connection(true, {kNode, "consilium://heart/operator/va"})),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("two identities")));
}

TEST(CallerTest, AMalformedIdentityIsNobodyThoughAnotherIsRight) {
  EXPECT_THAT(CallerIdentity(Connection(true, {"consilium://heart/node", kNode})),
              StatusIs(StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace consilium::wire
