#ifndef CONSILIUM_MODULES_SLICES_H_
#define CONSILIUM_MODULES_SLICES_H_

#include <cstddef>
#include <vector>

// What the pure folders of modules/ share: names for parts of one flat vector of numbers. nn lays
// parameters out in it; compress sees its matrices; schedule sees its blocks.
namespace consilium {

// One module's part of the flat vector: the unit that has holders and a weight of its own.
struct Block {
  size_t offset = 0;
  size_t size = 0;
  bool operator==(const Block&) const = default;
};

// One matrix in the flat vector, row-major. Vectors (biases) have cols == 1.
struct MatrixSlice {
  size_t offset = 0;
  int rows = 0;
  int cols = 1;
  int block = 0;  // index of the block it belongs to

  size_t size() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
  bool operator==(const MatrixSlice&) const = default;
};

// The structure of a flat vector: its matrices in order, without gaps, and its blocks in order,
// without gaps; a matrix lies in exactly one block.
struct FlatShape {
  std::vector<Block> blocks;
  std::vector<MatrixSlice> matrices;

  size_t size() const { return blocks.empty() ? 0 : blocks.back().offset + blocks.back().size; }
  bool operator==(const FlatShape&) const = default;
};

}  // namespace consilium

#endif  // CONSILIUM_MODULES_SLICES_H_
