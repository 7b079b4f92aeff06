#include "server/storage/schema_bytes.h"

#include <vector>

#include "server/storage/sealed.h"

namespace consilium {
namespace {

// Every item of a list takes at least the four bytes of one empty text.
constexpr size_t kLeastBytes = 4;

template <typename Item, typename Write>
void WriteList(const std::vector<Item>& items, ByteWriter& writer, Write write) {
  writer.U64(items.size());
  for (const Item& item : items) write(item, writer);
}

template <typename Item, typename Read>
std::vector<Item> ReadList(ByteReader& reader, Read read) {
  std::vector<Item> items;
  for (size_t left = ReadCount(reader, kLeastBytes); left > 0 && !reader.failed(); --left) {
    items.push_back(read(reader));
  }
  return items;
}

template <typename Value, typename Write>
void WriteOptional(const std::optional<Value>& value, ByteWriter& writer, Write write) {
  writer.U8(value.has_value() ? 1 : 0);
  if (value) write(*value, writer);
}

template <typename Value, typename Read>
std::optional<Value> ReadOptional(ByteReader& reader, Read read) {
  if (reader.U8() == 0) return std::nullopt;
  return read(reader);
}

std::string ReadText(ByteReader& reader) { return std::string(reader.Text()); }

void WriteCode(const Code& code, ByteWriter& writer) {
  writer.Text(code.system);
  writer.Text(code.code);
}

Code ReadCode(ByteReader& reader) {
  Code code;
  code.system = reader.Text();
  code.code = reader.Text();
  return code;
}

void WriteScale(const Scale& scale, ByteWriter& writer) {
  writer.F64(scale.mean);
  writer.F64(scale.sd);
}

Scale ReadScale(ByteReader& reader) {
  Scale scale;
  scale.mean = reader.F64();
  scale.sd = reader.F64();
  return scale;
}

void WriteCategory(const Category& category, ByteWriter& writer) {
  writer.Text(category.value);
  writer.Text(category.label);
  WriteOptional(category.code, writer, WriteCode);
}

Category ReadCategory(ByteReader& reader) {
  Category category;
  category.value = ReadText(reader);
  category.label = ReadText(reader);
  category.code = ReadOptional<Code>(reader, ReadCode);
  return category;
}

void WriteFeature(const Feature& feature, ByteWriter& writer) {
  writer.Text(feature.key);
  writer.U8(feature.kind == FeatureKind::kCategorical ? 2 : 1);
  writer.Text(feature.label);
  writer.Text(feature.question);
  writer.Text(feature.group);
  WriteOptional(feature.code, writer, WriteCode);
  writer.Text(feature.unit);
  writer.Text(feature.unit_label);
  writer.F64(feature.range.min);
  writer.F64(feature.range.max);
  WriteOptional(feature.normalisation, writer, WriteScale);
  WriteList(feature.categories, writer, WriteCategory);
}

Feature ReadFeature(ByteReader& reader) {
  Feature feature;
  feature.key = ReadText(reader);
  feature.kind = reader.U8() == 2 ? FeatureKind::kCategorical : FeatureKind::kContinuous;
  feature.label = ReadText(reader);
  feature.question = ReadText(reader);
  feature.group = ReadText(reader);
  feature.code = ReadOptional<Code>(reader, ReadCode);
  feature.unit = ReadText(reader);
  feature.unit_label = ReadText(reader);
  feature.range.min = reader.F64();
  feature.range.max = reader.F64();
  feature.normalisation = ReadOptional<Scale>(reader, ReadScale);
  feature.categories = ReadList<Category>(reader, ReadCategory);
  return feature;
}

void WriteOutcome(const Outcome& outcome, ByteWriter& writer) {
  writer.Text(outcome.key);
  writer.Text(outcome.label);
  writer.Text(outcome.question);
  WriteList(outcome.classes, writer, WriteCategory);
  WriteOptional(outcome.code, writer, WriteCode);
}

Outcome ReadOutcome(ByteReader& reader) {
  Outcome outcome;
  outcome.key = ReadText(reader);
  outcome.label = ReadText(reader);
  outcome.question = ReadText(reader);
  outcome.classes = ReadList<Category>(reader, ReadCategory);
  outcome.code = ReadOptional<Code>(reader, ReadCode);
  return outcome;
}

void WriteGroup(const Group& group, ByteWriter& writer) {
  writer.Text(group.key);
  writer.Text(group.label);
}

Group ReadGroup(ByteReader& reader) {
  Group group;
  group.key = ReadText(reader);
  group.label = ReadText(reader);
  return group;
}

}  // namespace

void WriteSchema(const Schema& schema, ByteWriter& writer) {
  writer.Text(schema.name);
  writer.U32(schema.version);
  WriteList(schema.groups, writer, WriteGroup);
  WriteList(schema.features, writer, WriteFeature);
  WriteList(schema.outcomes, writer, WriteOutcome);
}

Schema ReadSchema(ByteReader& reader) {
  Schema schema;
  schema.name = ReadText(reader);
  schema.version = reader.U32();
  schema.groups = ReadList<Group>(reader, ReadGroup);
  schema.features = ReadList<Feature>(reader, ReadFeature);
  schema.outcomes = ReadList<Outcome>(reader, ReadOutcome);
  return schema;
}

}  // namespace consilium
