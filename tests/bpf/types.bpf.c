// The types that tests take out of a compiled program, and no program.

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

char _license[] SEC("license") = "Dual MIT/GPL";
