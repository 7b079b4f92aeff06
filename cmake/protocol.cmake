# consilium_proto: the generated messages and services. Included as "proto/<name>.pb.h" everywhere.
if(NOT CONSILIUM_WITH_GRPC)
  return()
endif()

# An edit to an imported .proto does not regenerate its importers in CMake 3.25: touch them, or build clean.
add_library(consilium_proto STATIC
  proto/common.proto proto/schema.proto proto/model.proto proto/federation.proto
  proto/consultation.proto proto/administration.proto)
target_link_libraries(consilium_proto PUBLIC gRPC::grpc++ protobuf::libprotobuf PRIVATE fmt::fmt)
target_precompile_headers(consilium_proto REUSE_FROM consilium_precompiled_wire)
set_target_properties(consilium_proto PROPERTIES CXX_CLANG_TIDY "") # what a generator writes is not ours
target_include_directories(consilium_proto SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/gen)
protobuf_generate(TARGET consilium_proto LANGUAGE cpp
  IMPORT_DIRS ${CMAKE_SOURCE_DIR} PROTOC_OUT_DIR ${CMAKE_BINARY_DIR}/gen)
protobuf_generate(TARGET consilium_proto LANGUAGE grpc
  IMPORT_DIRS ${CMAKE_SOURCE_DIR} PROTOC_OUT_DIR ${CMAKE_BINARY_DIR}/gen
  GENERATE_EXTENSIONS .grpc.pb.h .grpc.pb.cc
  PLUGIN "protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>")
