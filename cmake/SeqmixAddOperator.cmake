# seqmix_add_operator(<target> SPEC <file> [ELEM <type>] [OPTIONS <options of seqmixc…>])
#
# Compiles a spec when the project is built and makes <target>, a library of the operator's object and header. The spec's
# file is named as its operator.
# Example: seqmix_add_operator(mixer SPEC gated_delta_net.mlir ELEM f32 OPTIONS --set K=64)
#          target_link_libraries(program PRIVATE mixer)     # #include "gated_delta_net.h"
function(seqmix_add_operator target)
  cmake_parse_arguments(ARG "" "SPEC;ELEM" "OPTIONS" ${ARGN})
  if(NOT ARG_SPEC)
    message(FATAL_ERROR "seqmix_add_operator(${target}): expected SPEC and a file")
  endif()
  get_filename_component(spec ${ARG_SPEC} ABSOLUTE)
  get_filename_component(name ${spec} NAME_WE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}.seqmix)
  set(elem "")
  if(ARG_ELEM)
    set(elem --elem ${ARG_ELEM})
  endif()
  add_custom_command(OUTPUT ${out}/${name}.o ${out}/${name}.h
    COMMAND seqmix::seqmixc ${spec} ${elem} ${ARG_OPTIONS} -o ${out}
    DEPENDS ${spec} seqmix::seqmixc
    COMMENT "Compiling the operator ${name}"
    VERBATIM)
  add_custom_target(${target}-compile DEPENDS ${out}/${name}.o ${out}/${name}.h)
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}-compile)
  target_include_directories(${target} INTERFACE ${out})
  target_link_libraries(${target} INTERFACE ${out}/${name}.o)
endfunction()
