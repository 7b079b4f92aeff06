#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_sgd.h"
#include "tests/golden/golden_files.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using nlohmann::json;

constexpr double kTolerance = 1e-9;

using Vector = std::vector<double>;

struct Shape {
  size_t rows = 0;
  size_t cols = 0;
  size_t rank = 0;
  size_t group = 0;  // index among the distinct shapes
  size_t place = 0;  // index among the tensors of its shape
};

std::vector<Shape> ReadShapes(const json& shapes, size_t rank) {
  std::vector<Shape> tensors;
  std::vector<std::pair<size_t, size_t>> distinct;
  std::map<size_t, size_t> count;
  for (const json& shape : shapes) {
    Shape tensor{shape[0].get<size_t>(), shape[1].get<size_t>(), 0, 0, 0};
    tensor.rank = std::min({rank, tensor.rows, tensor.cols});
    const auto key = std::pair(tensor.rows, tensor.cols);
    auto found = std::find(distinct.begin(), distinct.end(), key);
    tensor.group = static_cast<size_t>(found - distinct.begin());
    if (found == distinct.end()) distinct.push_back(key);
    tensor.place = count[tensor.group]++;
    tensors.push_back(tensor);
  }
  return tensors;
}

FlatShape FlatOf(const std::vector<Shape>& tensors) {
  FlatShape flat;
  for (const Shape& tensor : tensors) {
    const int block = static_cast<int>(flat.blocks.size());
    flat.matrices.push_back(
        {flat.size(), static_cast<int>(tensor.rows), static_cast<int>(tensor.cols), block});
    flat.blocks.push_back({flat.size(), tensor.rows * tensor.cols});
  }
  return flat;
}

// The factor of one tensor from the file's [batch][rows][rank], as rank x rows.
Vector FactorOf(const json& factors, const Shape& tensor, size_t rows) {
  const auto all = factors[tensor.group].get<Vector>();
  const double* own = all.data() + tensor.place * rows * tensor.rank;
  Vector factor;
  for (size_t c = 0; c < tensor.rank; ++c) {
    for (size_t i = 0; i < rows; ++i) factor.push_back(own[i * tensor.rank + c]);
  }
  return factor;
}

Vector Concatenated(const json& tensors) {
  Vector all;
  for (const json& tensor : tensors) {
    const auto values = tensor.get<Vector>();
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

Vector InitialState(const std::vector<Shape>& tensors, const json& worker) {
  Vector state = {0.0};
  size_t size = 0;
  for (const Shape& tensor : tensors) {
    for (const auto& [key, rows] : {std::pair("p0", tensor.rows), std::pair("q0", tensor.cols)}) {
      const Vector factor = FactorOf(worker[key], tensor, rows);
      state.insert(state.end(), factor.begin(), factor.end());
    }
    size += tensor.rows * tensor.cols;
  }
  state.resize(state.size() + size, 0.0);
  return state;
}

// The columns are equal up to sign; `scale` times ours is compared with theirs.
void ExpectSameColumns(const double* ours, double scale, const Vector& theirs, size_t rank) {
  const size_t rows = theirs.size() / rank;
  for (size_t c = 0; c < rank; ++c) {
    double along = 0;
    for (size_t i = 0; i < rows; ++i) along += ours[c * rows + i] * theirs[c * rows + i];
    const double sign = along < 0 ? -scale : scale;
    for (size_t i = 0; i < rows; ++i) {
      EXPECT_NEAR(sign * ours[c * rows + i], theirs[c * rows + i], kTolerance) << "column " << c;
    }
  }
}

void ExpectNear(const double* ours, const Vector& theirs, const char* what) {
  for (size_t i = 0; i < theirs.size(); ++i) {
    EXPECT_NEAR(ours[i], theirs[i], kTolerance) << what << ", number " << i;
  }
}

struct Workers {
  std::vector<Shape> tensors;
  int iterations = 1;
  std::vector<std::unique_ptr<compress::MeanCodec<double>>> codecs;
};

void RunStep(Workers& workers, const json& run, size_t step, std::vector<Vector>& outputs) {
  const size_t n = workers.codecs.size();
  for (size_t w = 0; w < n; ++w) {
    workers.codecs[w]->Begin(Concatenated(run["workers"][w]["steps"][step]["fresh"]));
  }
  for (int phase = 0; phase < workers.iterations; ++phase) {
    Vector mean;
    for (const auto& codec : workers.codecs) {
      const auto part = codec->Contribution(phase);
      mean.resize(part.size());
      for (size_t i = 0; i < part.size(); ++i) mean[i] += part[i] / static_cast<double>(n);
    }
    for (const auto& codec : workers.codecs) codec->Absorb(phase, mean, true);
  }
  for (size_t w = 0; w < n; ++w) workers.codecs[w]->End(outputs[w]);
}

void CompareStep(const Workers& workers, size_t w, size_t step, const json& expected,
                 const Vector& output) {
  SCOPED_TRACE("worker " + std::to_string(w) + ", step " + std::to_string(step));
  ExpectNear(output.data(), Concatenated(expected["output"]), "output");
  const Vector state = workers.codecs[w]->State();
  const Vector error = Concatenated(expected["error"]);
  ExpectNear(state.data() + state.size() - error.size(), error, "error");
  // The side that was all-reduced last holds the sum over the workers in the file, the mean here.
  const bool last_even = (step + 1) * static_cast<size_t>(workers.iterations) % 2 == 1;
  const double n = static_cast<double>(workers.codecs.size());
  const double* factor = state.data() + 1;
  for (const Shape& tensor : workers.tensors) {
    ExpectSameColumns(factor, last_even ? 1 : n, FactorOf(expected["p"], tensor, tensor.rows),
                      tensor.rank);
    factor += tensor.rank * tensor.rows;
    ExpectSameColumns(factor, last_even ? n : 1, FactorOf(expected["q"], tensor, tensor.cols),
                      tensor.rank);
    factor += tensor.rank * tensor.cols;
  }
}

void CompareRun(const json& shapes, const json& run) {
  const auto rank = run["rank"].get<size_t>();
  Workers workers{ReadShapes(shapes, rank), run["num_iters_per_step"].get<int>(), {}};
  const FlatShape flat = FlatOf(workers.tensors);
  const auto layout = compress::PlanLowRank(flat, static_cast<int>(rank), workers.iterations, 0);
  ASSERT_THAT(layout, IsOk());
  for (const json& worker : run["workers"]) {
    workers.codecs.push_back(compress::MakePowerSgd<double>(*layout, workers.iterations, 1));
    ASSERT_THAT(workers.codecs.back()->Restore(InitialState(workers.tensors, worker)), IsOk());
  }
  std::vector<Vector> outputs(workers.codecs.size(), Vector(flat.size()));
  for (size_t step = 0; step < run["workers"][0]["steps"].size(); ++step) {
    RunStep(workers, run, step, outputs);
    for (size_t w = 0; w < outputs.size(); ++w) {
      CompareStep(workers, w, step, run["workers"][w]["steps"][step], outputs[w]);
    }
    EXPECT_EQ(outputs[0], outputs[1]) << "the workers' bits differ";
  }
}

TEST(PowersgdGoldenTest, FactorsOutputsAndErrorsAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("powersgd");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    for (const char* kind : {"runs", "single_matrix_runs"}) {
      if (!file.json.contains(kind)) continue;
      for (const json& run : file.json[kind]) {
        // At rank 1 `runs` show the reference's one norm for a whole stack of matrices (README).
        if (std::string(kind) == "runs" && run["rank"] == 1) continue;
        SCOPED_TRACE(file.name + ": " + kind + " of rank " + run["rank"].dump() + ", iterations " +
                     run["num_iters_per_step"].dump());
        CompareRun(run.contains("shapes") ? run["shapes"] : file.json["shapes"], run);
      }
    }
  }
}

}  // namespace
}  // namespace consilium
