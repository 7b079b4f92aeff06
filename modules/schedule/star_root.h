#ifndef CONSILIUM_MODULES_SCHEDULE_STAR_ROOT_H_
#define CONSILIUM_MODULES_SCHEDULE_STAR_ROOT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modules/schedule/make_exchange.h"
#include "modules/schedule/mean_root.h"

namespace consilium::schedule {

// What the forms of MeanRoot share: who is in a mean, with which weights, and how messages begin.
class StarRoot : public MeanRoot {
 public:
  int phase() const final { return phase_; }
  int round() const final { return round_; }
  bool whole() const final;
  std::string Beginning(bool counted) const final;
  size_t refused() const final { return refused_; }

 protected:
  struct Child {
    int site = 0;
    std::vector<double> weights;
    bool included = false;
  };

  StarRoot(const ExchangeOptions& options, size_t scalar_bytes);

  // As it came: the error is about what that child sent.
  Status Refuse(size_t child, Status why) {
    refused_ = child;
    return why;
  }

  // Nobody is in the mean of this phase yet.
  void BeginPhase(int phase, int round);
  void Admit(const std::vector<bool>& children);

  // Whether a site's message of the phase begins like this. Requires the header.
  Status CheckBeginning(const Child& child, std::string_view message) const;

  const std::vector<Block>& blocks() const { return blocks_; }
  const std::vector<Child>& children() const { return children_; }
  const std::vector<double>& weights() const { return weights_; }  // of each block in the mean

 private:
  const std::vector<Block> blocks_;
  const std::vector<double> total_;
  const size_t scalar_bytes_;
  std::vector<Child> children_;  // ascending
  std::vector<double> weights_;
  int phase_ = 0;
  int round_ = 0;
  size_t refused_ = 0;
};

// A MeanRoot where every site compresses anew (compressed_reduce.h): it decodes a matrix of one
// site after the other, and compresses the mean of each at once. It holds the error, one matrix and
// of each site a piece; of the site whose turn it is, what its message has of the matrix.
template <typename Scalar>
StatusOr<std::unique_ptr<MeanRoot>> MakeHopRoot(const ExchangeOptions& options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_STAR_ROOT_H_
