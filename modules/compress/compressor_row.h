#ifndef CONSILIUM_MODULES_COMPRESS_COMPRESSOR_ROW_H_
#define CONSILIUM_MODULES_COMPRESS_COMPRESSOR_ROW_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/status.h"
#include "modules/compress/codec_bytes.h"
#include "modules/compress/compressor_options.h"
#include "modules/compress/edge_codec.h"
#include "modules/compress/link_codec.h"
#include "modules/compress/matrix_codec.h"
#include "modules/compress/mean_codec.h"
#include "modules/slices.h"

// A compressor is a row: one CompressorRow beside its codec, in the codec's file, and a line in the
// table of compressors.cc, or a call of AddCompressor from any other program's file.
namespace consilium::compress {

// A row has `matrix`, or all of the others; what it has not is made from its matrix codec: links
// and edges that code differences, and an all-reduce that compresses anew at every hop, with error
// feedback, whose Decode must not need the seed. The functions get options that CheckCompressor has
// accepted.
template <typename Scalar>
struct CompressorMakers {
  std::unique_ptr<MatrixCodec<Scalar>> (*matrix)(const CompressorOptions& options) = nullptr;
  StatusOr<std::unique_ptr<LinkCodec<Scalar>>> (*link)(const CompressorOptions& options,
                                                       const FlatShape& shape,
                                                       uint64_t seed) = nullptr;
  StatusOr<std::unique_ptr<EdgeCodec<Scalar>>> (*edge)(const CompressorOptions& options,
                                                       const FlatShape& shape, uint64_t seed,
                                                       EdgeEnd end) = nullptr;
  // Only if the mean of compressed vectors is the compressed mean.
  StatusOr<std::unique_ptr<MeanCodec<Scalar>>> (*mean)(const CompressorOptions& options,
                                                       const FlatShape& shape,
                                                       uint64_t seed) = nullptr;
};

// All that the rest of the program knows of a compressor. Compared by its address.
struct CompressorRow {
  std::string_view name;                                  // in a plan: "low_rank"
  std::string_view help;                                  // one line
  std::span<const CompressorOption* const> options = {};  // what it heeds
  // What a link or an edge knows of a vector is never far behind it.
  bool follows_closely = false;
  // ConsensusStep; null: 1.
  double (*consensus_step)(const CompressorOptions& options) = nullptr;
  // Of its messages on links and edges, as docs/formats/exchange-messages.md lists them; 0: none.
  std::array<CodecFormat, 2> formats = {};
  CompressorMakers<float> of_floats;
  CompressorMakers<double> of_doubles;
};

template <typename Scalar>
const CompressorMakers<Scalar>& MakersOf(const CompressorRow& row) {
  if constexpr (std::is_same_v<Scalar, float>) {
    return row.of_floats;
  } else {
    return row.of_doubles;
  }
}

// The compressors of this library.
extern const CompressorRow kIdentity;
extern const CompressorRow kLowRank;
extern const CompressorRow kQuantized;
extern const CompressorRow kBfloat16;
extern const CompressorRow kInt8;
extern const CompressorRow kTopK;
extern const CompressorRow kRandomK;
extern const CompressorRow kSign;

// Every compressor that a plan can name, those added behind the library's.
std::span<const CompressorRow* const> AllCompressors();

// Adds a row, which must live as long as the program, to AllCompressors. Refuses a name or format
// that another row has, or none, and a row without the functions it needs. To be called before
// anything else uses the table and before threads begin.
Status AddCompressor(const CompressorRow& row);

// The row of that name; an unknown name is answered with the known ones.
StatusOr<const CompressorRow*> ParseCompressor(std::string_view name);

// The names of the rows for which `chosen` holds, as in "identity, int8 and sign".
std::string NamesOfCompressors(bool (*chosen)(const CompressorRow& row));

}  // namespace consilium::compress

#endif  // CONSILIUM_MODULES_COMPRESS_COMPRESSOR_ROW_H_
