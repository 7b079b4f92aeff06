#include "lab/commands/model.h"

#include "base/clock.h"
#include "base/command/columns.h"
#include "base/fields.h"
#include "base/file.h"
#include "base/json.h"
#include "fmt/ranges.h"
#include "server/data/examples.h"
#include "server/storage/database.h"
#include "server/storage/model_file.h"
#include "server/storage/models.h"
#include "server/training/compose.h"
#include "server/training/module_names.h"

namespace consilium::commands {
namespace {

StatusOr<training::Model> ReadModel(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  return storage::DecodeModel(bytes, path);
}

StatusOr<Output> Describe(const training::Model& model, const std::string& head) {
  const nn::Layout layout = modn::MakeLayout(
      data::ArchitectureOf(model.schema, model.state, model.hidden, model.feature_decoder_hidden));
  if (layout.size() != model.parameters.size()) {
    return DataLoss("the model has {} parameters, its schema implies {}", model.parameters.size(),
                    layout.size());
  }
  const std::vector<security::Digest> digests = storage::ModuleDigests(layout, model.parameters);
  std::vector<Row> rows = {{"module", "parameters", "sha256"}};
  Json modules = Json::Array();
  for (size_t m = 0; m < digests.size(); ++m) {
    const std::string name = training::PlainName(layout.modules()[m].id);
    const size_t size = layout.module_block(static_cast<int>(m)).size;
    rows.push_back({name, std::to_string(size), security::ToHex(digests[m]).substr(0, 12)});
    modules.Append(
        {{"module", name}, {"parameters", size}, {"sha256", security::ToHex(digests[m])}});
  }
  const std::string digest = security::ToHex(storage::DigestOf(model));
  const Json json = {{"format", "consilium.model-description/1"},
                     {"sha256", digest},
                     {"run", model.run},
                     {"rounds", model.rounds},
                     {"schema", model.schema.name},
                     {"schema_version", model.schema.version},
                     {"state", model.state},
                     {"hidden", model.hidden},
                     {"parameters", model.parameters.size()},
                     {"modules", modules}};
  const std::string text = fmt::format(
      "{}model {:.12} of run {}, {} rounds\nschema {} {}, state {}, hidden {}, {} parameters\n\n{}",
      head, digest, model.run, model.rounds, model.schema.name, model.schema.version, model.state,
      model.hidden, model.parameters.size(), InColumns(rows, {.left = {0, 2}}));
  return Output{text, json.Text(2)};
}

// "a.model:encoder x,state": the file before the last colon that a pattern can follow.
struct SourceText {
  std::string file;
  std::vector<std::string> patterns;
};

SourceText ParseSource(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {text, {}};
  SourceText source{text.substr(0, colon), {}};
  for (size_t begin = colon + 1; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    source.patterns.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return source;
}

constexpr Word<training::Overlap> kOverlaps[] = {{training::Overlap::kRefuse, "refuse"},
                                                 {training::Overlap::kFirst, "first"},
                                                 {training::Overlap::kMean, "mean"}};

StatusOr<training::Overlap> ParseOverlap(const std::string& name) {
  if (const auto overlap = ValueOf<training::Overlap>(kOverlaps, name)) return *overlap;
  return InvalidArgument("overlap is '{}', expected refuse, first or mean", name);
}

}  // namespace

StatusOr<Output> ShowModel(const std::string& path) {
  ASSIGN_OR_RETURN(const training::Model model, ReadModel(path));
  return Describe(model, "");
}

StatusOr<Output> ComposeModels(const ComposeOptions& options) {
  ASSIGN_OR_RETURN(const training::Overlap overlap, ParseOverlap(options.overlap));
  std::vector<SourceText> texts;
  std::vector<training::Model> models;
  for (const std::string& from : options.from) {
    texts.push_back(ParseSource(from));
    ASSIGN_OR_RETURN(training::Model model, ReadModel(texts.back().file));
    models.push_back(std::move(model));
  }
  std::vector<training::ModulesFrom> sources;
  for (size_t i = 0; i < models.size(); ++i) {
    sources.push_back({texts[i].file, models[i], texts[i].patterns});
  }
  ASSIGN_OR_RETURN(training::ComposedModel composed, training::Compose(sources, overlap));
  composed.model.created = SystemClock().Now();
  RETURN_IF_ERROR(WriteFile(options.out, storage::EncodeModel(composed.model)));
  std::string head;
  for (const std::string& warning : composed.warnings) head += "warning: " + warning + "\n";
  return Describe(composed.model, head);
}

StatusOr<Output> ExportModel(const std::string& state, const std::string& run,
                             const std::string& out) {
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(state, storage::NodeFormat()));
  storage::Models models(*database);
  std::string of_run = run;
  if (of_run.empty()) {
    ASSIGN_OR_RETURN(const std::vector<storage::ModelEntry> entries, models.List());
    if (entries.empty()) return NotFound("the node in {} keeps no model", state);
    of_run = entries.front().run;
  }
  ASSIGN_OR_RETURN(storage::StoredModel stored, models.OfRun(of_run));
  // How often this site's own patients gave which answer stays at the site.
  stored.model.answer_shares.clear();
  RETURN_IF_ERROR(WriteFile(out, storage::EncodeModel(stored.model)));
  return Describe(stored.model, "");
}

StatusOr<Output> ImportModel(const std::string& state, const std::string& path) {
  ASSIGN_OR_RETURN(const training::Model model, ReadModel(path));
  ASSIGN_OR_RETURN(const Output output, Describe(model, ""));
  ASSIGN_OR_RETURN(const auto database, storage::Database::Open(state, storage::NodeFormat()));
  RETURN_IF_ERROR(storage::Models(*database).Store(model).status());
  return output;
}

}  // namespace consilium::commands
