include(CMakeFindDependencyMacro)
find_dependency(PkgConfig)
pkg_check_modules(LIBBPF REQUIRED IMPORTED_TARGET libbpf>=1.1)
include(${CMAKE_CURRENT_LIST_DIR}/mapctlTargets.cmake)
