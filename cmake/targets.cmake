set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# No fused multiply-add behind the source's back: the same source gives the same bits on every CPU,
# except in the kernels that ask for wider vectors explicitly (modules/nn/kernels).
# Threads everywhere, since gRPC's users ask for them and a precompiled header serves one way only.
add_compile_options(-ffp-contract=off -pthread)

add_library(consilium_warnings INTERFACE)
target_compile_options(consilium_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  # g++ 12 warns falsely on "text" + std::string (PR 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)

include(precompiled)

# consilium_library(NAME nn SRCS a.cc b.cc PUBLIC consilium_base PRIVATE Eigen3::Eigen)
# makes consilium_nn. With no SRCS it is header-only. WIRE: most of its sources include gRPC.
function(consilium_library)
  cmake_parse_arguments(ARG "WIRE" "NAME" "SRCS;PUBLIC;PRIVATE" ${ARGN})
  set(target consilium_${ARG_NAME})
  if(ARG_SRCS)
    add_library(${target} STATIC ${ARG_SRCS})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} consilium_warnings)
    if(ARG_WIRE)
      target_precompile_headers(${target} REUSE_FROM consilium_precompiled_wire)
    else()
      target_precompile_headers(${target} REUSE_FROM consilium_precompiled_library)
    endif()
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ARG_PUBLIC})
  endif()
endfunction()

# consilium_binary(NAME consiliumd SRCS main.cc LIBS ...)   -> build/<preset>/bin/consiliumd
function(consilium_binary)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;LIBS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_include_directories(${ARG_NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBS} consilium_warnings)
  target_precompile_headers(${ARG_NAME} REUSE_FROM consilium_precompiled_program)
endfunction()

# consilium_test(NAME base SRCS status_test.cc LIBS consilium_base LABELS unit TIMEOUT 60)
# makes one binary, tests_base, and one CTest entry for every TEST in it.
function(consilium_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SRCS;LIBS;LABELS" ${ARGN})
  set(target tests_${ARG_NAME})
  add_executable(${target} ${ARG_SRCS})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main consilium_warnings)
  target_precompile_headers(${target} REUSE_FROM consilium_precompiled_test)
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  include(GoogleTest)
  gtest_discover_tests(${target} TEST_PREFIX "${ARG_NAME}." DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
