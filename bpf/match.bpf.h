/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_MATCH_BPF_H
#define MAPCTL_MATCH_BPF_H

/*
 * Finds the rule that decides about a packet. Only filter.bpf.c may include this: it includes the
 * map with the rules.
 */

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include "filter.h"
#include "packet.bpf.h"
#include "rank.bpf.h"
#include "rules.bpf.h"
#include "trie_shortcut.bpf.h"

/* A rule, and the service that it was looked up for. */
struct match {
	struct filter_rule *rule;
	__u32 length; /* with which the packet's key finds it */
	__u8 family;
	__u8 proto;
	__be16 dport;
	int rank; /* set if rules of both directions are compared */
};

/* A rule that has ended does not exist: the next shorter one is in its place. */
static __always_inline void pass_over_ended(struct packet *packet, struct match *match)
{
	__u32 length = length_of_lasting(&packet->key, match->length, match->rule->expires);

	if (length == match->length)
		return;
	match->rule = length == 0 ? NULL : find(&packet->key, length);
	match->length = match->rule ? length : 0;
}

static __always_inline struct match match_service(struct packet *packet, __u8 proto, __be16 dport)
{
	packet->key.proto = proto;
	packet->key.dport = dport;

	__u32 length = FILTER_SERVICE_BITS + packet->address_bits;
	struct match match = {
		.rule = find(&packet->key, length),
		.length = length,
		.family = packet->key.family,
		.proto = proto,
		.dport = dport,
	};

	if (match.rule && match.rule->expires != 0)
		pass_over_ended(packet, &match);
	return match;
}

#define NO_RULE (-1)

/*
 * Returns the address bits of a match plus one; 0 for the default rule. The packet's address must
 * still be that of the match.
 */
static __always_inline int rank_of(struct packet *packet, struct match *match)
{
	if (!match->rule)
		return NO_RULE;

	__u8 rank = match->rule->rank;

	if (rank == 0) {
		packet->key.proto = match->proto;
		packet->key.dport = match->dport;
		rank = learn(&packet->key, match->length);
		match->rule = find(&packet->key, match->length);
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

/* Returns the best match among the rules of one direction. */
static __always_inline struct match best_match(struct packet *packet)
{
	struct match best = match_service(packet, 0, 0);

	if (packet->proto == 0)
		return best;

	struct services services = services_of(packet, &filter_map);

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
