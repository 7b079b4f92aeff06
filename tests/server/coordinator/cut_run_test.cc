#include <filesystem>
#include <map>

#include "base/file.h"
#include "client/api/administration_client.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "modules/modn/architecture.h"
#include "server/coordinator/coordinator.h"
#include "server/data/examples.h"
#include "server/data/normalisation.h"
#include "server/node/node.h"
#include "tests/support/cutting_link.h"
#include "tests/support/process.h"
#include "tests/support/throwaway_authority.h"

// Whole federations, coordinator and nodes over mutual TLS, whose links break again and again.
namespace consilium::coordinator {
namespace {

using testing::CuttingLink;
using testing::Eventually;
using testing::TemporaryFolder;
using testing::ThrowawayAuthority;

constexpr int kFeatures = 40;  // with [model] below: 500 thousand parameters, messages of 2 MB
constexpr int kRounds = 4;

// Moves every parameter by an amount of its own and the site's: a chunk that is lost, doubled or
// out of place changes the model.
class StridingLearner final : public training::Learner {
 public:
  StridingLearner(const data::Schema& schema, const federation::Plan& plan, float stride)
      : layout_(modn::MakeLayout(
            data::ArchitectureOf(schema, plan.training.state, plan.training.hidden))),
        statistics_(data::StatisticsSize(schema)),
        stride_(stride) {}

  training::LearnerFacts Facts() const override {
    return {.layout = layout_,
            .weights = std::vector<float>(layout_.modules().size(), 1),
            .initial_parameters = std::vector<float>(layout_.size(), 0.5F),
            .statistics = std::vector<double>(statistics_, 1),
            .training_patients = 1};
  }
  Status UseStatistics(std::span<const double>) override { return OkStatus(); }
  StatusOr<double> TrainRound(const training::LocalRound& local, std::span<float> parameters,
                              const std::atomic<bool>&) override {
    for (size_t i = 0; i < parameters.size(); ++i) {
      parameters[i] +=
          stride_ * static_cast<float>((i * 7919 + static_cast<size_t>(local.round)) % 1009);
    }
    return 0.0;
  }

 private:
  const nn::Layout layout_;
  const size_t statistics_;
  const float stride_;
};

std::string SchemaText() {
  std::string text = "schema = \"cut\"\nversion = 1\n";
  for (int f = 0; f < kFeatures; ++f) {
    text += fmt::format(
        "[[features]]\nkey = \"f{0}\"\nlabel = \"f{0}\"\nquestion = \"f{0}?\"\n"
        "kind = \"continuous\"\nunit = \"1\"\nrange = {{ min = 0, max = 1 }}\n",
        f);
  }
  return text +
         "[[outcomes]]\nkey = \"y\"\nlabel = \"y\"\nquestion = \"y?\"\nclasses = [\n"
         "  { value = \"no\", label = \"no\" }, { value = \"yes\", label = \"yes\" } ]\n";
}

std::string CohortText() {
  std::string header;
  std::string row;
  for (int f = 0; f < kFeatures; ++f) {
    header += fmt::format("f{},", f);
    row += "0.5,";
  }
  return header + "y\n" + row + "no\n" + row + "yes\n";
}

struct Outcome {
  api::RunView run;
  int cuts = 0;
};

// Two nodes and a coordinator in this process, each node behind a link that is cut after `bytes`.
class Federation {
 public:
  Federation() {
    EXPECT_TRUE(WriteFile(folder_ / "schema.toml", SchemaText()).ok());
    EXPECT_TRUE(WriteFile(folder_ / "patients.csv", CohortText()).ok());
  }

  Outcome Train(const std::string& schedule, std::function<size_t(int)> bytes) {
    const std::string state = folder_ / fmt::format("state-{}", ++runs_);
    std::filesystem::create_directories(state);
    ops::CoordinatorConfig config;
    config.listen = "127.0.0.1:0";
    config.state = state + "/coordinator";
    config.schema = folder_ / "schema.toml";
    config.tls = authority_.Issue(security::Role::kCoordinator, "coordinator");
    auto coordinator = Coordinator::Open(config, SystemClock());
    if (!coordinator.ok()) return Fail(coordinator.status());
    std::vector<std::unique_ptr<CuttingLink>> links;
    std::vector<std::unique_ptr<node::Node>> nodes;
    for (const auto& [site, stride] : kStrides) {
      links.push_back(std::make_unique<CuttingLink>((*coordinator)->address(), bytes));
      auto node = OpenNode(site, stride, state, links.back()->address());
      if (!node.ok()) return Fail(node.status());
      nodes.push_back(*std::move(node));
      nodes.back()->Start();
    }
    Outcome outcome = Finish((*coordinator)->address(), schedule);
    for (const auto& link : links) outcome.cuts += link->cuts();
    return outcome;
  }

 private:
  inline static const std::map<std::string, float> kStrides = {{"cleveland", 0.001F},
                                                               {"va", -0.0003F}};

  Outcome Fail(const Status& why) {
    ADD_FAILURE() << why;
    return {};
  }

  StatusOr<std::unique_ptr<node::Node>> OpenNode(const std::string& site, float stride,
                                                 const std::string& state,
                                                 const std::string& link) {
    ops::NodeConfig config;
    config.site = site;
    config.state = state + "/" + site;
    config.schema = folder_ / "schema.toml";
    config.cohort = folder_ / "patients.csv";
    config.coordinator = link;
    config.checkpoint_every = Seconds(3600);
    config.tls = authority_.Issue(security::Role::kNode, site);
    return node::Node::Open(config, SystemClock(),
                            [stride](const federation::Plan& plan, const node::SiteRecords& records,
                                     const training::Model*) {
                              return StatusOr<std::unique_ptr<training::Learner>>(
                                  std::make_unique<StridingLearner>(records.schema, plan, stride));
                            });
  }

  Outcome Finish(const std::string& address, const std::string& schedule) {
    api::AdministrationClientOptions options;
    options.target = address;
    options.files = authority_.Issue(security::Role::kOperator, "operator");
    const auto client = api::AdministrationClient::Create(options);
    if (!client.ok()) return Fail(client.status());
    EXPECT_TRUE(Eventually([&] {
      const auto sites = (*client)->ListSites();
      return sites.ok() && sites->size() == kStrides.size();
    }));
    const std::string plan = fmt::format(
        "[run]\nsites = [\"cleveland\", \"va\"]\nrounds = {}\n[model]\nstate = 100\nhidden = "
        "60\n[compression]\nkind = \"identity\"\n{}",
        kRounds, schedule);
    const auto started = (*client)->StartRun("cut", plan, "cut");
    if (!started.ok()) return Fail(started.status());
    Outcome outcome;
    EXPECT_TRUE(Eventually(
        [&] {
          const auto run = (*client)->GetRun("cut");
          if (run.ok()) outcome.run = *run;
          return outcome.run.HasEnded();
        },
        50))
        << outcome.run.state << ": " << outcome.run.reason;
    return outcome;
  }

  TemporaryFolder folder_;
  ThrowawayAuthority authority_;
  int runs_ = 0;
};

// Between 0.6 and 1.2 MB: never as much as a message, and often in the middle of a chunk.
size_t Short(int connection) {
  return 600'000 + static_cast<size_t>(connection) * 77'777 % 600'000;
}

class CutRunTest : public ::testing::TestWithParam<const char*> {};

TEST_P(CutRunTest, FinishesInTheFirstGenerationWithTheBitsOfAnUncutRun) {
  Federation federation;
  const Outcome whole = federation.Train(GetParam(), [](int) { return size_t{0}; });
  const Outcome cut = federation.Train(GetParam(), Short);
  for (const Outcome* outcome : {&whole, &cut}) {
    EXPECT_EQ(outcome->run.state, "finished") << outcome->run.reason;
    EXPECT_EQ(outcome->run.generation, 1U);
  }
  EXPECT_FALSE(whole.run.model_digest.empty());
  EXPECT_EQ(cut.run.model_digest, whole.run.model_digest);
  EXPECT_EQ(whole.cuts, 0);
  EXPECT_GE(cut.cuts, 40);
}

INSTANTIATE_TEST_SUITE_P(Schedules, CutRunTest,
                         ::testing::Values("[schedule]\nkind = \"all_reduce\"\n"
                                           "aggregator = \"coordinator\"\ntopology = \"star\"\n",
                                           "[schedule]\nkind = \"relay_sum\"\n"
                                           "topology = \"chain\"\n"));

}  // namespace
}  // namespace consilium::coordinator
