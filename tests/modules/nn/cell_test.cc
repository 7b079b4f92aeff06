#include "modules/nn/cell.h"

#include <cmath>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "tests/support/gradient_check.h"

namespace consilium::nn {
namespace {

using Numbers = std::vector<double>;

constexpr int kRows = 2, kRow = 16;
constexpr size_t kBlock = kRows * kRow;

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Kind {
  const char* name;
  const Cell<double>& cell;
  // h' (and c') of one unit, from V x + c and W h + b of its blocks, h and c.
  double (*textbook)(const Numbers& input, const Numbers& hidden, double h, double c);
};

double Elman(const Numbers& v, const Numbers& w, double, double) { return std::tanh(v[0] + w[0]); }

double Gru(const Numbers& v, const Numbers& w, double h, double) {
  const double r = Sigmoid(v[0] + w[0]), z = Sigmoid(v[1] + w[1]);
  return (1 - z) * std::tanh(v[2] + r * w[2]) + z * h;
}

double Lstm(const Numbers& v, const Numbers& w, double, double c) {
  const double i = Sigmoid(v[0] + w[0]), f = Sigmoid(v[1] + w[1]);
  const double g = std::tanh(v[2] + w[2]), o = Sigmoid(v[3] + w[3]);
  return o * std::tanh(f * c + i * g);
}

class CellTest : public ::testing::TestWithParam<Kind> {
 protected:
  // All inputs of a step in one vector: V x + c, W h + b, h before, c before.
  Numbers RandomInputs() const {
    Random random(3);
    Numbers all((2 * Blocks() + 2) * kBlock);
    for (double& x : all) x = random.Normal();
    return all;
  }

  size_t Blocks() const { return static_cast<size_t>(GetParam().cell.blocks); }

  // Runs the step; `gates`, `kept` as it leaves them.
  Numbers Run(std::span<const double> all, Numbers& gates, Numbers& kept, Numbers& c) const {
    const size_t blocks = Blocks() * kBlock;
    gates.assign(all.begin(), all.begin() + static_cast<ptrdiff_t>(blocks));
    kept.assign(kBlock, 0);
    c.assign(kBlock, 0);
    Numbers h(kBlock);
    GetParam().cell.forward(PlainKernels<double>(), Step(all, gates, kept, h, c));
    return h;
  }

  CellStep<double> Step(std::span<const double> all, Numbers& gates, Numbers& kept, Numbers& h,
                        Numbers& c) const {
    const size_t blocks = Blocks() * kBlock;
    return {
        kRows,    kRow,     gates.data(), &all[blocks], &all[2 * blocks], &all[2 * blocks + kBlock],
        h.data(), c.data(), kept.data()};
  }
};

TEST_P(CellTest, StepsAsTheTextbookSays) {
  const Numbers all = RandomInputs();
  Numbers gates, kept, c;
  const Numbers h = Run(all, gates, kept, c);
  const size_t blocks = Blocks() * kBlock;
  for (size_t i = 0; i < kRows; ++i) {
    for (size_t j = 0; j < kRow; ++j) {
      Numbers input, hidden;
      for (size_t b = 0; b < Blocks(); ++b) {
        const size_t at = (i * Blocks() + b) * kRow + j;
        input.push_back(all[at]);
        hidden.push_back(all[blocks + at]);
      }
      const size_t unit = i * kRow + j;
      EXPECT_NEAR(h[unit],
                  GetParam().textbook(input, hidden, all[2 * blocks + unit],
                                      all[2 * blocks + kBlock + unit]),
                  1e-12);
    }
  }
}

TEST_P(CellTest, HasTheGradientOfAnyLossOfItsOutputs) {
  const Numbers all = RandomInputs();
  Random random(4);
  Numbers of_h(kBlock), of_c(kBlock);
  for (double& x : of_h) x = random.Normal();
  for (double& x : of_c) x = GetParam().cell.has_c ? random.Normal() : 0;
  const auto loss = [&](std::span<const double> at) {
    Numbers gates, kept, c;
    const Numbers h = Run(at, gates, kept, c);
    double sum = 0;
    for (size_t i = 0; i < kBlock; ++i) sum += of_h[i] * h[i] + of_c[i] * c[i];
    return sum;
  };
  Numbers gates, kept, c;
  Numbers h = Run(all, gates, kept, c);
  const size_t blocks = Blocks() * kBlock;
  Numbers gradient(all.size());
  Numbers c_gradient = of_c;
  GetParam().cell.backward(
      Step(all, gates, kept, h, c),
      {of_h.data(), c_gradient.data(), &gradient[0], &gradient[blocks], &gradient[2 * blocks]});
  if (GetParam().cell.has_c) {
    std::copy(c_gradient.begin(), c_gradient.end(), &gradient[2 * blocks + kBlock]);
  }
  testing::ExpectGradient(loss, all, gradient);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CellTest,
                         ::testing::Values(Kind{"Elman", ElmanCell<double>(), Elman},
                                           Kind{"Gru", GruCell<double>(), Gru},
                                           Kind{"Lstm", LstmCell<double>(), Lstm}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace consilium::nn
