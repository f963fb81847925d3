/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_RULES_BPF_H
#define MAPCTL_RULES_BPF_H

/* The rules, and the one among them that decides about a packet. */

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
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
 * How specific a rule's address is: its bits plus one, RANK_DEFAULT for the
 * default rule, 0 for not known yet.
 */
#define RANK_DEFAULT 255
#define LEARN_ATTEMPTS 2
#define FIND_ATTEMPTS 3

static __always_inline struct filter_rule *find(struct filter_key *key, __u32 prefixlen)
{
	key->prefixlen = prefixlen;
	return bpf_map_lookup_elem(&filter_map, key);
}

/*
 * A lookup does not tell how long the prefix is that it found. But it finds the
 * same rule with every key that is at least as long, so halving finds the length.
 */
static __always_inline __u32 search_length(struct filter_key *key, struct filter_rule *rule,
					   __u8 bits)
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
static __always_inline bool is_length(struct filter_key *key, struct filter_rule *rule,
				      __u32 length)
{
	return find(key, FILTER_SERVICE_BITS + length) == rule &&
	       find(key, FILTER_SERVICE_BITS + length - 1) != rule &&
	       find(key, FILTER_SERVICE_BITS + length) == rule;
}

/* 0 where the rules change too fast, or the rule is gone. */
static __always_inline __u8 try_to_learn(struct filter_key *key, struct filter_rule *rule,
					 __u8 bits)
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

/*
 * The rank of the rule that the key finds, which learns it if it has to; 0 where
 * it finds none. A rule that is replaced meanwhile is found no more: then the one
 * in its place is asked. Not static: the verifier looks at it once, not wherever
 * it is called.
 */
__noinline int learn(const struct filter_key *given, __u8 bits)
{
	if (!given)
		return 0;

	struct filter_key key = *given; /* Linux 6.1 looks up none but keys on the stack. */

	for (int i = 0; i < FIND_ATTEMPTS; i++) {
		struct filter_rule *rule = find(&key, FILTER_SERVICE_BITS + bits);

		if (!rule)
			return 0;
		if (rule->rank == 0)
			rule->rank = try_to_learn(&key, rule, bits);
		if (rule->rank != 0)
			return rule->rank;
	}
	return 0;
}

/*
 * The kernel's own trie, read through BTF. The prefix of a node is common to all
 * rules below it, so a few steps from the root tell which services have rules at
 * all. That is always true of the trie as it is now, whoever edits it, and costs
 * less than a lookup that finds nothing.
 */
struct lpm_trie_node {
	struct lpm_trie_node *child[2];
	__u32 prefixlen;
	__u8 data[0];
} __attribute__((preserve_access_index));

struct lpm_trie {
	struct lpm_trie_node *root;
} __attribute__((preserve_access_index));

#define STEPS 8 /* enough for hundreds of services; without an answer, the lookup tells */

/* A place in the trie. The length is read once: each read of the kernel's memory is checked. */
struct place {
	struct lpm_trie_node *node;
	__u32 length;
};

/* The first node towards a service whose prefix has that many bits. */
static __always_inline struct place descend(struct place at, __u32 service, __u32 bits)
{
#pragma unroll
	for (int i = 0; i < STEPS; i++) {
		if (!at.node)
			break;
		if (at.length >= bits)
			break;
		/* A pointer that is computed would not be one any more to the verifier. */
		if (service << at.length & 0x80000000)
			at.node = at.node->child[1];
		else
			at.node = at.node->child[0];
		if (at.node)
			at.length = at.node->prefixlen;
	}
	return at;
}

/* Which services of a packet have rules, of whatever address. */
struct services {
	bool proto;
	bool port;
};

static __always_inline bool has_rules(struct place at, __u32 service)
{
	at = descend(at, service, FILTER_SERVICE_BITS);
	if (!at.node)
		return false;
	return at.length < FILTER_SERVICE_BITS || *(__be32 *)at.node->data == bpf_htonl(service);
}

static __always_inline struct services services_of(const struct packet *packet)
{
	/* Where the kernel's trie is made differently, the lookups tell. */
	if (!bpf_core_field_exists(struct lpm_trie, root) ||
	    !bpf_core_field_exists(struct lpm_trie_node, child) ||
	    !bpf_core_field_exists(struct lpm_trie_node, prefixlen))
		return (struct services){ .proto = true, .port = packet->dport != 0 };

	struct place at = { .node = ((struct lpm_trie *)&filter_map)->root };
	__u32 proto = packet->key.family << 24 | packet->proto << 16;
	__u32 port = proto | bpf_ntohs(packet->dport);

	if (!at.node)
		return (struct services){};
	at.length = at.node->prefixlen;
	at = descend(at, proto, 16);
	if (!at.node)
		return (struct services){};
	if (at.length >= FILTER_SERVICE_BITS) {
		__u32 only = bpf_ntohl(*(__be32 *)at.node->data);

		return (struct services){ .proto = only == proto,
					  .port = only == port && port != proto };
	}
	return (struct services){
		.proto = has_rules(at, proto),
		.port = port != proto && has_rules(at, port),
	};
}

/* A rule, and the service that it was looked up for. */
struct match {
	struct filter_rule *rule;
	__u8 family;
	__u8 proto;
	__be16 dport;
	int rank; /* filled in where rules of both directions are compared */
};

static __always_inline struct match match_service(struct packet *packet, __u8 proto, __be16 dport)
{
	packet->key.proto = proto;
	packet->key.dport = dport;
	return (struct match){
		.rule = find(&packet->key, FILTER_SERVICE_BITS + packet->address_bits),
		.family = packet->key.family,
		.proto = proto,
		.dport = dport,
	};
}

#define NO_RULE (-1)

/*
 * The address bits of a match plus one; 0 of the default rule. The packet's address
 * is still that of the match.
 */
static __always_inline int rank_of(struct packet *packet, struct match *match)
{
	if (!match->rule)
		return NO_RULE;

	__u8 rank = match->rule->rank;

	if (rank == 0) {
		packet->key.proto = match->proto;
		packet->key.dport = match->dport;
		rank = learn(&packet->key, packet->address_bits);
		*match = match_service(packet, match->proto, match->dport);
		if (!match->rule)
			return NO_RULE;
	}
	return rank == RANK_DEFAULT ? 0 : rank;
}

/* The second match is of the more specific service, so it wins a tie. */
static __always_inline struct match better(struct packet *packet, struct match first,
					   struct match second)
{
	if (!second.rule || first.rule == second.rule)
		return first;
	if (!first.rule)
		return second;

	int rank = rank_of(packet, &first);

	return rank > rank_of(packet, &second) ? first : second;
}

/* Among the rules of one direction. */
static __always_inline struct match best_match(struct packet *packet)
{
	struct match best = match_service(packet, 0, 0);

	if (packet->proto == 0)
		return best;

	struct services services = services_of(packet);

	if (services.proto)
		best = better(packet, best, match_service(packet, packet->proto, 0));
	if (services.port)
		best = better(packet, best, match_service(packet, packet->proto, packet->dport));
	return best;
}

static __always_inline int specificity(const struct match *match)
{
	return (match->proto != 0) + (match->dport != 0);
}

/* The longer prefix decides, then the more specific service, then the source. */
static __always_inline bool beats(const struct match *to, const struct match *from)
{
	if (to->rank != from->rank)
		return to->rank > from->rank;
	return specificity(to) > specificity(from);
}

static __always_inline struct match ranked_match(struct packet *packet)
{
	struct match best = best_match(packet);

	best.rank = rank_of(packet, &best);
	return best;
}

static __always_inline void turn_to_destination(struct packet *packet)
{
	packet->key.family |= FILTER_TO;
	packet->key.addr.v6 = packet->destination;
}

static __always_inline struct match deciding_match(struct packet *packet)
{
	if (!use_destinations)
		return best_match(packet);

	struct match from = ranked_match(packet);

	turn_to_destination(packet);

	struct match to = ranked_match(packet);

	return beats(&to, &from) ? to : from;
}

#endif
