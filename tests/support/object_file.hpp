#pragma once
// A compiled program as a file, for --btf: shell lines refer to it as $o.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mapctl::test {

class ObjectFile {
 public:
  /// `elf` is what the skeletons provide: types_bpf__elf_bytes.
  explicit ObjectFile(const void* (*elf_bytes)(std::size_t* size)) {
    std::size_t size = 0;
    const void* const bytes = elf_bytes(&size);
    std::FILE* const file = std::fopen(path_.c_str(), "w");
    EXPECT_EQ(std::fwrite(bytes, 1, size, file), size);
    std::fclose(file);
    setenv("o", path_.c_str(), 1);
  }
  ~ObjectFile() { std::remove(path_.c_str()); }
  ObjectFile(const ObjectFile&) = delete;
  ObjectFile& operator=(const ObjectFile&) = delete;

 private:
  std::string path_ = testing::TempDir() + "object_" + std::to_string(getpid()) + ".o";
};

}  // namespace mapctl::test
