// The architecture as a table: which folder may include which (docs/architecture.md).
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/core.h"
#include "gtest/gtest.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

using Names = std::vector<std::string_view>;

// What the files under `folder` may include of ours. The first row that covers a file holds for it.
struct Rule {
  std::string_view folder;
  Names may_include;
};

// What mathematics may see of base: no clock, lock, file, log or configuration.
constexpr std::string_view kPureBase[] = {"base/bytes.h", "base/portable_math.h", "base/random.h",
                                          "base/shared.h", "base/status.h"};

Names WithPureBase(Names names) {
  names.insert(names.end(), std::begin(kPureBase), std::end(kPureBase));
  return names;
}

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {"base/page", {"base/page"}},
      {"base/security", {"base/", "base/security"}},
      {"base/wire", {"base", "modules", "proto"}},
      {"base", {"base/"}},
      {"modules/nn", WithPureBase({"modules/", "modules/nn"})},
      {"modules/optim", WithPureBase({"modules/", "modules/nn", "modules/optim"})},
      {"modules/metrics", WithPureBase({"modules/", "modules/metrics"})},
      {"modules/modn", WithPureBase({"modules/", "modules/nn", "modules/optim", "modules/metrics",
                                     "modules/modn"})},
      {"modules/topology", WithPureBase({"modules/", "modules/topology"})},
      {"modules/compress", WithPureBase({"modules/", "modules/compress"})},
      {"modules/channel", WithPureBase({"modules/", "modules/compress", "modules/channel"})},
      // What makes a schedule from a plan's words works out what its graph implies.
      {"modules/schedule/make_*", WithPureBase({"modules/", "modules/schedule", "modules/topology",
                                                "modules/compress/compressor.h"})},
      {"modules/schedule/air_message*",
       WithPureBase({"modules/", "modules/schedule", "modules/channel/allocation.h"})},
      {"modules/schedule/over_the_air*",
       WithPureBase({"modules/", "modules/schedule", "modules/topology/graph.h",
                     "modules/channel/air.h", "modules/channel/air_scheme.h",
                     "modules/channel/allocation.h", "modules/channel/channel.h"})},
      // A schedule sees the graph it runs on and the interfaces of codecs, never a codec.
      {"modules/schedule",
       WithPureBase({"modules/", "modules/schedule", "modules/topology/graph.h",
                     "modules/compress/compressor.h", "modules/compress/edge_codec.h",
                     "modules/compress/hop_codec.h", "modules/compress/hop_matrices.h",
                     "modules/compress/link_codec.h", "modules/compress/mean_codec.h"})},
      {"modules", WithPureBase({"modules/"})},
      {"server/data", {"base/", "base/security", "modules", "server/data"}},
      // What it stores are the plain values of others, never their workings.
      {"server/storage",
       {"base/", "base/security", "modules", "server/data/schema.h", "server/training/model.h",
        "server/federation/member.h", "server/federation/run.h", "server/storage"}},
      {"server/ops", {"base", "server/ops"}},
      {"server/training", {"base/", "base/security", "modules", "server/data", "server/training"}},
      // The protocol's values as bytes of the wire, for node and coordinator; the rest knows none.
      {"server/federation/wire", {"base", "modules", "proto", "server/federation"}},
      {"server/federation",
       {"base/", "modules", "server/data", "server/training", "server/federation"}},
      {"server/consultation/service*",
       {"base", "proto", "modules/nn", "modules/modn", "server/data", "server/storage/model_file.h",
        "server/training", "server/consultation"}},
      {"server/consultation",
       {"base/", "base/security", "modules", "server/data", "server/storage/model_file.h",
        "server/training", "server/consultation"}},
      {"server/simulation",
       {"base/", "base/security", "modules", "server/data", "server/storage", "server/training",
        "server/federation", "server/simulation"}},
      {"server/tuning",
       {"base/", "base/page", "base/security", "modules", "server/data", "server/training",
        "server/federation/plan.h", "server/simulation", "server/tuning"}},
      {"server/evaluation",
       {"base/", "base/page", "modules", "server/data", "server/training", "server/federation",
        "server/simulation", "server/evaluation"}},
      {"server/node",
       {"base", "modules", "proto", "server/data", "server/storage", "server/ops",
        "server/training", "server/federation", "server/consultation", "server/node"}},
      {"server/coordinator",
       {"base", "modules", "proto", "server/data", "server/storage", "server/ops",
        "server/training", "server/federation", "server/coordinator"}},
      {"server/", {"base", "server"}},  // main.cc of consiliumd
      {"client/api", {"base", "proto", "client/api"}},
      {"client/cli/main.cc", {"base", "client", "server/simulation", "bench/experiments"}},
      // Commands that work on files of this machine and ask no server.
      {"client/cli/schema*", {"base", "client/cli", "modules", "server/data"}},
      {"client/cli/cohort*", {"base", "client/cli", "modules", "server/data"}},
      {"client/cli/model*",
       {"base", "client/cli", "modules", "server/data", "server/training", "server/storage"}},
      {"client/cli/simulate*",
       {"base", "client/cli", "modules", "server/data", "server/training",
        "server/federation/plan.h", "server/simulation", "server/storage/model_file.h"}},
      {"client/cli/evaluate*", {"base", "client/cli", "server/evaluation"}},
      {"client/cli/experiment*", {"base", "client/cli", "bench/experiments"}},
      {"client/cli/topology*", {"base", "client/cli", "modules/topology"}},
      {"client/cli/tune*", {"base", "client/cli", "modules", "server/tuning", "server/training"}},
      {"client/cli", {"base", "proto", "client/api", "client/cli"}},
      {"client/gateway", {"base", "proto", "client/api", "client/gateway"}},
      {"bench", {"base", "modules", "proto", "server", "client", "bench"}},
      {"tests", {"base", "modules", "proto", "server", "client", "bench", "tests"}},
  };
  return rules;
}

// Headers of others that a folder must not see, whatever the reason.
const std::vector<Rule>& Forbidden() {
  static const std::vector<Rule> rules = {
      {"modules",
       {"grpc*",
        "google/protobuf*",
        "absl/time*",
        "absl/synchronization*",
        "spdlog*",
        "toml++*",
        "sqlite3*",
        "openssl*",
        "chrono",
        "ctime",
        "time.h",
        "thread",
        "mutex",
        "shared_mutex",
        "condition_variable",
        "future",
        "atomic",
        "fstream",
        "filesystem",
        "iostream",
        "cstdio",
        "stdio.h",
        "unistd.h"}},
      {"server/federation/wire", {}},
      {"server/federation",
       {"grpc*", "google/protobuf*", "sqlite3*", "openssl*", "spdlog*", "thread", "mutex",
        "condition_variable", "future", "fstream", "filesystem", "iostream", "unistd.h"}},
      {"server/training", {"grpc*", "google/protobuf*", "sqlite3*", "spdlog*"}},
      {"server/consultation/service*", {"sqlite3*"}},
      {"server/consultation", {"grpc*", "google/protobuf*", "sqlite3*"}},
      {"server/simulation", {"grpc*", "google/protobuf*"}},
  };
  return rules;
}

// Costly headers, which belong into a .cc file: each costs seconds wherever it is included.
const Names kHeavy = {"grpcpp*",   "grpc/*",   "google/protobuf*", "CLI/*",      "toml++*",
                      "nlohmann*", "httplib*", "spdlog*",          "prometheus*"};

bool CoveredByAny(const Names& names, std::string_view path) {
  return std::ranges::any_of(names, [&](std::string_view name) { return Covers(name, path); });
}

const Rule* RuleFor(const std::vector<Rule>& rules, std::string_view path) {
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule& r) { return Covers(r.folder, path); });
  return rule == rules.end() ? nullptr : &*rule;
}

const std::vector<SourceFile>& Sources() {
  static const auto files = ReadSources({"base", "modules", "server", "client", "bench", "tests"});
  return files;
}

bool IsOurs(std::string_view name) {
  return CoveredByAny({"base", "modules", "server", "client", "bench", "tests", "proto"}, name);
}

// The one header of gRPC that is cheap: 0.2 s.
bool IsHeavy(std::string_view name) {
  if (name == "grpcpp/support/status.h") return false;
  return CoveredByAny(kHeavy, name) || name.ends_with(".pb.h");
}

std::string Where(const SourceFile& file, const Include& include) {
  return fmt::format("{}:{}: includes {}", file.path, include.line, include.name);
}

TEST(LayeringTest, ReadsTheWholeTree) {
  ASSERT_GT(Sources().size(), 20U) << "run from the root of the source tree";
}

TEST(LayeringTest, EachFolderIncludesOnlyWhatItStandsOn) {
  for (const SourceFile& file : Sources()) {
    const Rule* rule = RuleFor(Rules(), file.path);
    if (rule == nullptr) {
      ADD_FAILURE() << file.path << ": its folder has no rule in layering_test.cc";
      continue;
    }
    for (const Include& include : file.includes) {
      if (!IsOurs(include.name)) continue;
      EXPECT_TRUE(CoveredByAny(rule->may_include, include.name))
          << Where(file, include) << ", which " << rule->folder << " does not stand on";
    }
  }
}

TEST(LayeringTest, MathematicsAndProtocolSeeNoTransportClockFileThreadOrLog) {
  for (const SourceFile& file : Sources()) {
    const Rule* rule = RuleFor(Forbidden(), file.path);
    if (rule == nullptr) continue;
    for (const Include& include : file.includes) {
      EXPECT_FALSE(CoveredByAny(rule->may_include, include.name))
          << Where(file, include) << ", which nothing in " << rule->folder << " may see";
    }
  }
}

TEST(LayeringTest, CostlyHeadersStayInSourceFiles) {
  for (const SourceFile& file : Sources()) {
    if (!file.IsHeader() || Covers("tests", file.path)) continue;
    for (const Include& include : file.includes) {
      EXPECT_FALSE(IsHeavy(include.name))
          << Where(file, include) << ": declare what is needed, and include it in the .cc file";
    }
  }
}

TEST(LayeringTest, AnIncludeNamesTheWholePathFromTheRoot) {
  for (const SourceFile& file : Sources()) {
    for (const Include& include : file.includes) {
      EXPECT_FALSE(include.name.starts_with("."))
          << Where(file, include) << ", expected a path from the root";
    }
  }
}

TEST(CoversTest, TellsAFolderFromOneThatBeginsAlike) {
  EXPECT_TRUE(Covers("modules/nn", "modules/nn/layout.h"));
  EXPECT_FALSE(Covers("modules/nn", "modules/nnx/layout.h"));
  EXPECT_TRUE(Covers("base/", "base/status.h"));
  EXPECT_FALSE(Covers("base/", "base/wire/channel.h"));
  EXPECT_TRUE(Covers("client/cli/schema*", "client/cli/schema_check.cc"));
  EXPECT_FALSE(Covers("client/cli/schema*", "client/cli/consult.cc"));
}

}  // namespace
}  // namespace consilium
