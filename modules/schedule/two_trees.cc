#include "modules/schedule/two_trees.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/random.h"

namespace consilium::schedule {
namespace {

// What goes over one tree: pieces of the whole vector, one after the other.
struct Half {
  FlatShape shape;
  std::vector<Block> pieces;
};

// Appends every second row of a matrix, or every second number of what is in none (cols 1).
void AddRows(const MatrixSlice& whole, bool is_matrix, size_t tree, Half& half) {
  Block& block = half.shape.blocks.back();
  MatrixSlice part{block.offset + block.size, 0, whole.cols, whole.block};
  for (auto row = static_cast<int>(tree); row < whole.rows; row += 2) {
    const auto cols = static_cast<size_t>(whole.cols);
    half.pieces.push_back({whole.offset + static_cast<size_t>(row) * cols, cols});
    block.size += cols;
    ++part.rows;
  }
  if (is_matrix && part.rows > 0) half.shape.matrices.push_back(part);
}

Half HalfOf(const FlatShape& shape, size_t tree) {
  Half half;
  auto matrix = shape.matrices.begin();
  for (size_t b = 0; b < shape.blocks.size(); ++b) {
    const Block block = shape.blocks[b];
    half.shape.blocks.push_back({half.shape.size(), 0});
    size_t covered = 0;
    for (; matrix != shape.matrices.end() && matrix->block == static_cast<int>(b); ++matrix) {
      AddRows(*matrix, /*is_matrix=*/true, tree, half);
      covered += matrix->size();
    }
    const auto rest = static_cast<int>(block.size - covered);
    AddRows({block.offset + covered, rest, 1, static_cast<int>(b)}, false, tree, half);
  }
  return half;
}

template <typename Scalar>
class TwoTrees final : public Exchange<Scalar>,
                       private ErrorFeedback<Scalar>,
                       private ControlVariates<Scalar>,
                       private TrafficAccount {
 public:
  struct Part {
    Half half;
    std::unique_ptr<Exchange<Scalar>> exchange;
    std::vector<Scalar> values;
  };

  TwoTrees(std::array<Part, 2> parts, size_t size) : parts_(std::move(parts)), size_(size) {}

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override {
    std::vector<Outgoing> messages;
    for (Part& part : parts_) {
      Gather(values, part);
      Append(part, part.exchange->Begin(part.values), messages);
    }
    return messages;
  }

  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) override {
    const std::string_view body = message.body();
    const int tree = body.empty() ? 0 : body[0];
    if (tree != 1 && tree != 2) {
      return InvalidArgument("message of site {} for tree {}, expected 1 or 2", from, tree);
    }
    Part& part = parts_[static_cast<size_t>(tree - 1)];
    ASSIGN_OR_RETURN(std::vector<Outgoing> answers, part.exchange->Receive(from, body.substr(1)));
    std::vector<Outgoing> messages;
    Append(part, std::move(answers), messages);
    return messages;
  }

  bool Complete() const override {
    return parts_[0].exchange->Complete() && parts_[1].exchange->Complete();
  }

  std::vector<int> Missing() const override {
    std::set<int> missing;
    for (const Part& part : parts_) {
      const std::vector<int> sites = part.exchange->Missing();
      missing.insert(sites.begin(), sites.end());
    }
    return {missing.begin(), missing.end()};
  }

  std::vector<Outgoing> Deadline() override {
    std::vector<Outgoing> messages;
    for (Part& part : parts_) {
      if (part.exchange->Complete()) continue;
      Append(part, part.exchange->Deadline(), messages);
    }
    return messages;
  }

  void End(std::span<Scalar> values) override {
    correction_.clear();
    for (Part& part : parts_) {
      part.exchange->End(part.values);
      Scatter(part, part.values, values);
      const std::span<const Scalar> correction = CorrectionOf(*part.exchange);
      if (correction.empty()) continue;
      correction_.resize(size_);
      Scatter(part, correction, correction_);
    }
  }

  schedule::Extras<Scalar> Extras() override {
    return {.error = this, .control = this, .traffic = this};
  }

 private:
  void AddTraffic(std::span<BlockTraffic> by_block) const override {
    for (const Part& part : parts_) AddTrafficOf(*part.exchange, by_block);
  }

  std::vector<Scalar> Owed() const override {
    std::vector<Scalar> owed;
    for (const Part& part : parts_) {
      const std::vector<Scalar> half = OwedOf(*part.exchange);
      if (half.empty()) continue;
      owed.resize(size_);
      Scatter(part, half, owed);
    }
    return owed;
  }

  Status Owe(std::span<const Scalar> owed) override {
    if (owed.empty()) return OkStatus();
    if (owed.size() != size_) {
      return InvalidArgument("{} numbers are owed, expected {}", owed.size(), size_);
    }
    for (Part& part : parts_) {
      Gather(owed, part);
      RETURN_IF_ERROR(OweTo(*part.exchange, std::span<const Scalar>(part.values)));
    }
    return OkStatus();
  }

  std::span<const Scalar> Correction() const override { return correction_; }

  static void Gather(std::span<const Scalar> whole, Part& part) {
    auto to = part.values.begin();
    for (const Block& piece : part.half.pieces) {
      to = std::ranges::copy(whole.subspan(piece.offset, piece.size), to).out;
    }
  }

  static void Scatter(const Part& part, std::span<const Scalar> half, std::span<Scalar> whole) {
    for (const Block& piece : part.half.pieces) {
      std::ranges::copy(half.first(piece.size), whole.subspan(piece.offset).begin());
      half = half.subspan(piece.size);
    }
  }

  void Append(const Part& part, std::vector<Outgoing> from, std::vector<Outgoing>& messages) const {
    const char tree = &part == &parts_[0] ? 1 : 2;
    for (Outgoing& message : from) {
      message.body.insert(message.body.begin(), tree);
      messages.push_back(std::move(message));
    }
  }

  std::array<Part, 2> parts_;
  const size_t size_;
  std::vector<Scalar> correction_;
};

}  // namespace

template <typename Scalar>
StatusOr<std::unique_ptr<Exchange<Scalar>>> MakeTwoTrees(const ExchangeOptions& options,
                                                         const topology::Graph& first,
                                                         const topology::Graph& second) {
  if (first.size() != second.size()) {
    return InvalidArgument("a tree of {} sites and one of {}: expected the same sites",
                           first.size(), second.size());
  }
  std::array<typename TwoTrees<Scalar>::Part, 2> parts;
  for (size_t tree = 0; tree < parts.size(); ++tree) {
    parts[tree].half = HalfOf(options.shape, tree);
    parts[tree].values.resize(parts[tree].half.shape.size());
    ExchangeOptions half = options;
    half.shape = parts[tree].half.shape;
    half.graph = tree == 0 ? first : second;
    if (tree == 1) half.root = second.size() - 1 - options.root;
    half.seed = Random::Named(options.seed, "tree", tree).Bits();
    ASSIGN_OR_RETURN(parts[tree].exchange, MakeExchange<Scalar>(half));
  }
  return std::unique_ptr<Exchange<Scalar>>(
      std::make_unique<TwoTrees<Scalar>>(std::move(parts), options.shape.size()));
}

template StatusOr<std::unique_ptr<Exchange<float>>> MakeTwoTrees(const ExchangeOptions&,
                                                                 const topology::Graph&,
                                                                 const topology::Graph&);
template StatusOr<std::unique_ptr<Exchange<double>>> MakeTwoTrees(const ExchangeOptions&,
                                                                  const topology::Graph&,
                                                                  const topology::Graph&);

}  // namespace consilium::schedule
