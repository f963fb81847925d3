// The types that tests read from a compiled program; there is no program in it.

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

enum action {
  ACTION_PASS,
  ACTION_DROP,
};

struct flow {
  __be32 saddr;
  __be16 port;
  __u8 src_mac[6];
};

struct verdict {
  enum action action;
  __u64 hits __attribute__((btf_decl_tag("mapctl:counter")));
};

struct guarded {
  struct bpf_spin_lock lock;
  __u32 number;
};

struct network {
  __u32 prefixlen;
  __be32 addr;
};

/* What sender.bpf.c sends. */
struct event {
  __u32 length;
  __u16 first;
};

union number {
  __u32 whole;
  __u8 parts[4];
};

typedef struct {
  __u8 level;
} level_t;

/* What bpftool reads as something else, or not at all. */
struct signed_bits {
  int low : 4;
  int high : 4;
};

struct enum_bits {
  enum action first : 4;
  enum action second : 4;
};

struct real {
  float ratio;
  double exact;
};

struct nameless {
  union {
    __u32 word;
    __u8 bytes[4];
  };
  struct {
    __u16 low;
    __u16 high;
  };
};

enum mask {
  MASK_NONE,
  MASK_ALL = 0xffffffff,
};

struct mistaken {
  struct signed_bits signed_bits;
  struct enum_bits enum_bits;
  struct real real;
  struct nameless nameless;
  enum mask mask;
};

/* The place of what follows a has too many bits for BTF: clang writes a struct of 8 bytes. */
struct huge {
  char a[268435456];
  char b[268435456];
  __u64 c;
};

/* Only types that something uses have BTF. */
#define MAP(name, key_type, value_type) \
  struct {                              \
    __uint(type, BPF_MAP_TYPE_HASH);    \
    __uint(max_entries, 1);             \
    __type(key, key_type);              \
    __type(value, value_type);          \
  } name SEC(".maps")

MAP(flows, struct flow, struct verdict);
MAP(networks, struct network, struct guarded);
MAP(numbers, union number, level_t);
MAP(events, __u32, struct event);
MAP(mistakes, __u32, struct mistaken);
MAP(huges, __u32, struct huge);

char _license[] SEC("license") = "Dual MIT/GPL";
