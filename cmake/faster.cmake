# A compiler cache and a faster linker, where the machine has them.
find_program(CONSILIUM_CCACHE ccache)
if(CONSILIUM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers may be cached: nothing here depends on the time of compilation.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    ${CONSILIUM_CCACHE})
endif()
find_program(CONSILIUM_MOLD mold)
if(CONSILIUM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
