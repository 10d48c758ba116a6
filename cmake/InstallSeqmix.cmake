# What `cmake --install` and CPack put where. Two components: tools (programs, the runtime, specs: what a user of the
# compiler runs) and development (what a CMake project finds: headers, static libraries, the package's description).
#
#   bin/                        the tools
#   lib/                        libseqmix_runtime.so, the compiler's static libraries
#   lib/cmake/seqmix/           find_package(seqmix)
#   include/seqmix/runtime.h    the runtime's C interface
#   include/seqmix-compiler/    dialects/**, seqmix/**: headers, generated headers and .td files, by the paths that they include each other by
#   share/seqmix/specs/         the operators that we ship

include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/seqmix)
set(compiler_headers ${CMAKE_INSTALL_INCLUDEDIR}/seqmix-compiler)

install(EXPORT seqmixRuntimeTargets NAMESPACE seqmix:: DESTINATION ${package_folder} COMPONENT development)
install(EXPORT seqmixTools NAMESPACE seqmix:: FILE seqmixToolsTargets.cmake DESTINATION ${package_folder} COMPONENT development)
install(DIRECTORY specs DESTINATION ${CMAKE_INSTALL_DATADIR}/seqmix COMPONENT tools FILES_MATCHING PATTERN "*.mlir")
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tools)

if(SEQMIX_BUILD_COMPILER)
  # The one library to link: every dialect, pass and target.
  add_library(seqmix INTERFACE)
  target_link_libraries(seqmix INTERFACE SeqmixInitAll SeqmixPipeline SeqmixTarget)
  target_include_directories(seqmix INTERFACE $<INSTALL_INTERFACE:${compiler_headers}>)
  target_compile_features(seqmix INTERFACE cxx_std_20)
  install(TARGETS seqmix EXPORT seqmixCompilerTargets COMPONENT development)
  install(EXPORT seqmixCompilerTargets NAMESPACE seqmix:: DESTINATION ${package_folder} COMPONENT development)
  foreach(root ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
    install(DIRECTORY ${root}/dialects DESTINATION ${compiler_headers} COMPONENT development
      FILES_MATCHING PATTERN "*.h" PATTERN "*.h.inc" PATTERN "*.td" PATTERN "CMakeFiles" EXCLUDE)
    install(DIRECTORY ${root}/include/seqmix DESTINATION ${compiler_headers} COMPONENT development
      FILES_MATCHING PATTERN "*.h" PATTERN "*.h.inc" PATTERN "*.td" PATTERN "runtime.h" EXCLUDE PATTERN "CMakeFiles" EXCLUDE)
  endforeach()
endif()

configure_package_config_file(cmake/seqmixConfig.cmake.in ${PROJECT_BINARY_DIR}/cmake/seqmixConfig.cmake
  INSTALL_DESTINATION ${package_folder}
  PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/seqmixConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/seqmixConfig.cmake ${PROJECT_BINARY_DIR}/cmake/seqmixConfigVersion.cmake
  cmake/SeqmixAddOperator.cmake
  DESTINATION ${package_folder} COMPONENT development)

# `cmake --build build --target package`: tarballs that run wherever they are unpacked, and Debian packages.
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME seqmix)
set(CPACK_PACKAGE_VENDOR "The seqmix authors")
set(CPACK_PACKAGE_CONTACT "The seqmix authors <seqmix@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Ahead-of-time compiler for sequence-mixing layers")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL tools development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
set(CPACK_ARCHIVE_TOOLS_FILE_NAME seqmix-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_ARCHIVE_DEVELOPMENT_FILE_NAME ${CPACK_ARCHIVE_TOOLS_FILE_NAME}-dev)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME seqmix)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libseqmix-dev)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
# Links the shared library of an operator.
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS lld-22)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "seqmix (= ${PROJECT_VERSION}), libmlir-22-dev, mlir-22-tools")
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
include(CPack)
