#include "server/training/digests.h"

#include "base/bytes.h"
#include "base/security/digest.h"

namespace consilium {

std::string ParametersDigest(std::span<const float> parameters) {
  ByteWriter writer;
  writer.Floats(parameters);
  return ToHex(Sha256(writer.Take()));
}

std::string LayoutDigest(const Layout& layout, std::span<const float> initial) {
  ByteWriter writer;
  for (const ModuleShape& module : layout.modules()) {
    writer.Text(Name(module.id));
    for (const TensorShape& tensor : module.tensors) {
      writer.Text(tensor.name);
      writer.U32(static_cast<uint32_t>(tensor.rows));
      writer.U32(static_cast<uint32_t>(tensor.cols));
    }
  }
  writer.Floats(initial);
  return ToHex(Sha256(writer.Take()));
}

}  // namespace consilium
