/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_RANK_BPF_H
#define MAPCTL_RANK_BPF_H

/*
 * The rank of a rule: how specific its address is. The program learns it and keeps it in the rule.
 * Only filter.bpf.c may include this: it includes the map with the rules.
 */

#include <linux/bpf.h>
#include <stdbool.h>

#include "filter.h"
#include "rules.bpf.h"

/*
 * The rank is the number of address bits plus one, RANK_DEFAULT for the default rule, 0 if it is
 * not known yet.
 */
#define RANK_DEFAULT 255
#define RANK_OF_EVERYTHING 1 /* of a rule for every address, such as 0.0.0.0/0 */
#define LEARN_ATTEMPTS 2
#define FIND_ATTEMPTS 3
#define NO_RULE (-1)

/*
 * A lookup does not report the length of the prefix it found. But it finds the same rule with every
 * key that is at least as long, so a binary search finds the length.
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
 * A longer rule that is put meanwhile hides this one from some of the lookups, and a rank learnt
 * then would stay wrong. So the last lookup that must not find the rule runs between two that must.
 */
static __always_inline bool is_length(struct filter_key *key, struct filter_rule *rule,
				      __u32 length)
{
	return find(key, FILTER_SERVICE_BITS + length) == rule &&
	       find(key, FILTER_SERVICE_BITS + length - 1) != rule &&
	       find(key, FILTER_SERVICE_BITS + length) == rule;
}

/* Returns 0 if the rules change too fast, or if the rule is gone. */
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
 * Returns the rank of the rule that the key finds, and learns it if necessary; 0 if the key finds
 * none. If the rule is replaced meanwhile, lookups no longer find it: then the rule in its place is
 * tried.
 */
VERIFIED_ONCE int learn(const struct filter_key *given, __u8 bits)
{
	if (!given)
		return 0;

	struct filter_key key = *given; /* Linux 6.1 looks up only keys on the stack. */

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
 * How many rules of a service that contain each other and have ended are passed over: as many as
 * there are lengths in IPv4.
 */
#define MOST_ENDED 33

/*
 * Returns the address bits plus one of the longest rule that the key finds and that has not ended;
 * 0 for the default rule. Only that is left behind so many rules that have ended, or if they change
 * too fast.
 */
VERIFIED_ONCE int rank_of_lasting(const struct filter_key *given, __u8 bits, __u32 now)
{
	if (!given)
		return NO_RULE;

	struct filter_key key = *given;
	struct filter_rule *rule;

	for (int i = 0; i <= MOST_ENDED; i++) {
		int rank = learn(&key, bits);

		if (rank == 0 || rank == RANK_DEFAULT)
			break;
		rule = find(&key, FILTER_SERVICE_BITS + bits);
		if (!rule)
			return NO_RULE;
		if (!has_ended(rule, now))
			return rank;
		if (rank == RANK_OF_EVERYTHING)
			break;
		bits = rank - RANK_OF_EVERYTHING - 1;
	}
	rule = find(&key, FILTER_SERVICE_BITS - 1);
	return rule && !has_ended(rule, now) ? 0 : NO_RULE;
}

/*
 * Decides about a packet once more, without the rules that have ended. The key has the packet's
 * service, and becomes that of the rule that decides. Returns its address bits plus one, 0 for the
 * default rule, or NO_RULE.
 */
VERIFIED_ONCE int find_lasting(struct filter_key *key, __u8 bits)
{
	if (!key)
		return NO_RULE;

	const __u32 now = seconds_now();
	const __u8 proto = key->proto;
	const __be16 dport = key->dport;
	int best = NO_RULE;
	int best_parts = 0;

	for (int parts = 0; parts <= 2; parts++) {
		key->proto = parts > 0 ? proto : 0;
		key->dport = parts > 1 ? dport : 0;

		int rank = rank_of_lasting(key, bits, now);

		/* Of equal prefixes the more specific service wins; there is one default rule. */
		if (rank < best || (rank == 0 && best == 0))
			continue;
		best = rank;
		best_parts = parts;
	}
	key->prefixlen = FILTER_SERVICE_BITS - 1 + best;
	key->proto = best_parts > 0 ? proto : 0;
	key->dport = best_parts > 1 ? dport : 0;
	return best;
}

static __always_inline int parts_of(const struct filter_key *key)
{
	return (key->proto != 0) + (key->dport != 0);
}

/* The same for rules of both directions; the key has the destination. */
VERIFIED_ONCE int find_lasting_of_both(struct filter_key *key, const struct in6_addr *source,
				       __u8 bits)
{
	if (!key || !source)
		return NO_RULE;

	struct filter_key from = *key;

	from.family &= ~FILTER_TO;
	from.addr.v6 = *source;

	int from_rank = find_lasting(&from, bits);
	int to_rank = find_lasting(key, bits);

	if (to_rank > from_rank || (to_rank == from_rank && parts_of(key) > parts_of(&from)))
		return to_rank;
	*key = from;
	return from_rank;
}

#endif
