// Sends each packet it is run on to user space, through both kinds of event map.

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct event {
  __u32 length;
  __u16 first; /* the first two bytes of the packet */
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} perf SEC(".maps");

/// Records that the ring accepted, and records that it refused because it was full.
__u64 sent = 0;
__u64 refused = 0;
/// Runs of count(), which adds as most programs do; what lies beside it belongs to others.
__u32 counted = 0;
__u32 setting = 0;

/* A function of its own, so that the program's types have the event. */
static __attribute__((noinline)) int describe(struct xdp_md* context, struct event* event) {
  void* end = (void*)(long)context->data_end;
  const __u16* packet = (void*)(long)context->data;

  if ((const void*)(packet + 1) > (const void*)end) return -1;
  event->length = context->data_end - context->data;
  event->first = *packet;
  return 0;
}

SEC("xdp")
int send_to_ring(struct xdp_md* context) {
  struct event event = {};

  if (describe(context, &event) != 0) return XDP_PASS;
  if (bpf_ringbuf_output(&ring, &event, sizeof(event), 0) == 0)
    __sync_fetch_and_add(&sent, 1);
  else
    __sync_fetch_and_add(&refused, 1);
  return XDP_PASS;
}

SEC("xdp")
int send_each_packet_to_perf(struct xdp_md* context) {
  struct event event = {};

  if (describe(context, &event) == 0)
    bpf_perf_event_output(context, &perf, BPF_F_CURRENT_CPU, &event, sizeof(event));
  return XDP_PASS;
}

SEC("xdp")
int count(struct xdp_md* context __attribute__((unused))) {
  ++*(volatile __u32*)&counted;
  return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
