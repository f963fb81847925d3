/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_EXPLAIN_BPF_H
#define MAPCTL_EXPLAIN_BPF_H

/*
 * Stores which rule decided about a packet, for the caller that runs a copy of the program. Only
 * filter.bpf.c may include this: it defines variables.
 */

#include <linux/bpf.h>

#include "filter.h"
#include "match.bpf.h"
#include "packet.bpf.h"
#include "rank.bpf.h"
#include "rules.bpf.h"

/* Set at load: explain the decision about a packet, and count nothing. */
const volatile __u8 explains = 0;

/* The caller zeroes it before each run. */
struct filter_explanation explanation;

static __always_inline void note_packet(const struct packet *packet)
{
	explanation.seen = packet->key;
	explanation.seen.prefixlen = FILTER_SERVICE_BITS + packet->address_bits;
	explanation.seen.proto = packet->proto;
	explanation.seen.dport = packet->dport;
}

static __always_inline void note_rule(const struct packet *packet, const struct match *match)
{
	explanation.rule = packet->key;
	explanation.rule.family = match->family;
	explanation.rule.proto = match->proto;
	explanation.rule.dport = match->dport;
	explanation.rule.prefixlen = match->rule->rank; /* until note_length() */
	explanation.has_rule = 1;
}

/* Stores how many bits of the address count. */
VERIFIED_ONCE int note_length(void)
{
	struct filter_key key = explanation.rule;
	__u8 bits = explanation.seen.prefixlen - FILTER_SERVICE_BITS;

	/* If destinations were looked up, the packet's key has that address. */
	if (key.family == explanation.seen.family)
		key.addr.v6 = explanation.seen.addr.v6;

	int rank = key.prefixlen;

	if (rank == 0)
		rank = learn(&key, bits);
	key.prefixlen = rank == RANK_DEFAULT ? 0 : FILTER_SERVICE_BITS + rank - 1;
	explanation.rule = key;
	explanation.has_key = rank != 0;
	return 0;
}

static __always_inline void explain(__u32 verdict)
{
	explanation.verdict = verdict;
	if (explanation.has_rule)
		note_length();
}

#endif
