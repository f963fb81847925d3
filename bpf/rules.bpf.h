/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_RULES_BPF_H
#define MAPCTL_RULES_BPF_H

/* The map with the rules. It is defined here: only filter.bpf.c may include this. */

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "filter.h"

/* The verifier checks a function that is not inlined once, not at every call. */
#define VERIFIED_ONCE __noinline

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct filter_key);
	__type(value, struct filter_rule);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} filter_map SEC(".maps");

static __always_inline struct filter_rule *find(struct filter_key *key, __u32 prefixlen)
{
	key->prefixlen = prefixlen;
	return bpf_map_lookup_elem(&filter_map, key);
}

/* The unit of filter_rule.expires. Needs Linux 5.8. */
static __always_inline __u32 seconds_now(void)
{
	return bpf_ktime_get_boot_ns() / 1000000000;
}

static __always_inline bool has_ended(const struct filter_rule *rule, __u32 now)
{
	__u32 expires = rule->expires;

	return expires != 0 && expires <= now;
}

#endif
