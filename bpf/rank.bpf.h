/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_RANK_BPF_H
#define MAPCTL_RANK_BPF_H

/*
 * How specific the address of a rule is, which the program learns and keeps in the rule.
 * Only filter.bpf.c may include this: it includes the map with the rules.
 */

#include <linux/bpf.h>
#include <stdbool.h>

#include "filter.h"
#include "rules.bpf.h"

/*
 * How specific a rule's address is: its bits plus one, RANK_DEFAULT for the
 * default rule, 0 for not known yet.
 */
#define RANK_DEFAULT 255
#define LEARN_ATTEMPTS 2
#define FIND_ATTEMPTS 3

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
 * in its place is asked.
 */
VERIFIED_ONCE int learn(const struct filter_key *given, __u8 bits)
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

#endif
