#ifndef CONSILIUM_MODULES_SCHEDULE_TREE_REDUCE_H_
#define CONSILIUM_MODULES_SCHEDULE_TREE_REDUCE_H_

#include <memory>
#include <vector>

#include "modules/schedule/exchange.h"
#include "modules/schedule/sent_means.h"
#include "modules/slices.h"

namespace consilium::schedule {

// A site below this one, and the planned weight of each block in its subtree.
struct TreeChild {
  int site = 0;
  std::vector<double> weights;
};

// One site's place in an all-reduce over a rooted tree.
struct TreePlace {
  std::vector<Block> blocks;
  std::vector<double> own_weights;  // of each block; all 0 at a mere aggregator
  std::vector<double> total_weights;
  int parent = -1;                        // -1 at the root
  std::vector<TreeChild> children;        // by ascending site
  std::unique_ptr<SentMeans> sent_means;  // where messages may be lost
};

// A weighted sum on its way up, or the mean on its way down.
template <typename Scalar>
struct TreeSum {
  std::vector<double> weights;  // of each block
  std::vector<Scalar> values;   // of the phase's blocks
};

// The frame of every all-reduce over a rooted tree, in one or more phases: in each, every site
// sends its subtree's weighted sum to its parent, the root divides by the weight that arrived and
// the mean goes down unchanged. A form says what the numbers are and how they travel. A child's sum
// is added as soon as those of all children before it are, and is not kept then.
template <typename Scalar>
class TreeReduce : public Exchange<Scalar>, private CommonResult {
 public:
  explicit TreeReduce(TreePlace place);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) final;
  StatusOr<std::vector<Outgoing>> Receive(int from, Incoming message) final;
  bool Complete() const final { return begun_ && phase_ == phases(); }
  std::vector<int> Missing() const final;
  std::vector<Outgoing> Deadline() final;
  void End(std::span<Scalar> values) final;

 protected:
  virtual int phases() const = 0;
  // As MeanCodec::PhaseBlocks.
  virtual std::vector<Block> PhaseBlocks(int phase) const = 0;

  virtual void BeginRound(std::span<const Scalar> values) = 0;
  virtual void EndRound(std::span<Scalar> values) = 0;

  // This site's own numbers of the phase, before they are weighted.
  virtual std::span<const Scalar> Contribution(int phase) = 0;

  // Appends a sum on its way up; or, at the root, the mean, and makes it what all will read of it.
  virtual void WriteSum(std::span<const Scalar> sum, ByteWriter& writer) = 0;
  virtual void WriteMean(std::span<Scalar> mean, ByteWriter& writer) = 0;

  // Reads what either wrote. On an error `numbers` may be half written.
  virtual Status Read(std::string_view payload, std::span<Scalar> numbers) = 0;

  // So many messages of the phase went up, or down.
  virtual void CountUp() = 0;
  virtual void CountDown(size_t messages) = 0;

  // The phase's mean is known; `counted`: this site's sum is in it. May take the values.
  virtual void Absorb(int phase, TreeSum<Scalar>& mean, bool counted) = 0;

  // With what the form adds to it.
  schedule::Extras<Scalar> ExtrasWith(ErrorFeedback<Scalar>* error, const TrafficAccount& traffic) {
    return {.error = error, .common = this, .traffic = &traffic};
  }

  const TreePlace& place() const { return place_; }
  const std::vector<Block>& phase_blocks() const { return phase_blocks_; }
  uint32_t round() const { return round_; }

 private:
  bool Whole() const final { return whole_; }

  using Messages = std::vector<Outgoing>;

  struct Child {
    TreeChild plan;
    bool arrived = false;   // its sum of this phase is here
    bool added = false;     // to this site's
    bool given_up = false;  // not waited for in this round
    bool included = false;  // its sum of this phase went up
    TreeSum<Scalar> sum;    // until it is added
  };

  void StartPhase();
  void Advance(Messages& messages);
  void Add(Child& child);
  void SendUp(Messages& messages);
  void CloseAtRoot(Messages& messages);
  void Close(TreeSum<Scalar>& mean, std::string body, bool counted, Messages& messages);
  void SendDown(std::string body, bool counted, Messages& messages);
  void WriteBeginning(ByteWriter& writer, MessageKind kind, std::span<const double> weights,
                      std::span<const double> planned) const;
  static std::vector<double> Allowed(const Child& child);
  StatusOr<Messages> ReceiveUp(Child& child, const MessageHeader& header, ByteReader& reader);
  StatusOr<Messages> ReceiveDown(const MessageHeader& header, ByteReader& reader);

  const TreePlace place_;
  std::vector<Child> children_;
  std::vector<double> subtree_weights_;  // planned

  uint32_t round_ = 0;
  int phase_ = 0;
  bool begun_ = false;  // between Begin and End
  bool sent_ = false;   // this phase's sum went up: waiting for the mean
  bool whole_ = true;   // the planned weight is in all means of the round
  std::vector<Block> phase_blocks_;
  TreeSum<Scalar> sum_;        // of this site and its children; at the root then the mean
  TreeSum<Scalar> mean_;       // what came from the parent
  std::vector<Scalar> spare_;  // for the next child's values
};

extern template class TreeReduce<float>;
extern template class TreeReduce<double>;

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_TREE_REDUCE_H_
