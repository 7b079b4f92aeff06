#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_gossip.h"
#include "tests/golden/golden_files.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using nlohmann::json;

constexpr double kTolerance = 1e-9;
constexpr double kReferenceEpsilon = 1e-8;

using Vector = std::vector<double>;

FlatShape ReadShape(const json& shapes) {
  FlatShape flat;
  for (const json& shape : shapes) {
    MatrixSlice matrix{flat.size(), shape[0].get<int>(), shape[1].get<int>(),
                       static_cast<int>(flat.blocks.size())};
    flat.blocks.push_back({flat.size(), matrix.size()});
    flat.matrices.push_back(matrix);
  }
  return flat;
}

Vector Concatenated(const json& tensors) {
  Vector all;
  for (const json& tensor : tensors) {
    const auto values = tensor.get<Vector>();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

// [iteration, p and q of each tensor as rank x rows] from the file's rows x rank.
Vector StateOf(double iteration, const json& pq) {
  Vector state = {iteration};
  const auto append = [&](const json& factor, size_t rank) {
    const auto values = factor.get<Vector>();
    for (size_t c = 0; c < rank; ++c) {
      for (size_t i = c; i < values.size(); i += rank) state.push_back(values[i]);
    }
  };
  for (size_t t = 0; t < pq["p"].size(); ++t) {
    const auto rank = pq["rank"].get<size_t>();
    append(pq["p"][t], rank);
    append(pq["q"][t], rank);
  }
  return state;
}

struct Network {
  size_t n = 0;
  std::vector<Vector> params;
  std::map<std::pair<size_t, size_t>, std::unique_ptr<compress::EdgeCodec<double>>>
      codecs;  // of (at, to)
};

json WithRank(json pq, const json& run) {
  pq["rank"] = run["rank"];
  return pq;
}

void MakeNetwork(const json& file, const json& run, Network& network) {
  const auto layout =
      compress::PlanLowRank(ReadShape(file["shapes"]), run["rank"].get<int>(), 1, 0);
  ASSERT_THAT(layout, IsOk());
  network.n = run["workers"].size();
  for (size_t i = 0; i < network.n; ++i) {
    const json& worker = run["workers"][i];
    network.params.push_back(Concatenated(worker["params0"]));
    for (const auto& [name, pq] : worker["init"].items()) {
      const size_t j = std::stoul(name);
      auto& codec = network.codecs[{i, j}];
      codec = compress::MakePowerGossip<double>(
          *layout, 1, i < j ? compress::EdgeEnd::kLow : compress::EdgeEnd::kHigh,
          kReferenceEpsilon);
      // The reference exchanges nothing in its iteration 0.
      ASSERT_THAT(codec->Restore(StateOf(1, WithRank(pq, run))), IsOk());
    }
  }
}

void RunStep(const json& file, Network& network) {
  std::map<std::pair<size_t, size_t>, std::string> messages;
  for (auto& [edge, codec] : network.codecs) {
    messages[edge] = codec->Encode(network.params[edge.first]);
  }
  const std::vector<Vector> before = network.params;
  for (auto& [edge, codec] : network.codecs) {
    Vector difference(before[edge.first].size());
    ASSERT_THAT(codec->Decode(messages[{edge.second, edge.first}], difference), IsOk());
    const double weight = file["W"][edge.first][edge.second].get<double>();
    for (size_t k = 0; k < difference.size(); ++k) {
      network.params[edge.first][k] += weight * difference[k];
    }
  }
}

void Compare(const Network& network, const json& run, size_t step) {
  for (size_t i = 0; i < network.n; ++i) {
    const json& expected = run["workers"][i]["steps"][step];
    EXPECT_THAT(network.params[i], ::testing::Pointwise(::testing::DoubleNear(kTolerance),
                                                        Concatenated(expected["params"])))
        << "worker " << i;
    for (const auto& [name, pq] : expected["pq"].items()) {
      Vector state = network.codecs.at({i, std::stoul(name)})->State();
      EXPECT_THAT(state, ::testing::Pointwise(::testing::DoubleNear(kTolerance),
                                              StateOf(state[0], WithRank(pq, run))))
          << "worker " << i << ", edge to " << name;
    }
  }
}

TEST(PowergossipGoldenTest, ParametersAndFactorsAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("powergossip");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    for (const json& run : file.json["runs"]) {
      Network network;
      MakeNetwork(file.json, run, network);
      for (size_t step = 0; step < run["workers"][0]["steps"].size(); ++step) {
        SCOPED_TRACE(file.name + ": rank " + run["rank"].dump() + ", step " + std::to_string(step));
        if (step > 0) RunStep(file.json, network);
        Compare(network, run, step);
        if (HasFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace consilium
