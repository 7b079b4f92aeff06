#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "lab/air/air.h"
#include "lab/air/laser.h"
#include "lab/air/z_sgd.h"
#include "modules/compress/low_rank.h"
#include "modules/compress/power_sgd.h"
#include "tests/golden/golden_files.h"
#include "tests/support/matchers.h"

namespace consilium {
namespace {

using ::consilium::testing::IsOk;
using nlohmann::json;
using Vector = std::vector<double>;

constexpr double kTolerance = 1e-9;

// Tensors as matrices [first axis, the rest], each a block.
FlatShape FlatOf(const json& shapes) {
  FlatShape flat;
  for (const json& shape : shapes) {
    int cols = 1;
    for (size_t axis = 1; axis < shape.size(); ++axis) cols *= shape[axis].get<int>();
    MatrixSlice matrix{flat.size(), shape[0].get<int>(), cols, 0};
    matrix.block = static_cast<int>(flat.blocks.size());
    flat.matrices.push_back(matrix);
    flat.blocks.push_back({flat.size(), matrix.size()});
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

void ExpectNear(const Vector& ours, const Vector& theirs, const std::string& what) {
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  for (size_t i = 0; i < theirs.size(); ++i) {
    EXPECT_NEAR(ours[i], theirs[i], kTolerance) << what << ", number " << i;
  }
}

air::ChannelOptions GaussianOf(const json& power) {
  return {.kind = air::ChannelKind::kGaussian, .power = power.get<double>(), .noise = 1};
}

void CompareZSgd(const json& run) {
  const FlatShape flat = FlatOf(run["shapes"]);
  const auto layout = compress::PlanLowRank(flat, 1, 1, 1e9);
  ASSERT_THAT(layout, IsOk());
  const auto scheme = air::MakeZSgd<double>(*layout);
  std::vector<Vector> norms;
  for (const json& gradients : run["grads"]) {
    const Vector signal = Concatenated(gradients);
    norms.push_back(air::SegmentNorms<double>(scheme->Begin(signal), scheme->Segments()));
    ExpectNear(norms.back(), run["grad_norms"][norms.size() - 1].get<Vector>(), "norms");
  }
  const air::ChannelOptions channel = GaussianOf(run["power"]);
  const auto scales = air::MakeScales<double>(scheme->Segments(), norms, {}, channel);
  ASSERT_THAT(scales, IsOk());
  Vector power, largest, deviation, variance;
  for (const air::Scale& scale : *scales) {
    power.push_back(scale.power);
    largest.push_back(scale.largest);
    deviation.push_back(air::NoiseDeviation(scale, channel, run["workers"].get<double>()));
    variance.push_back(deviation.back() * deviation.back());
  }
  ExpectNear(power, run["power_per_param"].get<Vector>(), "power");
  ExpectNear(largest, run["noise_coefficient"].get<Vector>(), "largest norm");
  ExpectNear(deviation, run["noise_std"].get<Vector>(), "noise");
  ExpectNear(variance, run["noise_variance"].get<Vector>(), "variance");
}

// Where a tensor's numbers are in the file's [batch][rows][rank].
struct Place {
  bool compressed = false;
  size_t rows = 0, cols = 0, rank = 0;
  size_t batch = 0;  // tensors of equal shape form one
  size_t place = 0;  // in it
  size_t alike = 0;  // tensors in it
  size_t plain = 0;  // index among those that are not compressed
};

std::vector<Place> PlacesOf(const compress::LowRankLayout& layout) {
  std::vector<Place> places;
  std::vector<std::pair<int, int>> distinct;
  std::vector<size_t> counts;
  size_t plain = 0;
  for (const compress::LowRankPart& part : layout.parts) {
    Place& place = places.emplace_back();
    place.compressed = part.rank > 0;
    if (!place.compressed) {
      place.plain = plain++;
      continue;
    }
    place.rows = static_cast<size_t>(part.rows);
    place.cols = static_cast<size_t>(part.cols);
    place.rank = static_cast<size_t>(part.rank);
    const auto found = std::ranges::find(distinct, std::pair(part.rows, part.cols));
    place.batch = static_cast<size_t>(found - distinct.begin());
    if (found == distinct.end()) {
      distinct.emplace_back(part.rows, part.cols);
      counts.push_back(0);
    }
    place.place = counts[place.batch]++;
  }
  for (Place& place : places) place.alike = place.compressed ? counts[place.batch] : 1;
  return places;
}

// A tensor's part of the file's factors, as rank x length.
Vector FactorOf(const json& factors, const Place& place, size_t length) {
  const auto all = factors[place.batch].get<Vector>();
  Vector factor;
  for (size_t c = 0; c < place.rank; ++c) {
    for (size_t i = 0; i < length; ++i) {
      factor.push_back(all[(place.place * length + i) * place.rank + c]);
    }
  }
  return factor;
}

// One run of the reference, in a single process: our scheme beside it. At rank 1 the reference
// divides all directions of a batch by one norm instead of each by its own (docs/papers.md, LASER);
// the tensors of such a batch are worked out here in its arithmetic, so that what the channel makes
// of them can be compared.
struct Run {
  std::vector<Place> places;
  FlatShape flat;
  air::ChannelOptions channel;
  air::AllocationOptions allocation;
  std::unique_ptr<air::AirScheme<double>> scheme;
  compress::MeanCodec<double>* codec = nullptr;  // the scheme's
  Vector stacked[2];  // P and Q of the tensors in the reference's arithmetic, one after the other

  bool Stacked(const Place& place) const {
    return place.compressed && place.rank == 1 && place.alike > 1;
  }
};

// The norm of each batch's direction, of the tensors in the reference's arithmetic.
Vector BatchNorms(const Run& run, bool sends_q) {
  Vector squares(run.places.size(), 0.0);
  const double* direction = run.stacked[sends_q ? 0 : 1].data();
  for (const Place& place : run.places) {
    if (!run.Stacked(place)) continue;
    for (size_t i = 0; i < (sends_q ? place.rows : place.cols); ++i, ++direction) {
      squares[place.batch] += *direction * *direction;
    }
  }
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

// sends_q: p := p / norm, q := M' p; otherwise q := q / norm, p := M q. Returns p q'.
Vector Multiply(const double* m, const Place& place, bool sends_q, double norm, double* p,
                double* q) {
  for (size_t i = 0; i < (sends_q ? place.rows : place.cols); ++i) (sends_q ? p : q)[i] /= norm;
  std::fill_n(sends_q ? q : p, sends_q ? place.cols : place.rows, 0.0);
  for (size_t i = 0; i < place.rows; ++i) {
    for (size_t j = 0; j < place.cols; ++j) {
      (sends_q ? q[j] : p[i]) += m[i * place.cols + j] * (sends_q ? p[i] : q[j]);
    }
  }
  Vector product;
  for (size_t i = 0; i < place.rows; ++i) {
    for (size_t j = 0; j < place.cols; ++j) product.push_back(p[i] * q[j]);
  }
  return product;
}

// Works out the tensors in the reference's arithmetic and puts what they send into the signal.
void StepStacked(Run& run, const Vector& input, bool sends_q, const json& step, Vector& signal) {
  const Vector norms = BatchNorms(run, sends_q);
  double* p = run.stacked[0].data();
  double* q = run.stacked[1].data();
  double* to = signal.data();
  for (size_t k = 0; k < run.places.size(); ++k) {
    const Place& place = run.places[k];
    const MatrixSlice& matrix = run.flat.matrices[k];
    const size_t length = sends_q ? place.cols : place.rows;
    if (run.Stacked(place)) {
      SCOPED_TRACE("tensor " + std::to_string(k) + " in the reference's arithmetic");
      const Vector product =
          Multiply(&input[matrix.offset], place, sends_q, norms[place.batch], p, q);
      ExpectNear(product, step["output"][k].get<Vector>(), "output");
      Vector error(product.size());
      for (size_t i = 0; i < error.size(); ++i) error[i] = input[matrix.offset + i] - product[i];
      ExpectNear(error, step["error"][k].get<Vector>(), "error");
      std::copy_n(sends_q ? q : p, length, to);
      p += place.rows;
      q += place.cols;
    }
    to += place.compressed ? place.rank * length : matrix.size();
  }
}

void CompareNoise(const Run& run, const Vector& signal, bool sends_q, const json& step) {
  const std::span<const air::Segment> segments = run.scheme->Segments();
  const std::vector<Vector> norms = {air::SegmentNorms<double>(signal, segments)};
  const auto scales = air::MakeScales<double>(segments, norms, run.allocation, run.channel);
  ASSERT_THAT(scales, IsOk());
  size_t segment = 0;
  for (size_t k = 0; k < run.places.size(); ++k) {
    SCOPED_TRACE("tensor " + std::to_string(k));
    const Place& place = run.places[k];
    if (!place.compressed) {
      EXPECT_NEAR(air::NoiseDeviation((*scales)[segment++], run.channel, 1),
                  step["noise_std_uncompressed"][place.plain].get<double>(), kTolerance);
      continue;
    }
    const size_t length = sends_q ? place.cols : place.rows;
    Vector ours;
    for (size_t c = 0; c < place.rank; ++c) {
      ours.insert(ours.end(), length, air::NoiseDeviation((*scales)[segment++], run.channel, 1));
    }
    ExpectNear(ours, FactorOf(step["noise_std_compressed"], place, length), "noise");
  }
}

// The columns are equal up to their signs.
void ExpectSameColumns(const double* ours, const Vector& theirs, size_t rank) {
  const size_t length = theirs.size() / rank;
  for (size_t c = 0; c < rank; ++c) {
    double along = 0;
    for (size_t i = 0; i < length; ++i) along += ours[c * length + i] * theirs[c * length + i];
    for (size_t i = 0; i < length; ++i) {
      EXPECT_NEAR(std::copysign(1, along) * ours[c * length + i], theirs[c * length + i],
                  kTolerance);
    }
  }
}

void CompareFactors(const Run& run, const json& step) {
  const Vector state = run.codec->State();
  const double* kept = state.data() + 1;
  const double* stacked[2] = {run.stacked[0].data(), run.stacked[1].data()};
  for (size_t k = 0; k < run.places.size(); ++k) {
    const Place& place = run.places[k];
    if (!place.compressed) continue;
    for (const bool q : {false, true}) {
      SCOPED_TRACE((q ? "Q of tensor " : "P of tensor ") + std::to_string(k));
      const size_t length = q ? place.cols : place.rows;
      const bool reference = run.Stacked(place);
      ExpectSameColumns(reference ? stacked[q] : kept, FactorOf(step[q ? "q" : "p"], place, length),
                        place.rank);
      kept += place.rank * length;
      if (reference) stacked[q] += length;
    }
  }
}

void CompareStep(Run& run, const json& step) {
  const Vector input = Concatenated(step["input"]);
  Vector fresh = input;
  const Vector error = run.scheme->Owed();
  for (size_t i = 0; i < fresh.size(); ++i) fresh[i] -= error[i];
  const auto sent = run.scheme->Begin(fresh);
  Vector signal(sent.begin(), sent.end());
  const Vector ours = signal;
  const bool sends_q = step["side"] == "q";
  StepStacked(run, input, sends_q, step, signal);
  CompareNoise(run, signal, sends_q, step);
  Vector output(fresh.size());
  run.scheme->End(ours, true, output);
  CompareFactors(run, step);
  const Vector left = run.scheme->Owed();
  for (size_t k = 0; k < run.places.size(); ++k) {
    if (run.Stacked(run.places[k])) continue;
    SCOPED_TRACE("tensor " + std::to_string(k));
    const auto expected = step["output"][k].get<Vector>();
    const auto begin = static_cast<std::ptrdiff_t>(run.flat.matrices[k].offset);
    const auto end = begin + static_cast<std::ptrdiff_t>(expected.size());
    ExpectNear({output.begin() + begin, output.begin() + end}, expected, "output");
    if (!run.places[k].compressed) continue;
    ExpectNear({left.begin() + begin, left.begin() + end}, step["error"][k].get<Vector>(), "error");
  }
}

// The state of PowerSGD that begins with the file's factors; also starts the tensors in the
// reference's arithmetic.
Vector InitialState(Run& run, const json& trace) {
  Vector state = {0.0};
  for (const Place& place : run.places) {
    if (!place.compressed) continue;
    for (const bool q : {false, true}) {
      const Vector factor = FactorOf(trace[q ? "q0" : "p0"], place, q ? place.cols : place.rows);
      state.insert(state.end(), factor.begin(), factor.end());
      Vector& stacked = run.stacked[q ? 1 : 0];
      if (run.Stacked(place)) stacked.insert(stacked.end(), factor.begin(), factor.end());
    }
  }
  state.resize(state.size() + run.flat.size(), 0.0);
  return state;
}

void CompareLaser(const json& file, const json& described) {
  const json& trace = described["trace"];
  Run run;
  run.flat = FlatOf(file["shapes"]);
  const auto layout = compress::PlanLowRank(run.flat, described["rank"].get<int>(), 1,
                                            file["min_compression_rate"].get<double>());
  ASSERT_THAT(layout, IsOk());
  run.places = PlacesOf(*layout);
  for (size_t k = 0; k < run.places.size(); ++k) {
    ASSERT_EQ(run.places[k].compressed, trace["mask"][k].get<bool>()) << "tensor " << k;
  }
  run.channel = GaussianOf(file["power"]);
  run.allocation.column_exponent = described["exponent"].get<double>();
  auto codec = compress::MakePowerSgd<double>(*layout, 1, 1);
  ASSERT_THAT(codec->Restore(InitialState(run, trace)), IsOk());
  run.codec = codec.get();
  run.scheme = air::MakeLaser<double>(*layout, /*columns=*/true, std::move(codec));
  for (size_t s = 0; s < trace["steps"].size(); ++s) {
    SCOPED_TRACE("step " + std::to_string(s));
    CompareStep(run, trace["steps"][s]);
  }
}

TEST(LaserGoldenTest, PowerAndNoiseOfZSgdAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("laser");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    SCOPED_TRACE(file.name);
    CompareZSgd(file.json["zsgd"]);
  }
}

TEST(LaserGoldenTest, FactorsOutputsErrorsAndNoiseOfLaserAreTheReferences) {
  const std::vector<GoldenFile> files = GoldenFilesOf("laser");
  if (files.empty()) GTEST_SKIP() << "no file of this format in " << GoldenFolder();
  for (const GoldenFile& file : files) {
    for (const json& run : file.json["laser"]["runs"]) {
      SCOPED_TRACE(file.name + ": rank " + run["rank"].dump() + ", exponent " +
                   run["exponent"].dump());
      CompareLaser(file.json["laser"], run);
    }
  }
}

}  // namespace
}  // namespace consilium
