#include "server/training/digests.h"

#include "base/bytes.h"
#include "base/security/digest.h"

namespace consilium::training {

std::string ParametersDigest(std::span<const float> parameters) {
  ByteWriter writer;
  writer.Floats(parameters);
  return security::ToHex(security::Sha256(writer.Take()));
}

std::string LayoutDigest(const nn::Layout& layout, std::span<const float> initial) {
  ByteWriter writer;
  for (const nn::ModuleShape& module : layout.modules()) {
    writer.Text(nn::Name(module.id));
    for (const nn::TensorShape& tensor : module.tensors) {
      writer.Text(tensor.name);
      writer.U32(static_cast<uint32_t>(tensor.rows));
      writer.U32(static_cast<uint32_t>(tensor.cols));
    }
  }
  writer.Floats(initial);
  return security::ToHex(security::Sha256(writer.Take()));
}

}  // namespace consilium::training
