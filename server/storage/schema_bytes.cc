#include "server/storage/schema_bytes.h"

#include <algorithm>
#include <vector>

#include "server/storage/sealed.h"

namespace consilium::storage {
namespace {

// Every item of a list takes at least the four bytes of one empty text.
constexpr size_t kLeastBytes = 4;

constexpr uint32_t kMostSize = 1'000'000;

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

void WriteCode(const data::Code& code, ByteWriter& writer) {
  writer.Text(code.system);
  writer.Text(code.code);
}

data::Code ReadCode(ByteReader& reader) {
  data::Code code;
  code.system = reader.Text();
  code.code = reader.Text();
  return code;
}

void Fail(ByteReader& reader) { reader.Raw(reader.remaining() + 1); }

void WriteSize(int size, ByteWriter& writer) { writer.U32(static_cast<uint32_t>(size)); }

// Sizes are small: more than a million is damage.
int ReadSize(ByteReader& reader) {
  const uint32_t size = reader.U32();
  if (size <= kMostSize) return static_cast<int>(size);
  Fail(reader);
  return 0;
}

void WriteRange(const data::Range& range, ByteWriter& writer) {
  writer.F64(range.min);
  writer.F64(range.max);
}

data::Range ReadRange(ByteReader& reader) {
  data::Range range;
  range.min = reader.F64();
  range.max = reader.F64();
  return range;
}

void WriteScale(const data::Scale& scale, ByteWriter& writer) {
  writer.F64(scale.mean);
  writer.F64(scale.sd);
}

data::Scale ReadScale(ByteReader& reader) {
  data::Scale scale;
  scale.mean = reader.F64();
  scale.sd = reader.F64();
  return scale;
}

void WriteCategory(const data::Category& category, ByteWriter& writer) {
  writer.Text(category.value);
  writer.Text(category.label);
  WriteOptional(category.code, writer, WriteCode);
}

data::Category ReadCategory(ByteReader& reader) {
  data::Category category;
  category.value = ReadText(reader);
  category.label = ReadText(reader);
  category.code = ReadOptional<data::Code>(reader, ReadCode);
  return category;
}

void WriteComponent(const data::Component& component, ByteWriter& writer) {
  writer.Text(component.key);
  writer.Text(component.label);
  writer.Text(component.unit);
  writer.Text(component.unit_label);
  WriteRange(component.range, writer);
}

data::Component ReadComponent(ByteReader& reader) {
  data::Component component;
  component.key = ReadText(reader);
  component.label = ReadText(reader);
  component.unit = ReadText(reader);
  component.unit_label = ReadText(reader);
  component.range = ReadRange(reader);
  return component;
}

void WriteEncoder(const modn::EncoderShape& encoder, ByteWriter& writer) {
  writer.U8(static_cast<uint8_t>(encoder.kind));
  WriteList(encoder.hidden, writer, WriteSize);
  writer.U8(encoder.state_first ? 1 : 0);
  writer.U8(encoder.residual ? 1 : 0);
}

modn::EncoderShape ReadEncoder(ByteReader& reader) {
  modn::EncoderShape encoder;
  const uint8_t kind = reader.U8();
  if (kind > static_cast<uint8_t>(modn::EncoderKind::kConvolution)) Fail(reader);
  encoder.kind =
      reader.failed() ? modn::EncoderKind::kDefault : static_cast<modn::EncoderKind>(kind);
  encoder.hidden = ReadList<int>(reader, ReadSize);
  encoder.state_first = reader.U8() != 0;
  encoder.residual = reader.U8() != 0;
  return encoder;
}

// What vectors, series and images have beside the rest.
void WriteModality(const data::Feature& feature, ByteWriter& writer) {
  WriteSize(feature.width, writer);
  WriteSize(feature.height, writer);
  WriteSize(feature.longest, writer);
  WriteList(feature.components, writer, WriteComponent);
  WriteEncoder(feature.encoder, writer);
}

void ReadModality(ByteReader& reader, data::Feature& feature) {
  feature.width = ReadSize(reader);
  feature.height = ReadSize(reader);
  feature.longest = ReadSize(reader);
  feature.components = ReadList<data::Component>(reader, ReadComponent);
  feature.encoder = ReadEncoder(reader);
  const size_t named = feature.components.size();
  if (feature.width < 1 || (named > 0 && named != static_cast<size_t>(feature.width))) {
    Fail(reader);
    feature.width = 1;
    feature.components.clear();
  }
}

void WriteFeature(const data::Feature& feature, ByteWriter& writer) {
  writer.Text(feature.key);
  writer.U8(static_cast<uint8_t>(1 + static_cast<int>(feature.kind)));
  writer.Text(feature.label);
  writer.Text(feature.question);
  writer.Text(feature.group);
  WriteOptional(feature.code, writer, WriteCode);
  writer.Text(feature.unit);
  writer.Text(feature.unit_label);
  WriteRange(feature.range, writer);
  WriteOptional(feature.normalisation, writer, WriteScale);
  WriteList(feature.categories, writer, WriteCategory);
  if (data::HasPayload(feature.kind)) WriteModality(feature, writer);
}

data::Feature ReadFeature(ByteReader& reader) {
  data::Feature feature;
  feature.key = ReadText(reader);
  const uint8_t kind = reader.U8();
  if (kind < 1 || kind > 1 + static_cast<int>(data::FeatureKind::kImage)) {
    Fail(reader);
    return feature;
  }
  feature.kind = static_cast<data::FeatureKind>(kind - 1);
  feature.label = ReadText(reader);
  feature.question = ReadText(reader);
  feature.group = ReadText(reader);
  feature.code = ReadOptional<data::Code>(reader, ReadCode);
  feature.unit = ReadText(reader);
  feature.unit_label = ReadText(reader);
  feature.range = ReadRange(reader);
  feature.normalisation = ReadOptional<data::Scale>(reader, ReadScale);
  feature.categories = ReadList<data::Category>(reader, ReadCategory);
  if (data::HasPayload(feature.kind)) ReadModality(reader, feature);
  return feature;
}

// Bits of the byte before an outcome's code.
constexpr uint8_t kHasCode = 1;
constexpr uint8_t kHasMore = 2;

bool HasMore(const data::Outcome& outcome) {
  return outcome.continuous() || outcome.decoder_hidden > 0;
}

void WriteOutcome(const data::Outcome& outcome, ByteWriter& writer) {
  writer.Text(outcome.key);
  writer.Text(outcome.label);
  writer.Text(outcome.question);
  WriteList(outcome.classes, writer, WriteCategory);
  writer.U8(
      static_cast<uint8_t>((outcome.code ? kHasCode : 0) | (HasMore(outcome) ? kHasMore : 0)));
  if (outcome.code) WriteCode(*outcome.code, writer);
  if (!HasMore(outcome)) return;
  writer.Text(outcome.unit);
  writer.Text(outcome.unit_label);
  WriteRange(outcome.range, writer);
  WriteOptional(outcome.normalisation, writer, WriteScale);
  WriteSize(outcome.decoder_hidden, writer);
}

data::Outcome ReadOutcome(ByteReader& reader) {
  data::Outcome outcome;
  outcome.key = ReadText(reader);
  outcome.label = ReadText(reader);
  outcome.question = ReadText(reader);
  outcome.classes = ReadList<data::Category>(reader, ReadCategory);
  const uint8_t parts = reader.U8();
  if ((parts & kHasCode) != 0) outcome.code = ReadCode(reader);
  if ((parts & kHasMore) == 0) return outcome;
  outcome.unit = ReadText(reader);
  outcome.unit_label = ReadText(reader);
  outcome.range = ReadRange(reader);
  outcome.normalisation = ReadOptional<data::Scale>(reader, ReadScale);
  outcome.decoder_hidden = ReadSize(reader);
  return outcome;
}

void WriteGroup(const data::Group& group, ByteWriter& writer) {
  writer.Text(group.key);
  writer.Text(group.label);
}

data::Group ReadGroup(ByteReader& reader) {
  data::Group group;
  group.key = ReadText(reader);
  group.label = ReadText(reader);
  return group;
}

}  // namespace

bool NeedsVersion2(const data::Schema& schema) {
  return schema.groups_in_turn ||
         std::ranges::any_of(schema.features, data::HasPayload, &data::Feature::kind) ||
         std::ranges::any_of(schema.outcomes, HasMore);
}

void WriteSchema(const data::Schema& schema, ByteWriter& writer) {
  writer.Text(schema.name);
  writer.U32(schema.version);
  WriteList(schema.groups, writer, WriteGroup);
  WriteList(schema.features, writer, WriteFeature);
  WriteList(schema.outcomes, writer, WriteOutcome);
}

data::Schema ReadSchema(ByteReader& reader) {
  data::Schema schema;
  schema.name = ReadText(reader);
  schema.version = reader.U32();
  schema.groups = ReadList<data::Group>(reader, ReadGroup);
  schema.features = ReadList<data::Feature>(reader, ReadFeature);
  schema.outcomes = ReadList<data::Outcome>(reader, ReadOutcome);
  return schema;
}

}  // namespace consilium::storage
