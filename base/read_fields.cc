#include "base/read_fields.h"

#include "base/toml_fields.h"
#include "fmt/format.h"

namespace consilium {
namespace {

// Reads one key, by the kind of its field.
class FieldReader {
 public:
  FieldReader(TomlTable& table, const Field& field)
      : table_(table), key_(field.key), range_(field.range) {}

  void operator()(int* field) const {
    Read(table_, key_, *field, static_cast<int>(range_.least), static_cast<int>(range_.most));
  }

  void operator()(uint64_t* field) const {
    int value = static_cast<int>(*field);
    (*this)(&value);
    *field = static_cast<uint64_t>(value);
  }

  void operator()(double* field) const { Read(table_, key_, *field, range_.least, range_.most); }

  void operator()(bool* field) const { Read(table_, key_, *field); }

  void operator()(Duration* field) const {
    double seconds = ToSeconds(*field);
    (*this)(&seconds);
    *field = Seconds(seconds);
  }

  void operator()(std::vector<double>* field) const {
    std::optional<std::vector<double>> values = table_.Numbers(key_);
    if (!values) return;
    for (const double value : *values) {
      if (value >= range_.least && value <= range_.most) continue;
      table_.ComplainAt(key_, fmt::format("{} has {}, expected {} to {}", key_, value, range_.least,
                                          range_.most));
      return;
    }
    *field = *std::move(values);
  }

  void operator()(const Name& name) const {
    if (!name.known.empty()) return Read(table_, key_, *name.field, name.known);
    *name.field = table_.Text(key_).value_or(*name.field);
  }

  void operator()(const Names& names) const {
    if (!names.known.empty()) return Read(table_, key_, *names.field, names.known);
    *names.field = table_.Texts(key_).value_or(*names.field);
  }

  void operator()(const Choice& choice) const {
    std::string word(choice.chosen);
    std::vector<std::string> known;
    for (const Choice::Option& option : choice.options) known.emplace_back(option.word);
    Read(table_, key_, word, known);
    choice.choose(word);
  }

 private:
  TomlTable& table_;
  const std::string_view key_;
  const Range range_;
};

class TableReader final : public Fields {
 public:
  explicit TableReader(TomlTable& table) : table_(table) {}

  void Add(const Field& field) override { std::visit(FieldReader(table_, field), field.place); }

  void Table(std::string_view key, std::string_view /*help*/,
             const std::function<void(Fields& fields)>& declare) override {
    if (auto table = table_.Table(key)) ReadFields(*table, declare);
  }

 private:
  TomlTable& table_;
};

}  // namespace

void ReadFields(TomlTable& table, const std::function<void(Fields& fields)>& declare) {
  TableReader reader(table);
  declare(reader);
}

}  // namespace consilium
