#include "lab/experiments/heart_rows.h"

#include <span>
#include <vector>

#include "base/random.h"
#include "lab/experiments/embedded.h"
#include "modules/modn/standardised_inputs.h"
#include "server/data/cohort_file.h"
#include "server/data/examples.h"
#include "server/data/mapping.h"

namespace consilium::experiments {
namespace {

StatusOr<data::Cohort> LoadHeart(const data::Schema& schema, const std::string& data) {
  std::vector<data::Cohort> cohorts;
  for (const std::string site : {"cleveland", "hungarian", "switzerland", "va"}) {
    const std::string path = "examples/heart/sites/" + site + ".toml";
    ASSIGN_OR_RETURN(const data::Mapping mapping, data::ParseMapping(Embedded(path), path, schema));
    ASSIGN_OR_RETURN(data::LoadedCohort loaded,
                     data::LoadCohort(schema, mapping, data + "/heart/" + site + ".csv"));
    cohorts.push_back(std::move(loaded.cohort));
  }
  return data::Concatenate(cohorts);
}

Rows RowsOf(const modn::StandardisedInputs& inputs, const modn::Examples& examples,
            std::span<const int> patients) {
  const int width = static_cast<int>(inputs.size());
  Rows rows = NormalRows(width, 2, static_cast<int>(patients.size()), 0);
  for (size_t i = 0; i < patients.size(); ++i) {
    const size_t first = i * static_cast<size_t>(rows.row);
    inputs.Write<float>(examples, patients[i], std::span<float>(rows.x).subspan(first));
    rows.labels[i] = examples.labels[0][static_cast<size_t>(patients[i])];
  }
  return rows;
}

}  // namespace

StatusOr<ClassificationTask> HeartTask(const std::string& data, uint64_t seed) {
  const std::string path = "examples/heart/schema.toml";
  ASSIGN_OR_RETURN(const data::Schema schema, data::ParseSchema(Embedded(path), path));
  ASSIGN_OR_RETURN(const data::Cohort cohort, LoadHeart(schema, data));
  const modn::Examples examples =
      data::ExamplesOf(schema, data::NormalisationFromSchema(schema), cohort);
  std::vector<int> order = modn::AllOf(examples.patients);
  Random::Named(seed, "heart").Shuffle(std::span<int>(order));
  const std::span<const int> all = order;
  const std::span<const int> train = all.first(all.size() / 2);
  const modn::StandardisedInputs inputs(data::ArchitectureOf(schema, 1, 1), examples, train);
  const size_t quarter = all.size() / 4;
  return ClassificationTask{RowsOf(inputs, examples, train),
                            RowsOf(inputs, examples, all.subspan(train.size(), quarter)),
                            RowsOf(inputs, examples, all.subspan(train.size() + quarter))};
}

}  // namespace consilium::experiments
