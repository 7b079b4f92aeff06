#include "modules/nn/layout.h"

#include <utility>

namespace consilium::nn {

Layout::Layout(std::vector<ModuleShape> modules) : modules_(std::move(modules)) {
  for (const ModuleShape& module : modules_) {
    const size_t begin = size_;
    std::vector<Block>& tensors = tensors_.emplace_back();
    for (const TensorShape& tensor : module.tensors) {
      const size_t size = static_cast<size_t>(tensor.rows) * static_cast<size_t>(tensor.cols);
      tensors.push_back({size_, size});
      size_ += size;
    }
    blocks_.push_back({begin, size_ - begin});
  }
}

int Layout::Find(const ModuleId& id) const {
  for (size_t m = 0; m < modules_.size(); ++m) {
    if (modules_[m].id == id) return static_cast<int>(m);
  }
  return -1;
}

FlatShape Layout::Shape() const {
  FlatShape shape;
  shape.blocks = blocks_;
  for (size_t m = 0; m < modules_.size(); ++m) {
    for (size_t t = 0; t < modules_[m].tensors.size(); ++t) {
      const TensorShape& tensor = modules_[m].tensors[t];
      shape.matrices.push_back(
          {tensors_[m][t].offset, tensor.rows, tensor.cols, static_cast<int>(m)});
    }
  }
  return shape;
}

}  // namespace consilium::nn
