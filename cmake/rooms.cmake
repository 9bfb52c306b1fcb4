# How farhand's targets are made: rooms, their tests, their fuzzers.

include(CheckCCompilerFlag)

add_library(habits INTERFACE)
target_include_directories(habits INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/sensor")
target_compile_features(habits INTERFACE c_std_11)
target_compile_definitions(habits INTERFACE _GNU_SOURCE)
target_compile_options(habits INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -fno-common -fstack-protector-strong)
# What is fetched to be written is fetched for that: else its line is asked for twice where another
# processor has it.  All x86-64 processors know it, or pass over it.
check_c_compiler_flag(-mprfchw HAS_PREFETCHW)
if(HAS_PREFETCHW)
  target_compile_options(habits INTERFACE -mprfchw)
endif()
if(SANITIZE)
  target_compile_options(habits INTERFACE "-fsanitize=${SANITIZE}" -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(habits INTERFACE "-fsanitize=${SANITIZE}")
endif()

# farhand_room(NAME SOURCES a.c b.c LIBS x y): a static library of one room.
function(farhand_room name)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_link_libraries(${name} PUBLIC habits PRIVATE ${A_LIBS})
endfunction()

# farhand_test(NAME LIBS x y [LABELS l]): tests/unit/NAME.c, run by CTest from the source root.
function(farhand_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(A "" "" "LIBS;LABELS" ${ARGN})
  add_executable(${name} "${PROJECT_SOURCE_DIR}/tests/unit/${name}.c")
  target_link_libraries(${name} PRIVATE ${A_LIBS} PkgConfig::CMOCKA)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS "unit;${A_LABELS}" TIMEOUT 300
    ENVIRONMENT "FARHAND_ROOT=${PROJECT_SOURCE_DIR};FARHAND_BUILD=${PROJECT_BINARY_DIR}")
endfunction()

# farhand_fuzz(NAME SOURCE f.c LIBS x [DEFINES D=1]): a libFuzzer target of that name where
# FARHAND_FUZZ is on; and always a plain program that replays tests/fuzz/corpus/NAME through it.
function(farhand_fuzz name)
  cmake_parse_arguments(A "" "SOURCE" "LIBS;DEFINES" ${ARGN})
  if(FARHAND_FUZZ)
    add_executable(${name} "${PROJECT_SOURCE_DIR}/tests/fuzz/${A_SOURCE}")
    target_link_libraries(${name} PRIVATE ${A_LIBS})
    target_compile_definitions(${name} PRIVATE ${A_DEFINES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  elseif(BUILD_TESTING)
    add_executable(${name}_corpus "${PROJECT_SOURCE_DIR}/tests/fuzz/${A_SOURCE}"
      "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_corpus.c")
    target_link_libraries(${name}_corpus PRIVATE ${A_LIBS})
    target_compile_definitions(${name}_corpus PRIVATE ${A_DEFINES})
    add_test(NAME ${name}_corpus COMMAND ${name}_corpus
      "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    set_tests_properties(${name}_corpus PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endfunction()
