#include "server/data/payload_files.h"

#include <filesystem>

#include "base/file.h"
#include "server/data/payload_check.h"

namespace consilium::data {
namespace {

// Where a file of the mapping lies.
std::string PathOf(const FilesOf& files, const std::string& path) {
  return (std::filesystem::path(files.options.folder) / path).lexically_normal().string();
}

Status ReadOne(const FilesOf& files, const FeatureMapping& map, LoadedCohort& loaded,
               FindingLog& findings) {
  const bool image = !map.folder.empty();
  const std::string path =
      PathOf(files, image ? map.folder : files.mapping.files[static_cast<size_t>(map.file)].path);
  std::error_code ignored;
  const bool absent = !std::filesystem::exists(path, ignored);
  if (absent && files.mapping.absent_columns_allowed) return OkStatus();
  if (image) return ReadImageFolder(files, map, path, loaded, findings);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ReadSeriesFile(files, map, text, path, loaded, findings);
}

}  // namespace

Status ReadPayloadFiles(const FilesOf& files, LoadedCohort& loaded, FindingLog& findings) {
  for (const FeatureMapping& map : files.mapping.features) {
    if (map.file < 0 && map.folder.empty()) continue;
    if (loaded.cohort.patient_ids.empty()) {
      if (files.mapping.absent_columns_allowed) continue;
      return InvalidArgument("'{}' has files of its own, expected a 'patient_id' in the mapping",
                             files.schema.features[static_cast<size_t>(map.feature)].key);
    }
    RETURN_IF_ERROR(ReadOne(files, map, loaded, findings));
  }
  return OkStatus();
}

}  // namespace consilium::data
