# Helpers of seqmix's build: finding MLIR, libraries, dialects, and plug-in folders.

# Finds LLVM and MLIR 22.1 and sets up TableGen. Debian's MLIR is one shared library; every target links that.
macro(seqmix_find_mlir)
  list(APPEND CMAKE_PREFIX_PATH /usr/lib/llvm-22)
  set(MLIR_LINK_MLIR_DYLIB ON)
  set(LLVM_LINK_LLVM_DYLIB ON)
  find_package(MLIR 22.1 REQUIRED CONFIG)
  list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
  set(LLVM_RUNTIME_OUTPUT_INTDIR ${CMAKE_BINARY_DIR}/bin)
  set(LLVM_LIBRARY_OUTPUT_INTDIR ${CMAKE_BINARY_DIR}/lib)
  include(TableGen)
  include(AddLLVM)
  include(AddMLIR)
  include(HandleLLVMOptions)
  include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  include_directories(${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}/include)
  separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  add_definitions(${definitions})
  add_custom_target(seqmix-headers)
  add_custom_target(seqmix-docs)
endmacro()

# seqmix_tablegen(<td> <target> <out> <generator args…> …): runs mlir-tblgen; groups are separated by FILE.
# Example: seqmix_tablegen(SeqOps.td SeqOpsGen FILE SeqOps.h.inc -gen-op-decls FILE SeqOps.cpp.inc -gen-op-defs)
function(seqmix_tablegen td target)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(out "")
  set(args "")
  foreach(word IN LISTS ARGN ITEMS FILE)
    if(word STREQUAL "FILE")
      if(out)
        mlir_tablegen(${out} ${args} -I${CMAKE_SOURCE_DIR} -I${CMAKE_SOURCE_DIR}/include)
      endif()
      set(out "")
      set(args "")
    elseif(NOT out)
      set(out ${word})
    else()
      list(APPEND args ${word})
    endif()
  endforeach()
  add_public_tablegen_target(${target})
  add_dependencies(seqmix-headers ${target})
endfunction()

# seqmix_add_doc(<td> <page> <generator args…>): makes <page>.md under docs/generated of the build tree.
function(seqmix_add_doc td page)
  set(out ${CMAKE_BINARY_DIR}/docs/generated/${page}.md)
  set(LLVM_TARGET_DEFINITIONS ${td})
  tablegen(MLIR ${page}.md ${ARGN} -I${CMAKE_SOURCE_DIR} -I${CMAKE_SOURCE_DIR}/include)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${page}.md ${out}
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${page}.md)
  add_custom_target(seqmix-doc-${page} DEPENDS ${out})
  add_dependencies(seqmix-docs seqmix-doc-${page})
endfunction()

# seqmix_add_library(<name> <sources…> [LINK <libs…>]): a static library of ours on top of the MLIR shared library.
function(seqmix_add_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} seqmix-headers)
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  seqmix_compile_options(${name})
  install(TARGETS ${name} EXPORT seqmixCompilerTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
endfunction()

# seqmix_add_tool(<name> <sources…> [LINK <libs…>]): an executable in bin/.
function(seqmix_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} seqmix-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  seqmix_compile_options(${name})
  seqmix_install_tool(${name})
endfunction()

# seqmix_install_tool(<name>): installs a program that finds our shared library beside itself, wherever the two are moved.
function(seqmix_install_tool name)
  set_target_properties(${name} PROPERTIES
    INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}"
    INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS ${name} EXPORT seqmixTools
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
endfunction()

# The options of compiler code: LLVM is built without exceptions; sanitizers as asked.
function(seqmix_compile_options name)
  target_compile_options(${name} PRIVATE -fno-exceptions -Wall -Wextra -Wno-unused-parameter)
  seqmix_sanitize(${name})
endfunction()

function(seqmix_sanitize name)
  if(SEQMIX_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${SEQMIX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${name} PRIVATE -fsanitize=${SEQMIX_SANITIZE})
  endif()
endfunction()

# seqmix_add_plugin_folders(<macro> <file>): adds every sub-folder that has a CMakeLists.txt, in order of name, and writes
# <file> into the build tree with one <macro>(Folder) line each. A plug-in joins by existing.
function(seqmix_add_plugin_folders macro file)
  file(GLOB folders CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  list(SORT folders)
  set(lines "")
  set(libs "")
  foreach(entry IN LISTS folders)
    get_filename_component(folder ${entry} DIRECTORY)
    add_subdirectory(${folder})
    string(APPEND lines "${macro}(${folder})\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/include/seqmix/${file} CONTENT "${lines}" @ONLY)
endfunction()
