# The headers nearly every source reads, parsed once for each way to compile: for libraries, for
# programs (another kind of position-independent code) and for tests. A source whose own flags differ
# (the kernels) sets SKIP_PRECOMPILE_HEADERS. No header of ours stands here: an edit rebuilds what
# includes it and no more, and each of ours must stand alone (tests/headers).
set(CONSILIUM_PRECOMPILED
  <algorithm> <array> <cmath> <cstddef> <cstdint> <functional> <limits> <map> <memory> <numeric>
  <optional> <set> <span> <string> <string_view> <utility> <vector>
  <absl/status/status.h> <absl/status/statusor.h> <fmt/format.h> <fmt/ranges.h>)

function(consilium_precompile NAME)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBS;OPTIONS" ${ARGN})
  set(target consilium_precompiled_${NAME})
  set(source ${CMAKE_BINARY_DIR}/precompiled/${NAME}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${target} OBJECT ${source})
  target_compile_options(${target} PRIVATE ${ARG_OPTIONS})
  target_link_libraries(${target} PRIVATE absl::status absl::statusor fmt::fmt Threads::Threads
    ${ARG_LIBS} consilium_warnings)
  target_precompile_headers(${target} PRIVATE ${CONSILIUM_PRECOMPILED} ${ARG_HEADERS})
endfunction()

consilium_precompile(library)
if(CONSILIUM_WITH_GRPC)
  consilium_precompile(wire HEADERS <google/protobuf/message.h> <google/protobuf/extension_set.h>
    <google/protobuf/generated_message_util.h> <google/protobuf/repeated_field.h> <grpcpp/grpcpp.h>
    LIBS gRPC::grpc++ protobuf::libprotobuf)
endif()
consilium_precompile(program OPTIONS -fPIE)
if(BUILD_TESTING OR NOT DEFINED BUILD_TESTING)
  consilium_precompile(test HEADERS <gmock/gmock.h> <gtest/gtest.h> LIBS GTest::gmock OPTIONS -fPIE)
endif()
