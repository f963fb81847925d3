#pragma once
// BTF built in memory, in the form that clang writes.

#include <bpf/btf.h>

#include <memory>

#include "text/btf/layout_btf.hpp"

namespace mapctl::test {

/// Types are added through libbpf's own writer; every add function returns the type's id.
class TestBtf {
 public:
  btf* get() const { return types_.get(); }

  int integer(const char* name, std::uint32_t size, int encoding = 0) {
    return btf__add_int(get(), name, size, encoding);
  }
  int definition(const char* name, int target) { return btf__add_typedef(get(), name, target); }
  int array(int element, std::uint32_t count) {
    return btf__add_array(get(), index_, element, count);
  }
  int pointer(int target) { return btf__add_ptr(get(), target); }
  int structure(const char* name, std::uint32_t size) { return btf__add_struct(get(), name, size); }
  int union_type(const char* name, std::uint32_t size) { return btf__add_union(get(), name, size); }
  void member(const char* name, int type, std::uint32_t bit_offset, std::uint32_t bit_size = 0) {
    btf__add_field(get(), name, type, bit_offset, bit_size);
  }
  void tag(const char* text, int parent, int index) {
    btf__add_decl_tag(get(), text, parent, index);
  }

  Layout layout(int id, std::string_view hint = {}) const {
    return layout_of(*get(), static_cast<std::uint32_t>(id), hint);
  }

 private:
  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  std::unique_ptr<btf, Free> types_{btf__new_empty()};
  int index_ = btf__add_int(types_.get(), "unsigned int", 4, 0);
};

}  // namespace mapctl::test
