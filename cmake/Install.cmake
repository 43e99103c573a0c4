# Installation: the library, its headers, the program, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

# The tools layer is part of the program, not of the library.
install(
  DIRECTORY "${PROJECT_SOURCE_DIR}/include/autodiff"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING
  PATTERN "*.hpp"
  PATTERN "tools" EXCLUDE)
install(TARGETS autodiff EXPORT autodiff-targets)
if(TARGET autodiff_program)
  install(TARGETS autodiff_program)
endif()

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/autodiff")
install(
  EXPORT autodiff-targets
  NAMESPACE autodiff::
  DESTINATION "${package_dir}")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/autodiffConfig.cmake.in" "${PROJECT_BINARY_DIR}/autodiffConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/autodiffConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/autodiffConfig.cmake"
              "${PROJECT_BINARY_DIR}/autodiffConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindMPFR.cmake" DESTINATION "${package_dir}")

# Found relative to the file itself, so the installed tree can be moved.
file(RELATIVE_PATH autodiff_prefix_from_pc "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig"
     "${CMAKE_INSTALL_PREFIX}")
set(autodiff_pc_cflags "")
if(NOT AUTODIFF_CHECKS)
  set(autodiff_pc_cflags " -DAUTODIFF_NO_CHECKS")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/autodiff.pc.in" "${PROJECT_BINARY_DIR}/autodiff.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/autodiff.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
