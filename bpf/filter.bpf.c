// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * An XDP filter by source or destination prefix, protocol and destination port.
 * The rule with the longest prefix decides; among equals, the more specific
 * service.
 */
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "explain.bpf.h"
#include "filter.h"
#include "match.bpf.h"
#include "packet.bpf.h"
#include "reply.bpf.h"
#include "walk_check.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct filter_totals);
	__uint(max_entries, FILTER_VERDICTS);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} filter_stats SEC(".maps");

/* The address bits of the rule that decides, plus one; 0 for the default rule. */
static __always_inline int deciding_rank(struct packet *packet, struct match match)
{
	/* With both directions, the packet's address may no longer be that of the match. */
	return use_destinations ? match.rank : rank_of(packet, &match);
}

static __always_inline int verdict_of(struct xdp_md *context, struct packet *packet,
				      const struct match *match)
{
	const enum filter_action action = match->rule->action;

	if (action != FILTER_DROP && action != FILTER_PASS)
		return FILTER_BAD_RULE;

	const int rank = deciding_rank(packet, *match);

	if (action == FILTER_PASS)
		return rank == 0 ? FILTER_PASS_DEFAULT : FILTER_PASS_RULE;
	if (rank <= RANK_OF_EVERYTHING && is_reply(context, packet))
		return FILTER_PASS_REPLY;
	return rank == 0 ? FILTER_DROP_DEFAULT : FILTER_DROP_RULE;
}

/* A reply that passes is not counted by the rule that would drop it. */
static __always_inline int apply(struct xdp_md *context, struct packet *packet,
				 const struct match *match, __u64 bytes)
{
	struct filter_rule *rule = match->rule;

	if (!rule)
		return FILTER_PASS_DEFAULT;

	const int verdict = verdict_of(context, packet, match);

	if (explains) {
		note_rule(packet, match);
	} else if (verdict != FILTER_PASS_REPLY) {
		__sync_fetch_and_add(&rule->packets, 1);
		__sync_fetch_and_add(&rule->bytes, bytes);
	}
	return verdict;
}

static __always_inline void count(__u32 verdict, __u64 bytes)
{
	struct filter_totals *totals = bpf_map_lookup_elem(&filter_stats, &verdict);

	if (!totals)
		return;
	totals->packets++;
	totals->bytes += bytes;
}

static __always_inline bool drops(__u32 verdict)
{
#define DROPPED(upper, lower, drops, reason) | (drops ? 1u << FILTER_##upper : 0)
	const __u32 dropped = 0 MAPCTL_FILTER_VERDICTS(DROPPED);
#undef DROPPED

	return dropped >> verdict & 1;
}

/*
 * Set at load, with the flag of a program that takes packets in several buffers: a helper call must
 * ask for their length, which costs 6 ns.
 */
const volatile __u8 multi_buffer = 0;

static __always_inline __u64 length_of(struct xdp_md *context)
{
	return multi_buffer ? bpf_xdp_get_buff_len(context) : context->data_end - context->data;
}

SEC("xdp")
int mapctl_filter(struct xdp_md *context)
{
	__u64 bytes = length_of(context);
	struct packet packet;

	__builtin_memset(&packet, 0, PACKET_ZEROED);
	packet.at = (void *)(long)context->data;
	packet.end = (void *)(long)context->data_end;

	int verdict = parse(&packet);

	if (verdict == GO_ON) {
		if (explains)
			note_packet(&packet);

		struct match match = deciding_match(&packet);

		verdict = apply(context, &packet, &match, bytes);
	}
	if (explains)
		explain(verdict);
	else
		count(verdict, bytes);
	return drops(verdict) ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
