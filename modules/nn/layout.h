#ifndef CONSILIUM_MODULES_NN_LAYOUT_H_
#define CONSILIUM_MODULES_NN_LAYOUT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "modules/nn/module_id.h"
#include "modules/slices.h"

namespace consilium::nn {

// A tensor as its module declares it. Row-major; vectors have cols == 1.
struct TensorShape {
  std::string name;  // "w1"
  int rows = 0;
  int cols = 1;
  bool operator==(const TensorShape&) const = default;
};

struct ModuleShape {
  ModuleId id;
  std::vector<TensorShape> tensors;
  bool operator==(const ModuleShape&) const = default;
};

// Where every tensor of every module lies in one flat buffer of parameters: module after module,
// tensor after tensor, no gaps. Immutable, so thread-safe.
class Layout {
 public:
  Layout() = default;
  explicit Layout(std::vector<ModuleShape> modules);

  size_t size() const { return size_; }
  const std::vector<ModuleShape>& modules() const { return modules_; }

  // Index into modules(), or -1.
  int Find(const ModuleId& id) const;

  // The part of the flat buffer that is module `m`, and that is tensor `t` of module `m`.
  Block module_block(int m) const { return blocks_[static_cast<size_t>(m)]; }
  Block tensor_block(int m, int t) const {
    return tensors_[static_cast<size_t>(m)][static_cast<size_t>(t)];
  }

  // The same structure in the words of compress and schedule: block i is modules()[i].
  FlatShape Shape() const;

  bool operator==(const Layout&) const = default;

 private:
  std::vector<ModuleShape> modules_;
  std::vector<Block> blocks_;
  std::vector<std::vector<Block>> tensors_;
  size_t size_ = 0;
};

template <typename Scalar>
std::span<Scalar> Slice(std::span<Scalar> flat, Block block) {
  return flat.subspan(block.offset, block.size);
}

}  // namespace consilium::nn

#endif  // CONSILIUM_MODULES_NN_LAYOUT_H_
