// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What stands beside and in front of the programs that are measured. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_helpers.h>

#define SOURCES 65536

SEC("xdp")
int pass(struct xdp_md* context __attribute__((unused))) { return XDP_PASS; }

SEC("xdp")
int drop(struct xdp_md* context __attribute__((unused))) { return XDP_DROP; }

/* The program behind the two that follow: each writes the next source into the packet and calls it.
 */
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __type(key, __u32);
  __type(value, __u32);
  __uint(max_entries, 1);
} behind SEC(".maps");

__be32 sources4[SOURCES];
struct in6_addr sources6[SOURCES];
__u32 turn;

SEC("xdp")
int vary4(struct xdp_md* context) {
  struct iphdr* ip = (void*)(long)context->data + sizeof(struct ethhdr);

  if ((void*)(ip + 1) <= (void*)(long)context->data_end) ip->saddr = sources4[turn++ % SOURCES];
  bpf_tail_call(context, &behind, 0);
  return XDP_ABORTED;
}

SEC("xdp")
int vary6(struct xdp_md* context) {
  struct ipv6hdr* ip = (void*)(long)context->data + sizeof(struct ethhdr);

  if ((void*)(ip + 1) <= (void*)(long)context->data_end) ip->saddr = sources6[turn++ % SOURCES];
  bpf_tail_call(context, &behind, 0);
  return XDP_ABORTED;
}

/* Sends a frame to the other end of a veth pair. */
const volatile int veth = 0;

SEC("xdp")
int forward(struct xdp_md* context __attribute__((unused))) { return bpf_redirect(veth, 0); }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
