#ifndef CONSILIUM_LAB_TUNING_JOURNAL_H_
#define CONSILIUM_LAB_TUNING_JOURNAL_H_

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "lab/tuning/trial.h"

namespace consilium::tuning {

// The trials done so far, one line each, on the disk before Add returns: what survives kill -9 of a
// search that takes hours. docs/formats/tune-journal.md. Not thread-safe.
class Journal {
 public:
  // Opens or makes the file. A last line that was torn off is dropped. FailedPrecondition if the
  // journal is of another search: `fingerprint` says what trials depend on.
  static StatusOr<std::unique_ptr<Journal>> Open(const std::string& path,
                                                 const std::string& fingerprint);
  virtual ~Journal() = default;

  virtual const std::vector<TrialRecord>& records() const = 0;
  virtual Status Add(const TrialRecord& record) = 0;
};

// SHA-256 in hexadecimal of all that trials of one configuration depend on: the plan without its
// [tune] table, whose seed and kind of training count, and the data. Searches and the number of
// trials may change: what was drawn stands beside each trial.
std::string FingerprintOf(const TuningCase& tuning);

}  // namespace consilium::tuning

#endif  // CONSILIUM_LAB_TUNING_JOURNAL_H_
