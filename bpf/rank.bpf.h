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
					 __u32 length)
{
	__u8 bits = length - FILTER_SERVICE_BITS;

	if (find(key, FILTER_SERVICE_BITS - 1) == rule)
		return RANK_DEFAULT;
	if (length < FILTER_SERVICE_BITS || bits > FILTER_V6_BITS)
		return 0;
	for (int i = 0; i < LEARN_ATTEMPTS; i++) {
		__u32 shortest = search_length(key, rule, bits);

		if (is_length(key, rule, shortest))
			return shortest + 1;
	}
	return 0;
}

/*
 * Returns the rank of the rule that the key finds with that length, and learns it if necessary; 0
 * if the key finds none. If the rule is replaced meanwhile, lookups no longer find it: then the
 * rule in its place is tried.
 */
VERIFIED_ONCE int learn(const struct filter_key *given, __u32 length)
{
	if (!given)
		return 0;

	struct filter_key key = *given; /* Linux 6.1 looks up only keys on the stack. */

	for (int i = 0; i < FIND_ATTEMPTS; i++) {
		struct filter_rule *rule = find(&key, length);

		if (!rule)
			return 0;
		if (rule->rank == 0)
			rule->rank = try_to_learn(&key, rule, length);
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
 * The key finds, with that length, a rule with that end. Returns the length with which it finds the
 * longest rule that has not ended: the same, or that of another rule; 0 if there is none. Only the
 * default rule is left behind so many rules that have ended, or if they change too fast.
 */
VERIFIED_ONCE int length_of_lasting(const struct filter_key *given, __u32 length, __u32 expires)
{
	__u32 now = seconds_now();

	if (!given)
		return 0;
	if (expires > now)
		return length;

	struct filter_key key = *given;
	struct filter_rule *rule;

	for (int i = 0; i < MOST_ENDED; i++) {
		int rank = learn(&key, length);

		if (rank == 0 || rank == RANK_DEFAULT)
			break;
		length = FILTER_SERVICE_BITS + rank - RANK_OF_EVERYTHING - 1;
		rule = find(&key, length);
		if (!rule)
			return 0;
		if (!has_ended(rule, now))
			return length;
	}
	rule = find(&key, FILTER_SERVICE_BITS - 1);
	return rule && !has_ended(rule, now) ? FILTER_SERVICE_BITS - 1 : 0;
}

#endif
