// Drops packets from blocked networks, and counts the others by their source.

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MEANS(what) __attribute__((btf_decl_tag("mapctl:" what)))

enum action {
  ACTION_PASS,
  ACTION_DROP,
};

struct network {
  __u32 prefixlen;
  __be32 addr;
};

struct rule {
  enum action action;
  __u32 ticket;
  __u64 hits MEANS("counter");
};

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1024);
  __type(key, struct network);
  __type(value, struct rule);
} blocklist SEC(".maps");

struct talker {
  __be32 saddr;
  __u8 protocol MEANS("ip_proto");
  __u8 src_mac[ETH_ALEN];
  __u8 unused MEANS("hidden");
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct talker);
  __type(value, __u64);
} talkers SEC(".maps");

static int decide(struct iphdr* ip) {
  struct network host = {.prefixlen = 32, .addr = ip->saddr};
  struct rule* rule = bpf_map_lookup_elem(&blocklist, &host);

  if (!rule) return XDP_PASS;
  __sync_fetch_and_add(&rule->hits, 1);
  return rule->action == ACTION_DROP ? XDP_DROP : XDP_PASS;
}

static void count(struct ethhdr* eth, struct iphdr* ip) {
  struct talker talker = {.saddr = ip->saddr, .protocol = ip->protocol};
  __u64 one = 1;
  __u64* packets;

  __builtin_memcpy(talker.src_mac, eth->h_source, ETH_ALEN);
  packets = bpf_map_lookup_elem(&talkers, &talker);
  if (packets)
    __sync_fetch_and_add(packets, 1);
  else
    bpf_map_update_elem(&talkers, &talker, &one, BPF_ANY);
}

SEC("xdp")
int count_talkers(struct xdp_md* context) {
  void* end = (void*)(long)context->data_end;
  struct ethhdr* eth = (void*)(long)context->data;
  struct iphdr* ip = (void*)(eth + 1);

  if ((void*)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP)) return XDP_PASS;
  count(eth, ip);
  return decide(ip);
}

char _license[] SEC("license") = "Dual MIT/GPL";
