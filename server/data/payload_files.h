#ifndef CONSILIUM_SERVER_DATA_PAYLOAD_FILES_H_
#define CONSILIUM_SERVER_DATA_PAYLOAD_FILES_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "server/data/cohort_file.h"

// Features that a site keeps in files beside its CSV. The patients of `loaded` are known by their
// ids; rows of the CSV with the same id get the same payload.
namespace consilium::data {

struct FilesOf {
  const Schema& schema;
  const Mapping& mapping;
  const CohortOptions& options;
};

// Every feature of the mapping that has a file or a folder. `loaded` has all rows of the CSV.
Status ReadPayloadFiles(const FilesOf& files, LoadedCohort& loaded, FindingLog& findings);

// One feature, a vector or series, from the text of a CSV with rows by patient.
Status ReadSeriesFile(const FilesOf& files, const FeatureMapping& map, std::string_view text,
                      std::string_view source, LoadedCohort& loaded, FindingLog& findings);

// One feature, an image, from files ID.pgm or ID.png.
Status ReadImageFolder(const FilesOf& files, const FeatureMapping& map, const std::string& folder,
                       LoadedCohort& loaded, FindingLog& findings);

}  // namespace consilium::data

#endif  // CONSILIUM_SERVER_DATA_PAYLOAD_FILES_H_
