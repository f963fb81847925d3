/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_WALK_CHECK_BPF_H
#define MAPCTL_WALK_CHECK_BPF_H

/*
 * A second program, run once at load, that compares the walk through the kernel's trie with
 * lookups. Only filter.bpf.c may include this: it defines a map and variables.
 */

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "filter.h"
#include "packet.bpf.h"
#include "trie_shortcut.bpf.h"

/* Rules for the check only. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct filter_key);
	__type(value, struct filter_rule);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} walk_rules SEC(".maps");

/* For tests: the walk overlooks all services, as it would in a trie of another structure. */
const volatile __u8 walk_is_wrong = 0;

/* Set before each run: the key of the narrowest rule for a packet. */
struct filter_key walk_question;

/* The default rule is found for every service, but belongs to none. */
static __always_inline bool is_found(struct filter_key key, __be16 dport)
{
	struct filter_key everything = {};
	void *default_rule = bpf_map_lookup_elem(&walk_rules, &everything);

	key.dport = dport;
	void *rule = bpf_map_lookup_elem(&walk_rules, &key);

	return rule && rule != default_rule;
}

/*
 * Returns whether the walk and the lookups agree about both services of a packet. All rules contain
 * the address of the packet.
 */
SEC("?tc")
int check_walk(struct __sk_buff *context)
{
	(void)context;

	struct filter_key key = walk_question;
	struct packet packet = { .key = key, .proto = key.proto, .dport = key.dport };
	struct services walked = {};

	if (!walk_is_wrong)
		walked = services_of(&packet, &walk_rules);
	return walked.proto == is_found(key, 0) &&
	       walked.port == (key.dport != 0 && is_found(key, key.dport));
}

#endif
