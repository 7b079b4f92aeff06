#ifndef CONSILIUM_SERVER_DATA_COHORT_WRITER_H_
#define CONSILIUM_SERVER_DATA_COHORT_WRITER_H_

#include <string>
#include <vector>

#include "server/data/cohort.h"
#include "server/data/mapping.h"
#include "server/data/schema.h"

namespace consilium::data {

// The CSV a site with this mapping would have: read back with it, it gives the same values and
// labels. Missing values are empty cells, or "?" where the file has no header. Columns stand in the
// order of their numbers, or of the schema. What the mapping keeps in files beside it is not there.
std::string WriteCohort(const Schema& schema, const Mapping& mapping, const Cohort& cohort);

// A file beside the site's CSV.
struct WrittenFile {
  std::string path;  // from the folder of the CSV
  std::string bytes;
};

// The CSVs and images (PGM) beside the site's CSV. Requires patient ids if there are any.
std::vector<WrittenFile> WritePayloadFiles(const Schema& schema, const Mapping& mapping,
                                           const Cohort& cohort);

// Lines `key = value` in asking order, of what is observed of one patient, in the format of
// docs/formats/answers.md.
std::string WriteAnswers(const Schema& schema, const Cohort& cohort, int patient);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_COHORT_WRITER_H_
