#include "modules/schedule/compressed_reduce.h"

#include <algorithm>
#include <utility>

#include "modules/schedule/message.h"

namespace consilium {
namespace {

template <typename Scalar>
struct Below {
  AllReduceChild plan;
  bool arrived = false;   // its sum is here
  bool given_up = false;  // not waited for in this round
  bool included = false;  // its sum went up
  std::vector<double> weights;
  std::vector<Scalar> sum;
};

template <typename Scalar>
class CompressedReduce final : public Exchange<Scalar> {
 public:
  explicit CompressedReduce(CompressedReduceOptions<Scalar> options);

  std::vector<Outgoing> Begin(std::span<const Scalar> values) override;
  StatusOr<std::vector<Outgoing>> Receive(int from, std::string_view body) override;
  bool Complete() const override { return begun_ && closed_; }
  std::vector<int> Missing() const override;
  std::vector<Outgoing> Deadline() override;
  void End(std::span<Scalar> values) override;
  void AddTraffic(std::span<BlockTraffic> by_block) const override;
  std::vector<Scalar> Owed() const override;
  Status Owe(std::span<const Scalar> owed) override;

 private:
  using Messages = std::vector<Outgoing>;

  void Advance(Messages& messages);
  void CloseAtRoot(Messages& messages);
  void SendDown(const std::vector<double>& weights, std::string_view payload, bool counted,
                Messages& messages);
  static void Write(ByteWriter& writer, MessageHeader header, std::span<const double> weights,
                    std::span<const double> planned);
  StatusOr<Messages> ReceiveDown(const MessageHeader& header, ByteReader& reader);
  StatusOr<Messages> ReceiveUp(Below<Scalar>& child, const MessageHeader& header,
                               ByteReader& reader);
  Scalar UnitOfError(size_t block) const;

  const std::vector<Block> blocks_;
  const std::vector<double> own_weights_;
  const std::vector<double> total_weights_;
  const int parent_;
  const std::unique_ptr<HopCodec<Scalar>> codec_;
  const std::unique_ptr<SentMeans> sent_means_;
  std::vector<Below<Scalar>> children_;
  std::vector<double> subtree_weights_;  // planned

  uint32_t round_ = 0;
  bool begun_ = false;   // between Begin and End
  bool sent_ = false;    // the sum went up: waiting for the mean
  bool closed_ = false;  // the mean is here
  std::vector<Scalar> values_;
  std::vector<Scalar> own_;  // values_ times this site's weights
  std::vector<double> sum_weights_;
  std::vector<Scalar> sum_;   // of this site and its children; at the root then the mean
  std::vector<Scalar> mean_;  // as all sites have it
};

template <typename Scalar>
CompressedReduce<Scalar>::CompressedReduce(CompressedReduceOptions<Scalar> options)
    : blocks_(std::move(options.blocks)),
      own_weights_(std::move(options.own_weights)),
      total_weights_(std::move(options.total_weights)),
      parent_(options.parent),
      codec_(std::move(options.codec)),
      sent_means_(std::move(options.sent_means)),
      subtree_weights_(own_weights_) {
  const size_t size = blocks_.empty() ? 0 : blocks_.back().offset + blocks_.back().size;
  own_.resize(size);
  mean_.resize(size);
  for (AllReduceChild& child : options.children) {
    for (size_t b = 0; b < own_weights_.size(); ++b) subtree_weights_[b] += child.weights[b];
    children_.push_back(
        {.plan = std::move(child), .weights = {}, .sum = std::vector<Scalar>(size)});
  }
}

template <typename Scalar>
std::vector<Outgoing> CompressedReduce<Scalar>::Begin(std::span<const Scalar> values) {
  values_.assign(values.begin(), values.end());
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const auto weight = static_cast<Scalar>(own_weights_[b]);
    for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
      own_[i] = values[i] * weight;
    }
  }
  begun_ = true;
  sent_ = closed_ = false;
  for (Below<Scalar>& child : children_) child.arrived = child.given_up = child.included = false;
  Messages messages;
  Advance(messages);
  return messages;
}

// Up once all children are here, and at the root down.
template <typename Scalar>
void CompressedReduce<Scalar>::Advance(Messages& messages) {
  if (sent_ || closed_) return;
  for (const Below<Scalar>& child : children_) {
    if (!child.arrived && !child.given_up) return;
  }
  sum_ = own_;
  sum_weights_ = own_weights_;
  for (Below<Scalar>& child : children_) {  // in the order of the sites, so that bits are fixed
    child.included = child.arrived;
    if (!child.arrived) continue;
    for (size_t b = 0; b < sum_weights_.size(); ++b) sum_weights_[b] += child.weights[b];
    for (size_t i = 0; i < sum_.size(); ++i) sum_[i] += child.sum[i];
  }
  if (parent_ < 0) return CloseAtRoot(messages);
  sent_ = true;
  ByteWriter writer;
  Write(writer, {.kind = MessageKind::kAllReduceUp, .round = round_}, sum_weights_,
        subtree_weights_);
  codec_->Encode(sum_, round_, writer);
  messages.push_back({parent_, writer.Take()});
}

template <typename Scalar>
void CompressedReduce<Scalar>::CloseAtRoot(Messages& messages) {
  for (size_t b = 0; b < blocks_.size(); ++b) {
    if (!(sum_weights_[b] > 0)) continue;  // the sum is what errors gave back; it stays one
    const auto weight = static_cast<Scalar>(sum_weights_[b]);
    for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
      sum_[i] /= weight;
    }
  }
  ByteWriter writer;
  codec_->Encode(sum_, round_, writer);
  codec_->Sent();
  const std::span<const Scalar> decoded = codec_->Decoded();
  mean_.assign(decoded.begin(), decoded.end());
  closed_ = true;
  SendDown(sum_weights_, writer.Take(), /*counted=*/true, messages);
}

template <typename Scalar>
void CompressedReduce<Scalar>::SendDown(const std::vector<double>& weights,
                                        std::string_view payload, bool counted,
                                        Messages& messages) {
  if (children_.empty()) return;
  ByteWriter writer;
  Write(writer, {.kind = MessageKind::kAllReduceDown, .round = round_}, weights, total_weights_);
  writer.Raw(payload);
  std::string body = writer.Take();
  std::vector<bool> included;
  for (const Below<Scalar>& child : children_) {
    included.push_back(counted && child.included);
    messages.push_back({child.plan.site, included.back() ? Counted(body) : body});
  }
  if (sent_means_) sent_means_->Keep(round_, 0, std::move(body), std::move(included));
}

template <typename Scalar>
void CompressedReduce<Scalar>::Write(ByteWriter& writer, MessageHeader header,
                                     std::span<const double> weights,
                                     std::span<const double> planned) {
  header.planned_weights = ArePlanned(weights, planned);
  WriteHeader(writer, header, sizeof(Scalar));
  if (!header.planned_weights) WriteWeights<Scalar>(writer, weights);
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> CompressedReduce<Scalar>::Receive(int from, std::string_view body) {
  const auto child =
      std::find_if(children_.begin(), children_.end(),
                   [&](const Below<Scalar>& each) { return each.plan.site == from; });
  const bool is_child = child != children_.end();
  if (!is_child && from != parent_) {
    return InvalidArgument("message from site {}, which is no neighbour in the tree", from);
  }
  ByteReader reader(body);
  ASSIGN_OR_RETURN(const MessageHeader header, ReadHeader(reader, sizeof(Scalar)));
  const MessageKind expected = is_child ? MessageKind::kAllReduceUp : MessageKind::kAllReduceDown;
  if (header.kind != expected) {
    return InvalidArgument("site {} sent a message of another schedule or direction", from);
  }
  if (header.phase != 0) {
    return InvalidArgument("site {} sent phase {}, there is one", from, header.phase);
  }
  if (header.round >= round_ + (begun_ ? 1 : 0)) return AheadOfRound(from, header.round, round_);
  if (header.asks) {
    if (is_child && sent_means_ && reader.remaining() == 0) {
      return sent_means_->From(static_cast<size_t>(child - children_.begin()), from, header);
    }
    return InvalidArgument("site {} asks for what this site does not repeat", from);
  }
  if (header.round < round_) return Messages{};  // too late to count
  return is_child ? ReceiveUp(*child, header, reader) : ReceiveDown(header, reader);
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> CompressedReduce<Scalar>::ReceiveUp(Below<Scalar>& child,
                                                                    const MessageHeader& header,
                                                                    ByteReader& reader) {
  if (child.arrived) {
    return AlreadyExists("message of site {} is here already", child.plan.site);
  }
  ASSIGN_OR_RETURN(std::vector<double> weights,
                   ReadWeights<Scalar>(reader, header, child.plan.weights));
  RETURN_IF_ERROR(codec_->Decode(reader.Raw(reader.remaining()), round_, child.sum));
  child.weights = std::move(weights);
  child.arrived = true;
  Messages messages;
  Advance(messages);
  return messages;
}

template <typename Scalar>
StatusOr<std::vector<Outgoing>> CompressedReduce<Scalar>::ReceiveDown(const MessageHeader& header,
                                                                      ByteReader& reader) {
  if (closed_) return AlreadyExists("the mean is here already");
  ASSIGN_OR_RETURN(const std::vector<double> weights,
                   ReadWeights<Scalar>(reader, header, total_weights_));
  const std::string_view payload = reader.Raw(reader.remaining());
  RETURN_IF_ERROR(codec_->Decode(payload, round_, mean_));
  const bool counted = header.counted && sent_;
  if (counted) {
    codec_->Sent();
  } else {
    codec_->Unsent(own_);
  }
  closed_ = true;
  Messages messages;
  SendDown(weights, payload, counted, messages);
  return messages;
}

template <typename Scalar>
std::vector<int> CompressedReduce<Scalar>::Missing() const {
  std::vector<int> missing;
  if (!begun_ || closed_) return missing;
  if (sent_) return {parent_};
  for (const Below<Scalar>& child : children_) {
    if (!child.arrived && !child.given_up) missing.push_back(child.plan.site);
  }
  return missing;
}

template <typename Scalar>
std::vector<Outgoing> CompressedReduce<Scalar>::Deadline() {
  Messages messages;
  if (!begun_ || closed_) return messages;
  if (sent_) {
    if (sent_means_) messages.push_back({parent_, AskForMean(round_, 0, sizeof(Scalar))});
    return messages;
  }
  for (Below<Scalar>& child : children_) child.given_up = child.given_up || !child.arrived;
  Advance(messages);
  return messages;
}

template <typename Scalar>
void CompressedReduce<Scalar>::End(std::span<Scalar> values) {
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const std::vector<Scalar>& from = total_weights_[b] > 0 ? mean_ : values_;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(blocks_[b].offset), blocks_[b].size,
                values.begin() + static_cast<std::ptrdiff_t>(blocks_[b].offset));
  }
  begun_ = false;
  ++round_;
}

template <typename Scalar>
void CompressedReduce<Scalar>::AddTraffic(std::span<BlockTraffic> by_block) const {
  if (sent_) codec_->AddTraffic(by_block);
  if (!closed_) return;
  for (size_t child = 0; child < children_.size(); ++child) {
    if (parent_ < 0) {
      codec_->AddTraffic(by_block);
    } else {
      codec_->AddDecoded(by_block);
    }
  }
}

// What a unit of this site's error is of its own values: errors are of sums, the root's of means.
template <typename Scalar>
Scalar CompressedReduce<Scalar>::UnitOfError(size_t block) const {
  const double sums = parent_ < 0 ? total_weights_[block] : 1;
  return static_cast<Scalar>(own_weights_[block] > 0 ? sums / own_weights_[block] : 0);
}

template <typename Scalar>
std::vector<Scalar> CompressedReduce<Scalar>::Owed() const {
  std::vector<Scalar> owed = codec_->State();
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Scalar unit = UnitOfError(b);
    for (size_t i = 0; i < blocks_[b].size; ++i) owed[blocks_[b].offset + i] *= unit;
  }
  return owed;
}

template <typename Scalar>
Status CompressedReduce<Scalar>::Owe(std::span<const Scalar> owed) {
  if (owed.empty()) return OkStatus();
  if (owed.size() != own_.size()) {
    return InvalidArgument("{} numbers are owed to an all-reduce of {}", owed.size(), own_.size());
  }
  std::vector<Scalar> error(owed.begin(), owed.end());
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Scalar unit = UnitOfError(b);
    for (size_t i = blocks_[b].offset; i < blocks_[b].offset + blocks_[b].size; ++i) {
      error[i] = unit > 0 ? error[i] / unit : 0;
    }
  }
  return codec_->Restore(error);
}

}  // namespace

template <typename Scalar>
std::unique_ptr<Exchange<Scalar>> MakeCompressedReduce(CompressedReduceOptions<Scalar> options) {
  return std::make_unique<CompressedReduce<Scalar>>(std::move(options));
}

template std::unique_ptr<Exchange<float>> MakeCompressedReduce(CompressedReduceOptions<float>);
template std::unique_ptr<Exchange<double>> MakeCompressedReduce(CompressedReduceOptions<double>);

}  // namespace consilium
