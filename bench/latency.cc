// A step of a consultation over mutual TLS, next to an echo of 256 bytes on the same transport in
// the same run: latency, messages a second, and CPU time of both processes for each message.
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <memory>

#include "base/wire/channel.h"
#include "bench/federation_home.h"
#include "fmt/format.h"
#include "modules/modn/architecture.h"
#include "proto/consultation.grpc.pb.h"
#include "server/consultation/release.h"
#include "server/consultation/wire/service.h"
#include "server/data/examples.h"
#include "server/ops/listen.h"
#include "server/ops/log.h"
#include "server/ops/signals.h"
#include "server/ops/tune.h"

namespace consilium::bench {
namespace {

constexpr int kFeatures = 20;
constexpr int kOutcomes = 8;
constexpr size_t kEchoBytes = 256;

// ---- the server
// ----------------------------------------------------------------------------------

data::Schema BenchSchema() {
  data::Schema schema;
  schema.name = "bench";
  for (int f = 0; f < kFeatures; ++f) {
    data::Feature& feature = schema.features.emplace_back();
    feature.key = fmt::format("f{}", f);
    feature.unit = "1";
    feature.range = {.min = 0, .max = 1};
  }
  for (int o = 0; o < kOutcomes; ++o) {
    data::Outcome& outcome = schema.outcomes.emplace_back();
    outcome.key = fmt::format("y{}", o);
    outcome.classes.resize(2);
    outcome.classes[0].value = "no";
    outcome.classes[1].value = "yes";
  }
  return schema;
}

// `ranks`: the site knows what its patients answered, so that the next questions can be ranked.
StatusOr<std::shared_ptr<const consultation::Release>> BenchRelease(bool ranks) {
  training::Model model;
  model.run = "bench";
  model.schema = BenchSchema();
  const modn::Architecture architecture =
      data::ArchitectureOf(model.schema, model.state, model.hidden);
  const nn::Layout layout = modn::MakeLayout(architecture);
  model.parameters.resize(layout.size());
  modn::Initialise<float>(architecture, layout, 1, model.parameters);
  for (int f = 0; f < kFeatures; ++f) {
    model.statistics.insert(model.statistics.end(), {100, 0, 33});  // count, sum, sum of squares
  }
  model.answer_shares.resize(kFeatures);
  if (ranks) model.answer_shares.assign(kFeatures, std::vector<float>(10, 0.1F));
  return consultation::Release::Create(std::move(model), std::string(64, '0'));
}

class Echo final : public grpc::ServerBidiReactor<v1::ConsultRequest, v1::Step> {
 public:
  Echo() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    step_.set_request(request_.request());
    step_.set_model(request_.withdraw().feature());
    StartWrite(&step_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  v1::ConsultRequest request_;
  v1::Step step_;
};

class EchoService final : public v1::Consultation::CallbackService {
 public:
  grpc::ServerBidiReactor<v1::ConsultRequest, v1::Step>* Consult(
      grpc::CallbackServerContext*) override {
    return new Echo();
  }
};

struct Serving {
  consultation::Releases releases;
  std::unique_ptr<consultation::ConsultationService> service;
  std::unique_ptr<ops::Listener> listener;
};

StatusOr<std::unique_ptr<Serving>> Serve(const FederationHome& home, bool ranks) {
  auto serving = std::make_unique<Serving>();
  ASSIGN_OR_RETURN(auto release, BenchRelease(ranks));
  serving->releases.Publish(std::move(release));
  consultation::ConsultationServing with;
  with.site = "site";
  with.schema = BenchSchema();
  with.schema_digest.assign(32, '0');
  serving->service =
      consultation::ConsultationService::Create(std::move(with), serving->releases, SystemClock());
  ASSIGN_OR_RETURN(serving->listener, ops::Listener::Open("127.0.0.1:0", home.Files("site"),
                                                          {&serving->service->grpc_service()}));
  return serving;
}

[[noreturn]] void BeServer(const FederationHome& home, int ready) {
  EchoService echo;
  auto echoing = ops::Listener::Open("127.0.0.1:0", home.Files("site"), {&echo});
  auto plain = Serve(home, false);
  auto ranking = Serve(home, true);
  if (!echoing.ok() || !plain.ok() || !ranking.ok()) _exit(1);
  const std::string text =
      fmt::format("{}\n{}\n{}\n", (*echoing)->address(), (*plain)->listener->address(),
                  (*ranking)->listener->address());
  if (write(ready, text.data(), text.size()) < 0) _exit(1);
  ops::WaitForStopSignal();
  _exit(0);
}

// ---- the client
// ----------------------------------------------------------------------------------

enum class Talk { kEcho, kConsult };

// One stream that sends, waits for the answer, and sends again, so many times.
class Conversation final : public grpc::ClientBidiReactor<v1::ConsultRequest, v1::Step> {
 public:
  Conversation(v1::Consultation::Stub& stub, Talk talk, int messages)
      : talk_(talk), left_(messages) {
    latencies_.reserve(static_cast<size_t>(messages));
    stub.async()->Consult(&context_, this);
    Next();
    StartRead(&step_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    latencies_.push_back(ToSeconds(SystemClock().Now() - sent_) * 1e6);
    if (step_.refusals_size() > 0 && why_.empty()) why_ = step_.refusals(0).message();
    --left_;
    GoOnOnceBothAreDone();
  }
  void OnWriteDone(bool ok) override {
    if (ok) GoOnOnceBothAreDone();
  }
  void OnWritesDoneDone(bool) override { StartRead(&step_); }
  void OnDone(const grpc::Status& status) override {
    if (!status.ok()) why_ = status.error_message();
    if (why_.empty() && left_ != 0) why_ = "the stream ended early";
    done_.set_value(why_.empty() ? OkStatus() : Internal("a consultation failed: {}", why_));
  }

  Status Wait() { return done_.get_future().get(); }
  const std::vector<double>& latencies() const { return latencies_; }

 private:
  // The answer may be there before the reaction to the write.
  void GoOnOnceBothAreDone() {
    if (reactions_.fetch_add(1) % 2 == 0) return;
    if (left_ == 0) return StartWritesDone();
    Next();
    StartRead(&step_);
  }

  void Next() {
    request_.set_request(static_cast<uint64_t>(++number_));
    if (talk_ == Talk::kEcho) {
      request_.mutable_withdraw()->mutable_feature()->resize(kEchoBytes - 12, 'x');
    } else if (number_ == 1) {
      request_.mutable_begin();
    } else {
      Answer();
    }
    sent_ = SystemClock().Now();
    StartWrite(&request_);
  }

  // Answers one question after another, then takes the answers back.
  void Answer() {
    const int turn = (number_ - 2) % (2 * kFeatures);
    if (turn < kFeatures) {
      request_.mutable_observe()->set_feature(fmt::format("f{}", turn));
      request_.mutable_observe()->set_number(0.25);
    } else {
      request_.mutable_withdraw()->set_feature(fmt::format("f{}", 2 * kFeatures - 1 - turn));
    }
  }

  const Talk talk_;
  int left_;
  int number_ = 0;
  std::string why_;
  std::atomic<int> reactions_ = 0;
  grpc::ClientContext context_;
  v1::ConsultRequest request_;
  v1::Step step_;
  Time sent_;
  std::vector<double> latencies_;
  std::promise<Status> done_;
};

double ProcessCpu(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Figures {
  double p50 = 0;
  double p99 = 0;
  double rate = 0;
  double cpu = 0;  // us a message, both processes
};

StatusOr<Figures> Talks(const FederationHome& home, const std::string& address, Talk talk,
                        int streams, pid_t server) {
  ASSIGN_OR_RETURN(
      const auto channel,
      wire::OpenChannel(address, home.Files("doctor"),
                        {.role = security::Role::kNode, .name = "", .federation = ""}));
  v1::Consultation::Stub stub(channel);
  const int messages = std::max(200, 8000 / streams);
  {
    Conversation warm_up(stub, talk, 200);
    RETURN_IF_ERROR(warm_up.Wait());
  }
  clockid_t server_clock{};
  clock_getcpuclockid(server, &server_clock);
  const double cpu = ProcessCpu(CLOCK_PROCESS_CPUTIME_ID) + ProcessCpu(server_clock);
  const Time began = SystemClock().Now();
  std::vector<std::unique_ptr<Conversation>> conversations;
  for (int s = 0; s < streams; ++s) {
    conversations.push_back(std::make_unique<Conversation>(stub, talk, messages));
  }
  std::vector<double> all;
  for (const auto& conversation : conversations) {
    RETURN_IF_ERROR(conversation->Wait());
    all.insert(all.end(), conversation->latencies().begin(), conversation->latencies().end());
  }
  const double seconds = ToSeconds(SystemClock().Now() - began);
  const double spent = ProcessCpu(CLOCK_PROCESS_CPUTIME_ID) + ProcessCpu(server_clock) - cpu;
  std::sort(all.begin(), all.end());
  const double count = static_cast<double>(all.size());
  return Figures{.p50 = all[all.size() / 2],
                 .p99 = all[all.size() * 99 / 100],
                 .rate = count / seconds,
                 .cpu = 1e6 * spent / count};
}

void KeepBest(const Figures& next, Figures& best) {
  best = {.p50 = std::min(best.p50, next.p50),
          .p99 = std::min(best.p99, next.p99),
          .rate = std::max(best.rate, next.rate),
          .cpu = std::min(best.cpu, next.cpu)};
}

void Print(const char* what, int streams, const Figures& figures, const Figures& echo) {
  std::printf(
      "%-34s %2d streams  p50 %7.0f us  p99 %8.0f us  %7.0f/s  %5.1f CPU us  %.2f x echo "
      "(p50), %.2f x (CPU)\n",
      what, streams, figures.p50, figures.p99, figures.rate, figures.cpu, figures.p50 / echo.p50,
      figures.cpu / echo.cpu);
  std::fflush(stdout);
}

// In turns, and of each figure the best: others use this machine too.
Status Compare(const FederationHome& home, const std::vector<std::string>& addresses,
               pid_t server) {
  constexpr int kTurns = 5;
  constexpr const char* kNames[] = {"echo of 256 bytes", "step, 8 outcomes (aim: 1.3)",
                                    "step with next questions ranked"};
  for (const int streams : {1, 8, 64}) {
    Figures best[3];
    for (int turn = 0; turn < kTurns; ++turn) {
      for (size_t i = 0; i < 3; ++i) {
        const Talk talk = i == 0 ? Talk::kEcho : Talk::kConsult;
        ASSIGN_OR_RETURN(const Figures next, Talks(home, addresses[i], talk, streams, server));
        if (turn == 0) best[i] = next;
        KeepBest(next, best[i]);
      }
    }
    for (size_t i = 0; i < 3; ++i) Print(kNames[i], streams, best[i], best[0]);
  }
  return OkStatus();
}

Status Main() {
  ops::TuneProcess();
  ops::HoldStopSignals();
  RETURN_IF_ERROR(ops::SetUpLog(
      {.format = ops::LogFormat::kText, .level = ops::LogLevel::kWarning, .file = ""}));
  ASSIGN_OR_RETURN(FederationHome home, FederationHome::Make());
  RETURN_IF_ERROR(home.Enrol("node", "site"));
  RETURN_IF_ERROR(home.Enrol("clinician", "doctor"));
  int ends[2];
  if (pipe(ends) != 0) return Internal("no pipe");
  const pid_t server = fork();
  if (server == 0) BeServer(home, ends[1]);
  close(ends[1]);
  std::string text;
  char piece[256];
  while (std::count(text.begin(), text.end(), '\n') < 3) {
    const ssize_t length = read(ends[0], piece, sizeof piece);
    if (length <= 0) return Internal("the server did not start");
    text.append(piece, static_cast<size_t>(length));
  }
  std::vector<std::string> addresses;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    addresses.push_back(text.substr(at, text.find('\n', at) - at));
  }
  const Status compared = Compare(home, addresses, server);
  kill(server, SIGTERM);
  waitpid(server, nullptr, 0);
  return compared;
}

}  // namespace
}  // namespace consilium::bench

int main() {
  const consilium::Status status = consilium::bench::Main();
  if (status.ok()) return 0;
  std::fprintf(stderr, "error: %s\n", std::string(consilium::Message(status)).c_str());
  return 1;
}
