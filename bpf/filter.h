/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_FILTER_H
#define MAPCTL_FILTER_H

/* The filter's two maps, rules and statistics, as both the program and mapctl see them. */

#include <linux/in6.h>
#include <linux/types.h>

#include "mapctl/filter/verdicts.h"

/* The meaning of a member, for readers of the map's BTF; see docs/development.md. */
#ifdef __bpf__
#define MAPCTL_TAG(name) __attribute__((btf_decl_tag("mapctl:" #name)))
#define FILTER_ASSERT _Static_assert
#else
#define MAPCTL_TAG(name)
#define FILTER_ASSERT static_assert
#endif

/* A rule with any other value passes its packets, which are counted as bad_rule. */
enum filter_action {
	FILTER_DROP = 1,
	FILTER_PASS = 2,
};

/*
 * Key of the LPM trie. The service comes first and is compared whole, then the address bit by bit:
 * prefixlen is FILTER_SERVICE_BITS plus the address bits of the rule. 0 is the default rule, which
 * every IP packet matches. The address is the source, or the destination if family has FILTER_TO.
 */
struct filter_key {
	__u32 prefixlen;
	__u8 family MAPCTL_TAG(ip_family); /* 4 or 6, with or without FILTER_TO */
	__u8 proto MAPCTL_TAG(ip_proto);   /* 0: any */
	__be16 dport MAPCTL_TAG(ip_port);  /* 0: any */
	union {
		__be32 v4; /* the other 12 bytes are 0 */
		struct in6_addr v6;
	} addr;
	__u32 reserved MAPCTL_TAG(hidden); /* 0; aligns the value, see below */
};

#define FILTER_TO 0x10
#define FILTER_SERVICE_BITS 32
#define FILTER_V4_BITS 32
#define FILTER_V6_BITS 128

struct filter_rule {
	enum filter_action action;
	__u8 rank MAPCTL_TAG(hidden);  /* written by the program only; user space writes 0 */
	__u8 flags MAPCTL_TAG(hidden); /* 0 */
	__u16 list;                    /* free for the user: the list that a rule comes from */
	/* In seconds of CLOCK_BOOTTIME; 0: never. From then on the rule does not exist. */
	__u32 expires MAPCTL_TAG(end);
	__u32 limit MAPCTL_TAG(hidden); /* 0; reserved */
	__u64 packets MAPCTL_TAG(counter);
	__u64 bytes MAPCTL_TAG(counter);
};

/*
 * An LPM node holds the value right after the key's data. Unless the size of the data is a multiple
 * of 8, the counters are misaligned, and an atomic add that straddles a cache line locks the whole
 * bus.
 */
FILTER_ASSERT((sizeof(struct filter_key) - sizeof(__u32)) % 8 == 0, "counters must be aligned");
FILTER_ASSERT(sizeof(struct filter_rule) == 32, "the layout is an interface");

/* The index into filter_stats. Each packet counts once. */
enum filter_verdict {
#define FILTER_ENUMERATOR(upper, lower, drops, reason) FILTER_##upper,
	MAPCTL_FILTER_VERDICTS(FILTER_ENUMERATOR)
#undef FILTER_ENUMERATOR
		FILTER_VERDICTS,
};

struct filter_totals {
	__u64 packets;
	__u64 bytes;
};

/*
 * The answer of a copy of the program that explains, about the packet it was run with. The key of
 * the deciding rule has the rule's service and the packet's address, of which prefixlen bits count.
 */
struct filter_explanation {
	__u32 verdict; /* enum filter_verdict */
	__u8 has_rule;
	__u8 has_key; /* 0: the rules changed meanwhile */
	__u16 reserved;
	struct filter_key seen; /* the key that rules were looked up with; family 0: no lookup */
	struct filter_key rule;
};

#endif
