/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_RULES_BPF_H
#define MAPCTL_RULES_BPF_H

/* The rules, and the one among them that decides about a packet. */

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "filter.h"
#include "packet.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct filter_key);
	__type(value, struct filter_rule);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} filter_map SEC(".maps");

/*
 * How specific a rule's source is: its address bits plus one, RANK_DEFAULT for
 * the default rule, 0 for not known yet.
 */
#define RANK_DEFAULT 255
#define LEARN_ATTEMPTS 2

static __always_inline struct filter_rule *find(struct filter_key *key, __u32 prefixlen)
{
	key->prefixlen = prefixlen;
	return bpf_map_lookup_elem(&filter_map, key);
}

/*
 * A lookup does not tell how long the prefix is that it found. But it finds the
 * same rule with every key that is at least as long, so halving finds the length.
 */
static __noinline __u32 search_length(struct filter_key *key, struct filter_rule *rule, __u8 bits)
{
	__u32 low = 0;
	__u32 high = bits;

#pragma unroll
	for (int i = 0; i < 8; i++) {
		__u32 middle = (low + high) / 2;

		if (low >= high)
			break;
		if (find(key, FILTER_SERVICE_BITS + middle) == rule)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * A longer rule that is put meanwhile hides this one from some of the lookups,
 * and what is learnt then would stay wrong. So the last one that must not find
 * the rule stands between two that must.
 */
static __always_inline bool is_length(struct filter_key *key, struct filter_rule *rule, __u32 length)
{
	return find(key, FILTER_SERVICE_BITS + length) == rule &&
	       find(key, FILTER_SERVICE_BITS + length - 1) != rule &&
	       find(key, FILTER_SERVICE_BITS + length) == rule;
}

/* 0 where the rules change too fast, or the rule is gone. */
static __noinline __u8 learn_rank(struct filter_key *key, struct filter_rule *rule, __u8 bits)
{
	if (find(key, FILTER_SERVICE_BITS - 1) == rule)
		return RANK_DEFAULT;
	for (int i = 0; i < LEARN_ATTEMPTS; i++) {
		__u32 length = search_length(key, rule, bits);

		if (is_length(key, rule, length))
			return length + 1;
	}
	return 0;
}

/* The rule that a lookup for a service found. */
struct match {
	struct filter_rule *rule;
	__u8 proto;
	__be16 dport;
};

static __always_inline struct match match_service(struct packet *packet, __u8 proto, __be16 dport)
{
	packet->key.proto = proto;
	packet->key.dport = dport;
	return (struct match){ find(&packet->key, FILTER_SERVICE_BITS + packet->address_bits), proto, dport };
}

static __always_inline __u32 rank_of(struct packet *packet, const struct match *match)
{
	if (match->rule->rank == 0) {
		packet->key.proto = match->proto;
		packet->key.dport = match->dport;
		match->rule->rank = learn_rank(&packet->key, match->rule, packet->address_bits);
	}
	return match->rule->rank == RANK_DEFAULT ? 0 : match->rule->rank;
}

/* The second match is of the more specific service, so it wins a tie. */
static __always_inline struct match better(struct packet *packet, struct match first, struct match second)
{
	if (!second.rule || first.rule == second.rule)
		return first;
	if (!first.rule)
		return second;
	return rank_of(packet, &first) > rank_of(packet, &second) ? first : second;
}

static __always_inline struct filter_rule *best_rule(struct packet *packet)
{
	struct match best = match_service(packet, 0, 0);

	if (packet->proto == 0)
		return best.rule;
	best = better(packet, best, match_service(packet, packet->proto, 0));
	if (packet->has_port && packet->dport != 0)
		best = better(packet, best, match_service(packet, packet->proto, packet->dport));
	return best.rule;
}

#endif
