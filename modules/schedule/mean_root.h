#ifndef CONSILIUM_MODULES_SCHEDULE_MEAN_ROOT_H_
#define CONSILIUM_MODULES_SCHEDULE_MEAN_ROOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "modules/schedule/make_exchange.h"

namespace consilium::schedule {

// The root of an all-reduce over a star that has no values of its own, such as a coordinator. It
// forms the mean while the messages come in, a piece of each at a time, and so never holds one.
// Every number is added up in the order of the sites: the bits are those of the Exchange of the
// same options, in whatever order the pieces come. Who is in a mean is therefore settled before its
// first number: for each phase Include, then Take until complete(), then Next; without end, round
// after round. Not thread-safe.
class MeanRoot {
 public:
  virtual ~MeanRoot() = default;

  // The phase under way, and the round, counted from 0 since this was made.
  virtual int phase() const = 0;
  virtual int round() const = 0;

  // How long every site's message of the phase is, and the message with the mean. Where that is up
  // to their numbers: nothing; of the mean until it is complete.
  virtual std::optional<size_t> message_bytes() const = 0;
  virtual std::optional<size_t> mean_bytes() const = 0;

  // Settles whose messages the mean is formed of: for each site but the root, ascending.
  virtual void Include(const std::vector<bool>& children) = 0;

  // Takes the next piece of the message of an included site; `last`: there is no other. Requires
  // that nothing Waits() there. On an error, for what no honest site sends, the phase cannot be
  // completed, and refused() is the site that sent it.
  virtual Status Take(size_t child, std::string piece, bool last) = 0;
  virtual size_t refused() const = 0;

  // What this site sent waits for what others send.
  virtual bool Waits(size_t child) const = 0;

  // How the message with the mean begins, for a site that is or is not included in it; and what of
  // its numbers was formed since the last call.
  virtual std::string Beginning(bool counted) const = 0;
  virtual std::string TakeFormed() = 0;

  virtual bool complete() const = 0;
  // As Exchange::Whole, of the phase.
  virtual bool whole() const = 0;

  // Goes to the next phase, or to the next round. Requires complete().
  virtual void Next() = 0;
};

// `options` as MakeExchange takes them, for a star with options.self == options.root in its middle,
// whose weights are all 0: of an all-reduce, with any compressor, or of SCAFFOLD.
template <typename Scalar>
StatusOr<std::unique_ptr<MeanRoot>> MakeMeanRoot(const ExchangeOptions& options);

}  // namespace consilium::schedule

#endif  // CONSILIUM_MODULES_SCHEDULE_MEAN_ROOT_H_
