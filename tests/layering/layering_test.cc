// The layers of docs/architecture.md, held to the includes of the tree.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/core.h"
#include "gtest/gtest.h"
#include "tests/layering/layers.h"
#include "tests/layering/source_tree.h"

namespace consilium {
namespace {

constexpr char kPage[] = "docs/architecture.md";

const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = ReadLayers(kPage);
  return layers;
}

// Headers of others that a folder must not see, whatever the reason.
const std::vector<Layer>& Forbidden() {
  static const std::vector<Layer> rules = {
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
      {"server/consultation/wire", {"sqlite3*"}},
      {"server/consultation", {"grpc*", "google/protobuf*", "sqlite3*"}},
      {"lab/simulation", {"grpc*", "google/protobuf*"}},
  };
  return rules;
}

// Costly headers, which belong into a .cc file: each costs seconds wherever it is included.
const std::vector<std::string> kHeavy = {"grpcpp*",  "grpc/*",  "google/protobuf*",
                                         "CLI/*",    "toml++*", "nlohmann*",
                                         "httplib*", "spdlog*", "prometheus*"};

bool CoveredByAny(const std::vector<std::string>& names, std::string_view path) {
  return std::ranges::any_of(names, [&](std::string_view name) { return Covers(name, path); });
}

const std::vector<SourceFile>& Sources() {
  static const auto files =
      ReadSources({"base", "modules", "server", "client", "lab", "bench", "tests"});
  return files;
}

bool IsOurs(std::string_view name) {
  return CoveredByAny({"base", "modules", "server", "client", "lab", "bench", "tests", "proto"},
                      name);
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
    const Layer* layer = LayerOf(Layers(), file.path);
    if (layer == nullptr) {
      ADD_FAILURE() << file.path << ": its folder has no line among the layers of " << kPage;
      continue;
    }
    for (const Include& include : file.includes) {
      if (!IsOurs(include.name) || Covers(layer->folder, include.name)) continue;
      EXPECT_TRUE(CoveredByAny(layer->may_include, include.name))
          << Where(file, include) << ", which " << layer->folder << " does not stand on";
    }
  }
}

TEST(LayeringTest, ThePageNamesNoFolderThatIsNotThere) {
  ASSERT_GT(Layers().size(), 20U) << kPage << " has no block of layers";
  for (const Layer& layer : Layers()) {
    EXPECT_TRUE(std::ranges::any_of(
        Sources(), [&](const SourceFile& file) { return Covers(layer.folder, file.path); }))
        << kPage << ": " << layer.folder << " covers no file";
  }
}

// A path that `folder` covers; a file is its own.
std::string AnyFileOf(const std::string& folder) {
  if (folder.ends_with(".h") || folder.ends_with(".cc")) return folder;
  return folder + (folder.ends_with('/') ? "any.h" : "/any.h");
}

TEST(LayeringTest, DependenciesRunOneWay) {
  for (const Layer& layer : Layers()) {
    for (const std::string& below : layer.may_include) {
      const Layer* its = LayerOf(Layers(), AnyFileOf(below));
      if (its == nullptr || its == &layer || Covers(below, AnyFileOf(layer.folder))) continue;
      EXPECT_FALSE(CoveredByAny(its->may_include, AnyFileOf(layer.folder)))
          << layer.folder << " and " << below << " stand on one another";
    }
  }
}

TEST(LayeringTest, MathematicsAndProtocolSeeNoTransportClockFileThreadOrLog) {
  for (const SourceFile& file : Sources()) {
    const Layer* rule = LayerOf(Forbidden(), file.path);
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
  EXPECT_TRUE(Covers("grpc*", "grpcpp/grpcpp.h"));
  EXPECT_FALSE(Covers("grpc*", "google/protobuf/message.h"));
}

}  // namespace
}  // namespace consilium
