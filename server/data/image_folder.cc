#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "server/data/image.h"
#include "server/data/payload_check.h"
#include "server/data/payload_files.h"
#include "server/data/text.h"

namespace consilium::data {
namespace {

// An id that names a file in the folder and nothing elsewhere.
bool IsFileName(std::string_view id) {
  return !id.empty() && id[0] != '.' && id.size() < 200 &&
         std::ranges::all_of(id,
                             [](unsigned char c) { return c >= 0x20 && c != '/' && c != '\\'; });
}

// What a patient's image is: numbers, nothing, or what was expected instead.
struct ImageFile {
  std::string name;
  std::vector<float> grey;
  std::string broken_rule;
};

ImageFile ReadImageOf(const Feature& feature, const std::string& folder, const std::string& id) {
  ImageFile image;
  if (!IsFileName(id)) {
    if (!id.empty()) image.broken_rule = "a patient id that can name a file";
    return image;
  }
  const std::string pgm = id + ".pgm", png = id + ".png";
  const bool has_pgm = FileExists(folder + "/" + pgm), has_png = FileExists(folder + "/" + png);
  if (!has_pgm && !has_png) return image;
  image.name = has_pgm ? pgm : png;
  if (has_pgm && has_png) {
    image.broken_rule = "one image of a patient, not a PGM and a PNG";
    return image;
  }
  const StatusOr<std::string> bytes = ReadFile(folder + "/" + image.name, kMostImageBytes);
  if (!bytes.ok()) {
    image.broken_rule = fmt::format("a file of at most {} bytes that can be read", kMostImageBytes);
    return image;
  }
  StatusOr<std::vector<float>> grey =
      DecodeImage(*bytes, feature.width, feature.height, "this file");
  if (grey.ok()) {
    image.grey = std::move(grey).value();
  } else {
    image.broken_rule = fmt::format("{}; {}", Accepted(feature), Message(grey.status()));
  }
  return image;
}

}  // namespace

Status ReadImageFolder(const FilesOf& files, const FeatureMapping& map, const std::string& folder,
                       LoadedCohort& loaded, FindingLog& findings) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return NotFound("{}: no folder, expected images named by patient, such as ID.png", folder);
  }
  const auto f = static_cast<size_t>(map.feature);
  const Feature& feature = files.schema.features[f];
  Cohort& cohort = loaded.cohort;
  ColumnReport& report = loaded.report.features[f];
  report.column = map.folder + "/";
  const std::vector<int> patient_of_row = PatientOfRow(cohort);
  for (int row = 0; row < cohort.patients; ++row) {
    const auto r = static_cast<size_t>(row);
    if (patient_of_row[r] != row) {  // seen before: the same image
      const std::vector<float> same(cohort.payloads[f][patient_of_row[r]].begin(),
                                    cohort.payloads[f][patient_of_row[r]].end());
      cohort.payloads[f].Append(same);
      cohort.values[f][r] = cohort.values[f][static_cast<size_t>(patient_of_row[r])];
      ++(same.empty() ? report.missing : report.observed);
      continue;
    }
    const std::string& id = cohort.patient_ids[r];
    const ImageFile image = ReadImageOf(feature, folder, id);
    cohort.payloads[f].Append(image.grey);
    if (!image.grey.empty()) {
      cohort.values[f][r] = 1;
      ++report.observed;
    } else if (image.broken_rule.empty()) {
      ++report.missing;
    } else {
      ++report.refused;
      const std::string& name = image.name.empty() ? id : image.name;
      findings.Add({0, 0, feature.key, "", image.broken_rule, folder + "/" + Printable(name)});
    }
  }
  return OkStatus();
}

}  // namespace consilium::data
