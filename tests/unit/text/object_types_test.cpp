#include "mapctl/text/object_types.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "mapctl/error.hpp"
#include "mapctl/text/type_text.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

/// The compiled program of tests/bpf/types.bpf.c as a file.
class ObjectFile : public testing::Test {
 protected:
  ObjectFile() {
    std::size_t size = 0;
    const void* const bytes = types_bpf__elf_bytes(&size);
    write(bytes, size);
  }
  ~ObjectFile() override { std::remove(path_.c_str()); }

  void write(const void* bytes, std::size_t size) const {
    std::FILE* const file = std::fopen(path_.c_str(), "w");
    EXPECT_EQ(std::fwrite(bytes, 1, size, file), size);
    std::fclose(file);
  }

  std::string path_ = testing::TempDir() + "types_" + std::to_string(getpid()) + ".o";
};

template <typename Call>
BadInput bad_input_of(Call call) {
  try {
    call();
  } catch (const BadInput& error) {
    return error;
  }
  return BadInput("nothing was thrown");
}

TEST_F(ObjectFile, HasTypesByTheirCNames) {
  const ObjectTypes types(path_);
  EXPECT_EQ(type_text(types.find("struct flow")), "{saddr:ipv4,port:be16,src_mac:mac}");
  EXPECT_EQ(type_text(types.find("union number")), "union{whole:u32,parts:u8[4]}");
  EXPECT_EQ(type_text(types.find("enum action")), "enum{ACTION_PASS=0,ACTION_DROP=1}");
  EXPECT_EQ(type_text(types.find("level_t")), "{level:u8}");
}

TEST_F(ObjectFile, KeepsTheTagsOfMembers) {
  EXPECT_EQ(ObjectTypes(path_).find("struct verdict").members[1].role, Role::counter);
}

TEST_F(ObjectFile, SuggestsTheNearestName) {
  const ObjectTypes types(path_);
  const BadInput slip = bad_input_of([&] { types.find("struct flwo"); });
  EXPECT_THAT(slip.what(), HasSubstr("there is no type 'struct flwo' in "));
  EXPECT_THAT(slip.fix(), Contains(Field(&Remedy::text, "did you mean 'struct flow'?")));
  EXPECT_THAT(slip.fix(), Contains(Field(&Remedy::text, HasSubstr("it has enum action, "))));
  EXPECT_THAT(bad_input_of([&] { types.find("action"); }).fix(),
              Contains(Field(&Remedy::text, "did you mean 'enum action'?")));
}

TEST_F(ObjectFile, WithoutTypesIsRefused) {
  write(
      "\x7f"
      "ELF",
      4);
  EXPECT_THAT(bad_input_of([&] { ObjectTypes{path_}; }).what(), HasSubstr("has no types"));
  EXPECT_THAT(bad_input_of([&] { ObjectTypes{testing::TempDir()}; }).what(),
              HasSubstr("has no types"));
}

TEST(ObjectTypes, SaysThatThereIsNoSuchFile) {
  try {
    const ObjectTypes types("/nowhere/program.o");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Cause::not_found);
    EXPECT_STREQ(error.what(),
                 "cannot read the types of /nowhere/program.o: there is no such file");
  }
}

TEST_F(ObjectFile, WithATypeThatHoldsItselfTwiceRefusesIt) {
  // BTF: a header, one struct of 8 bytes with two members, and the names.
  const struct {
    btf_header header{.magic = BTF_MAGIC,
                      .version = BTF_VERSION,
                      .hdr_len = sizeof(btf_header),
                      .type_len = 36,
                      .str_off = 36,
                      .str_len = 8};
    btf_type type{.name_off = 1, .info = BTF_KIND_STRUCT << 24 | 2, .size = 8};
    btf_member members[2]{{.name_off = 3, .type = 1}, {.name_off = 5, .type = 1}};
    char names[8] = "\0s\0a\0b";
  } file;
  write(&file, sizeof file);
  EXPECT_STREQ(bad_input_of([&] { ObjectTypes(path_).find("struct s"); }).what(),
               "'struct s' cannot be used: it has more than 65536 members, counting those of its "
               "members");
}

TEST_F(ObjectFile, NamesTypesWithinOthers) {
  const ObjectTypes types(path_);
  const FindType find = [&](const std::string& name) { return types.find(name); };
  EXPECT_EQ(type_text(parse_type("struct flow", find)), "{saddr:ipv4,port:be16,src_mac:mac}");
  EXPECT_EQ(type_text(parse_type("{a:enum action,b:level_t[2]}", find)),
            "{a:enum{ACTION_PASS=0,ACTION_DROP=1},b:{level:u8}[2]}");
}

}  // namespace
}  // namespace mapctl::test
