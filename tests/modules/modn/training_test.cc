#include "modules/modn/training.h"

#include <cmath>
#include <thread>

#include "gmock/gmock.h"
#include "modules/metrics/scores.h"
#include "modules/modn/evaluation.h"
#include "tests/modules/modn/small_case.h"

namespace consilium::modn {
namespace {

using ::consilium::testing::RandomExamples;
using ::consilium::testing::RandomParameters;
using ::consilium::testing::SmallArchitecture;

// Some passes over `examples`; returns the parameters.
std::vector<float> TrainFor(int passes, const Architecture& architecture, const Examples& examples,
                            PassOptions options, const std::vector<uint8_t>& trainable = {},
                            const nn::Parallel& parallel = {}) {
  std::vector<float> parameters = RandomParameters<float>(architecture, 1);
  Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, parameters.size());
  TrainingPass pass(architecture, examples, objective, *adam, options);
  const std::vector<int> patients = AllOf(examples.patients);
  for (int i = 0; i < passes; ++i) {
    pass.Run(patients, 5, static_cast<uint64_t>(i), 5e-3, trainable, parameters, nullptr, parallel);
  }
  return parameters;
}

// Disease is age + chol > 0; the other features are noise.
Examples Learnable(const Architecture& architecture, int patients) {
  Examples examples = RandomExamples<float>(architecture, patients, 3);
  Random random(9);
  for (size_t i = 0; i < static_cast<size_t>(patients); ++i) {
    const double age = random.Normal(), chol = random.Normal();
    examples.values[0][i] = static_cast<float>(age);
    examples.values[3][i] = static_cast<float>(chol);
    examples.labels[0][i] = age + chol > 0 ? 1 : 0;
  }
  return examples;
}

TEST(TrainingTest, LearnsWhatCanBeLearnt) {
  const Architecture architecture = SmallArchitecture(10, 16);
  const Examples train = Learnable(architecture, 300);
  const std::vector<float> parameters = TrainFor(30, architecture, train, {.batch = 32});
  const std::vector<int> patients = AllOf(300), order = {0, 1, 2, 3};
  const auto reading = ReadAtEnd<float>(architecture, parameters, train, {patients, order});
  EXPECT_GT(*metrics::Auroc({2, reading.probabilities[0], train.labels[0]}), 0.97);
}

TEST(TrainingTest, LeavesModulesThatAreNotTrainableBitForBit) {
  const Architecture architecture = SmallArchitecture();
  const nn::Layout layout = MakeLayout(architecture);
  std::vector<uint8_t> trainable(layout.modules().size(), 0);
  trainable[EncoderModule(1)] = 1;
  const std::vector<float> before = RandomParameters<float>(architecture, 1);
  const std::vector<float> after =
      TrainFor(2, architecture, RandomExamples<float>(architecture, 50, 3), {}, trainable);
  for (size_t m = 0; m < trainable.size(); ++m) {
    const Block block = layout.module_block(static_cast<int>(m));
    const auto a = nn::Slice<const float>(before, block), b = nn::Slice<const float>(after, block);
    EXPECT_EQ(std::ranges::equal(a, b), trainable[m] == 0) << "module " << m;
  }
}

TEST(TrainingTest, LeavesTheEncoderOfAFeatureNobodyHasBitForBit) {
  const Architecture architecture = SmallArchitecture();
  const nn::Layout layout = MakeLayout(architecture);
  Examples examples = RandomExamples<float>(architecture, 50, 3);
  for (float& value : examples.values[2]) value = NAN;
  const std::vector<float> before = RandomParameters<float>(architecture, 1);
  const std::vector<float> after = TrainFor(3, architecture, examples, {});
  const Block block = layout.module_block(EncoderModule(2));
  EXPECT_TRUE(std::ranges::equal(nn::Slice<const float>(before, block),
                                 nn::Slice<const float>(after, block)));
}

TEST(TrainingTest, GivesTheSameBitsAgainAndWithMoreThreads) {
  const Architecture architecture = SmallArchitecture(30, 32);
  const Examples examples = RandomExamples<float>(architecture, 300, 3);
  const PassOptions options{.batch = 150, .answer_dropout = 0.2};
  const nn::Parallel parallel{3, [](int count, const std::function<void(int)>& task) {
                                std::vector<std::jthread> threads;
                                for (int i = 0; i < count; ++i) threads.emplace_back(task, i);
                              }};
  const std::vector<float> once = TrainFor(2, architecture, examples, options);
  EXPECT_EQ(TrainFor(2, architecture, examples, options), once);
  EXPECT_EQ(TrainFor(2, architecture, examples, options, {}, parallel), once);
}

TEST(TrainingTest, LearnsInAFixedOrderAndInEveryPatientsOwn) {
  const Architecture architecture = SmallArchitecture(10, 16);
  const Examples train = Learnable(architecture, 300);
  const std::vector<int> patients = AllOf(300), order = {0, 1, 2, 3};
  for (const QuestionOrder asked : {QuestionOrder::kFixed, QuestionOrder::kOwn}) {
    const std::vector<float> parameters =
        TrainFor(30, architecture, train, {.batch = 32, .order = asked});
    const auto reading = ReadAtEnd<float>(architecture, parameters, train, {patients, order});
    EXPECT_GT(*metrics::Auroc({2, reading.probabilities[0], train.labels[0]}), 0.97);
  }
}

TEST(TrainingTest, StopsBeforeTheNextBatchWhenTold) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 50, 3);
  std::vector<float> parameters = RandomParameters<float>(architecture, 1);
  Objective<float> objective(architecture, {});
  const auto adam = optim::NewAdam({}, parameters.size());
  TrainingPass pass(architecture, examples, objective, *adam, {.batch = 10});
  int asked = 0;
  pass.Run(AllOf(50), 5, 0, 5e-3, {}, parameters, [&] { return ++asked > 2; });
  EXPECT_EQ(adam->state().steps, 2);
}

// One pass of plain gradient steps from `parameters`.
void Descend(const Examples& examples, double rate, const StepTerms& terms,
             std::vector<float>& parameters, const std::vector<uint8_t>& trainable = {},
             int passes = 1, int batch = 1000) {
  const Architecture architecture = SmallArchitecture();
  Objective<float> objective(architecture, {});
  const auto sgd = optim::NewSgd({}, parameters.size());
  TrainingPass pass(architecture, examples, objective, *sgd, {.batch = batch, .gradient_clip = 0});
  pass.Add(terms);
  for (int i = 0; i < passes; ++i) {
    pass.Run(AllOf(examples.patients), 5, static_cast<uint64_t>(i), rate, trainable, parameters);
  }
}

float Distance(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

TEST(TrainingTest, TheProximalTermJoinsTheGradient) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 50, 3);
  const std::vector<float> from = RandomParameters<float>(architecture, 1);
  const std::vector<float> start = RandomParameters<float>(architecture, 2);
  std::vector<float> plain = from, nothing = from, pulled = from;
  Descend(examples, 0.1, {}, plain);
  Descend(examples, 0.1, {.proximal = 0, .start = start}, nothing);
  EXPECT_EQ(nothing, plain);
  Descend(examples, 0.1, {.proximal = 3, .start = start}, pulled);
  for (size_t i = 0; i < from.size(); ++i) {
    EXPECT_NEAR(pulled[i], plain[i] - 0.1f * 3 * (from[i] - start[i]), 1e-5);
  }
}

TEST(TrainingTest, AStrongProximalTermKeepsNearTheStart) {
  const Architecture architecture = SmallArchitecture();
  const Examples examples = RandomExamples<float>(architecture, 100, 3);
  const std::vector<float> start = RandomParameters<float>(architecture, 1);
  std::vector<float> free = start, held = start;
  Descend(examples, 0.05, {}, free, {}, 20, 10);
  Descend(examples, 0.05, {.proximal = 10, .start = start}, held, {}, 20, 10);
  EXPECT_GT(Distance(free, start), 0.3f);
  EXPECT_LT(Distance(held, start), 0.3f * Distance(free, start));
}

TEST(TrainingTest, DriftJoinsEveryStepOfTrainableModules) {
  const Architecture architecture = SmallArchitecture();
  const nn::Layout layout = MakeLayout(architecture);
  const Examples examples = RandomExamples<float>(architecture, 50, 3);
  std::vector<uint8_t> trainable(layout.modules().size(), 1);
  trainable[EncoderModule(1)] = 0;
  const std::vector<float> from = RandomParameters<float>(architecture, 1);
  const std::vector<float> drift(from.size(), 0.01f);
  std::vector<float> drifted = from;
  Descend(examples, 0, {.drift = drift}, drifted, trainable, 1, 10);  // five steps
  for (size_t m = 0; m < trainable.size(); ++m) {
    const Block block = layout.module_block(static_cast<int>(m));
    for (size_t i = block.offset; i < block.offset + block.size; ++i) {
      EXPECT_NEAR(drifted[i], from[i] + (trainable[m] != 0 ? 0.05f : 0), 1e-6);
    }
  }
}

}  // namespace
}  // namespace consilium::modn
