/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_TRIE_SHORTCUT_BPF_H
#define MAPCTL_TRIE_SHORTCUT_BPF_H

/*
 * Finds out which services have rules at all, by a walk through the kernel's own trie. Only
 * filter.bpf.c may include this: it defines read-only variables.
 */

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "filter.h"
#include "packet.bpf.h"

/*
 * Set at load, if check_walk() has shown that the walk agrees with lookups: a kernel may keep the
 * names of these members but change their meaning, and then rules would be overlooked.
 */
const volatile __u8 walks_trie = 0;

/*
 * The kernel's own trie, read through BTF. The prefix of a node is common to all rules below it, so
 * a few steps from the root show which services have rules at all. The answer is always true of the
 * trie as it is now, whoever edits it, and costs less than a lookup that finds nothing.
 */
struct lpm_trie_node {
	struct lpm_trie_node *child[2];
	__u32 prefixlen;
	__u8 data[0];
} __attribute__((preserve_access_index));

struct lpm_trie {
	struct lpm_trie_node *root;
} __attribute__((preserve_access_index));

#define STEPS 8 /* enough for hundreds of services; without an answer, a lookup decides */

/* A position in the trie. The length is read once: each read of kernel memory is checked. */
struct place {
	struct lpm_trie_node *node;
	__u32 length;
};

/* Returns the first node towards a service whose prefix has that many bits. */
static __always_inline struct place descend(struct place at, __u32 service, __u32 bits)
{
#pragma unroll
	for (int i = 0; i < STEPS; i++) {
		if (!at.node)
			break;
		if (at.length >= bits)
			break;
		/* The verifier would not accept a computed pointer as a pointer. */
		if (service << at.length & 0x80000000)
			at.node = at.node->child[1];
		else
			at.node = at.node->child[0];
		if (at.node)
			at.length = at.node->prefixlen;
	}
	return at;
}

/* The services of a packet that have rules, with any address. */
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

static __always_inline struct services services_of(const struct packet *packet, const void *rules)
{
	if (!walks_trie || !bpf_core_field_exists(struct lpm_trie, root) ||
	    !bpf_core_field_exists(struct lpm_trie_node, child) ||
	    !bpf_core_field_exists(struct lpm_trie_node, prefixlen))
		return (struct services){ .proto = true, .port = packet->dport != 0 };

	struct place at = { .node = ((struct lpm_trie *)rules)->root };
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

#endif
