#include <algorithm>
#include <string>
#include <vector>

#include "modules/compress/compressor_row.h"
#include "modules/named.h"

namespace consilium::compress {
namespace {

constexpr const CompressorRow* kListed[] = {
    &kIdentity, &kLowRank, &kQuantized, &kBfloat16, &kInt8, &kTopK, &kRandomK, &kSign,
};

std::vector<const CompressorRow*>& Table() {
  static std::vector<const CompressorRow*> table(std::begin(kListed), std::end(kListed));
  return table;
}

template <typename Scalar>
bool IsWhole(const CompressorRow& row) {
  const CompressorMakers<Scalar>& makers = MakersOf<Scalar>(row);
  return makers.matrix != nullptr ||
         (makers.link != nullptr && makers.edge != nullptr && makers.mean != nullptr);
}

Status CheckOptions(const CompressorRow& row) {
  for (const CompressorOption* option : row.options) {
    const OwnNumber* own = std::get_if<OwnNumber>(&option->field);
    if (own != nullptr && own->place >= kOwnNumbers) {
      return InvalidArgument("compressor {}: option {} at place {}, expected 0 to {}", row.name,
                             option->key, own->place, kOwnNumbers - 1);
    }
  }
  return OkStatus();
}

}  // namespace

std::span<const CompressorRow* const> AllCompressors() { return Table(); }

Status AddCompressor(const CompressorRow& row) {
  if (row.name.empty() || row.formats[0] == CodecFormat{}) {
    return InvalidArgument("compressor '{}' without a name or a format", row.name);
  }
  if (!IsWhole<float>(row) || !IsWhole<double>(row)) {
    return InvalidArgument("compressor {} makes neither matrix codecs nor links, edges and means",
                           row.name);
  }
  RETURN_IF_ERROR(CheckOptions(row));
  for (const CompressorRow* other : Table()) {
    if (other->name == row.name) return AlreadyExists("a compressor {} exists already", row.name);
    for (const CodecFormat format : row.formats) {
      if (format == CodecFormat{} || std::ranges::count(other->formats, format) == 0) continue;
      return AlreadyExists("compressor {}: format {} is that of {}", row.name,
                           static_cast<int>(format), other->name);
    }
  }
  Table().push_back(&row);
  return OkStatus();
}

StatusOr<const CompressorRow*> ParseCompressor(std::string_view name) {
  ASSIGN_OR_RETURN(const size_t place,
                   PlaceOfName(Table(), name, "compressor", &CompressorRow::name));
  return Table()[place];
}

std::string NamesOfCompressors(bool (*chosen)(const CompressorRow& row)) {
  std::vector<std::string_view> names;
  for (const CompressorRow* compressor : Table()) {
    if (chosen(*compressor)) names.push_back(compressor->name);
  }
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " and " : ", ";
    list += names[i];
  }
  return list;
}

}  // namespace consilium::compress
