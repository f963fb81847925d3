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
	__u8 family;
	__u8 proto;
	__be16 dport;
	int rank; /* set if rules of both directions are compared */
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

static __always_inline struct match winning_match(struct packet *packet)
{
	if (!use_destinations)
		return best_match(packet);

	struct match from = ranked_match(packet);

	turn_to_destination(packet);

	struct match to = ranked_match(packet);

	return beats(&to, &from) ? to : from;
}

/*
 * A rule that has ended does not exist. Only if it would decide, the decision is made again: one
 * that loses in any case changes nothing.
 */
static __always_inline struct match deciding_match(struct packet *packet)
{
	struct match match = winning_match(packet);

	if (!match.rule || match.rule->expires == 0 || !has_ended(match.rule, seconds_now()))
		return match;
	packet->key.proto = packet->proto;
	packet->key.dport = packet->dport;
	match.rank = use_destinations ? find_lasting_of_both(&packet->key, &packet->source,
							     packet->address_bits)
				      : find_lasting(&packet->key, packet->address_bits);
	match.rule = match.rank == NO_RULE ? NULL : find(&packet->key, packet->key.prefixlen);
	match.family = packet->key.family;
	match.proto = packet->key.proto;
	match.dport = packet->key.dport;
	return match;
}

#endif
