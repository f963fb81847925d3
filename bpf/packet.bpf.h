/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_PACKET_BPF_H
#define MAPCTL_PACKET_BPF_H

/*
 * Parses a packet into the parts that rules can match: family, source, protocol, port. Only
 * filter.bpf.c may include this: it defines a read-only variable.
 */

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "filter.h"

#define MAX_VLAN_TAGS 2
#define MAX_EXTENSION_HEADERS 6
#define ETH_P_QINQ_OLD 0x9100
#define IP_OFFSET_MASK 0x1fff
#define ICMPV6_PROTOCOL 58
#define ND_FIRST 133 /* router solicitation */
#define ND_LAST 137  /* redirect */
#define ND_HOP_LIMIT 255

/* Set at load. Without rules by destination, the verifier removes all code for them. */
const volatile __u8 use_destinations = 0;

/*
 * Set at load: what passes although `default`, or a rule for every address, says drop. Without them
 * the verifier removes all code for them, too.
 */
const volatile __u8 passes_replies = 0;     /* packets that a socket of this host waits for */
const volatile __u8 passes_established = 0; /* TCP with ACK or RST */

/* The facts that the headers of a packet give. */
struct packet {
	void *at; /* the first byte not parsed yet */
	void *end;
	struct filter_key key; /* family and source; the rest is filled in for each lookup */
	__u8 address_bits;
	__u8 proto;
	__u8 hop_limit;
	__be16 sport; /* set only if replies pass */
	__be16 dport;
	__u8 tcp_flags; /* set only if TCP with some flags passes */
	__u8 icmp_type;
	bool has_port;
	bool has_fragment_header; /* IPv6 only; set even if the fragment is the whole packet */
	bool is_later_fragment;
	bool is_neighbour_discovery;
	/* IPv4 in the first 4 bytes; set only if they are looked up. The source is in the key, too,
	 * until rules by destination are looked up. */
	struct in6_addr source __attribute__((aligned(8)));
	struct in6_addr destination;
};

/* Everything except these addresses is zeroed before a packet is parsed. */
#define PACKET_ZEROED offsetof(struct packet, source)
FILTER_ASSERT(PACKET_ZEROED + 2 * sizeof(struct in6_addr) == sizeof(struct packet),
	      "the addresses are the last members");

/* Parsers return the final verdict of the packet, or this. */
#define GO_ON (-1)

static __always_inline bool has(const struct packet *packet, __u32 bytes)
{
	return packet->at + bytes <= packet->end;
}

struct vlan_tag {
	__be16 tci;
	__be16 protocol;
};

static __always_inline bool is_vlan(__be16 protocol)
{
	return protocol == bpf_htons(ETH_P_8021Q) || protocol == bpf_htons(ETH_P_8021AD) ||
	       protocol == bpf_htons(ETH_P_QINQ_OLD);
}

static __always_inline int parse_ethernet(struct packet *packet, __be16 *protocol)
{
	struct ethhdr *ethernet = packet->at;

	if (!has(packet, sizeof(*ethernet)))
		return FILTER_MALFORMED;
	*protocol = ethernet->h_proto;
	packet->at = ethernet + 1;
#pragma unroll
	for (int i = 0; i < MAX_VLAN_TAGS; i++) {
		struct vlan_tag *tag = packet->at;

		if (!is_vlan(*protocol))
			return GO_ON;
		if (!has(packet, sizeof(*tag)))
			return FILTER_MALFORMED;
		*protocol = tag->protocol;
		packet->at = tag + 1;
	}
	return is_vlan(*protocol) ? FILTER_UNPARSED : GO_ON;
}

/* A fragment at offset 1 overlaps the flags of a TCP header (RFC 3128). */
static __always_inline int note_fragment(struct packet *packet, __u16 offset)
{
	packet->is_later_fragment |= offset != 0;
	if (offset == 1 && packet->proto == IPPROTO_TCP)
		return FILTER_FRAGMENT;
	return GO_ON;
}

static __always_inline int parse_ipv4(struct packet *packet)
{
	struct iphdr *ip = packet->at;

	if (!has(packet, sizeof(*ip)))
		return FILTER_MALFORMED;
	/* tot_len is not checked: it is 0 in packets merged to more than 64 KiB. */
	if (ip->version != 4 || ip->ihl < 5)
		return FILTER_MALFORMED;
	if (!has(packet, ip->ihl * 4))
		return FILTER_MALFORMED;
	packet->key.family = 4;
	packet->key.addr.v4 = ip->saddr;
	if (use_destinations || passes_replies)
		packet->source = (struct in6_addr){ .in6_u.u6_addr32 = { ip->saddr } };
	if (use_destinations || passes_replies)
		packet->destination = (struct in6_addr){ .in6_u.u6_addr32 = { ip->daddr } };
	packet->address_bits = FILTER_V4_BITS;
	packet->proto = ip->protocol;
	packet->hop_limit = ip->ttl;
	packet->at += ip->ihl * 4;

	return note_fragment(packet, bpf_ntohs(ip->frag_off) & IP_OFFSET_MASK);
}

/* The part that all extension headers except the fragment header begin with. */
struct extension {
	__u8 next;
	__u8 length;
};

struct fragment_extension {
	__u8 next;
	__u8 reserved;
	__be16 offset_and_more;
	__be32 identification;
};

static __always_inline bool is_extension(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
	case 139: /* HIP */
	case 140: /* shim6 */
		return true;
	}
	return false;
}

static __always_inline int parse_fragment_extension(struct packet *packet)
{
	struct fragment_extension *header = packet->at;

	if (!has(packet, sizeof(*header)))
		return FILTER_MALFORMED;

	packet->has_fragment_header = true;
	packet->proto = header->next;
	packet->at = header + 1;
	return note_fragment(packet, bpf_ntohs(header->offset_and_more) >> 3);
}

/* AH counts its length in units of 4 bytes minus two, the others in 8 bytes minus one. */
static __always_inline int parse_extension(struct packet *packet)
{
	struct extension *header = packet->at;

	if (packet->proto == IPPROTO_FRAGMENT)
		return parse_fragment_extension(packet);
	if (!has(packet, sizeof(*header)))
		return FILTER_MALFORMED;

	__u32 length =
		packet->proto == IPPROTO_AH ? (header->length + 2) * 4 : (header->length + 1) * 8;

	packet->proto = header->next;
	if (!has(packet, length))
		return FILTER_MALFORMED;
	packet->at += length;
	return GO_ON;
}

static __always_inline int parse_ipv6(struct packet *packet)
{
	struct ipv6hdr *ip = packet->at;

	if (!has(packet, sizeof(*ip)) || ip->version != 6)
		return FILTER_MALFORMED;
	packet->key.family = 6;
	/* Copied while the pointer is checked: the verifier would lose a pointer kept for later. */
	__builtin_memcpy(&packet->key.addr.v6, &ip->saddr, sizeof(packet->key.addr.v6));
	if (use_destinations || passes_replies)
		__builtin_memcpy(&packet->source, &ip->saddr, sizeof(packet->source));
	if (use_destinations || passes_replies)
		__builtin_memcpy(&packet->destination, &ip->daddr, sizeof(packet->destination));
	packet->address_bits = FILTER_V6_BITS;
	packet->proto = ip->nexthdr;
	packet->hop_limit = ip->hop_limit;
	packet->at = ip + 1;
#pragma unroll
	for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
		if (packet->is_later_fragment || !is_extension(packet->proto))
			return GO_ON;

		int verdict = parse_extension(packet);

		if (verdict != GO_ON)
			return verdict;
	}
	return !packet->is_later_fragment && is_extension(packet->proto) ? FILTER_UNPARSED : GO_ON;
}

/* The minimum bytes of a whole header of the protocol; 0 if it is not checked. */
static __always_inline __u32 header_size(const struct packet *packet)
{
	switch (packet->proto) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 12;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return 8;
	case IPPROTO_ICMP:
		return packet->key.family == 4 ? 8 : 0;
	case ICMPV6_PROTOCOL:
		return packet->key.family == 6 ? 8 : 0;
	}
	return 0;
}

static __always_inline bool is_icmp(__u8 protocol)
{
	return protocol == IPPROTO_ICMP || protocol == ICMPV6_PROTOCOL;
}

/* Source and destination port have the same offset in all protocols with ports. */
static __always_inline int parse_transport(struct packet *packet)
{
	if (packet->is_later_fragment)
		return GO_ON;

	__u32 size = header_size(packet);

	if (size == 0)
		return GO_ON;
	if (size == 20 ? !has(packet, 20) : size == 12 ? !has(packet, 12) : !has(packet, 8))
		return FILTER_MALFORMED;
	if (!is_icmp(packet->proto)) {
		if (passes_replies)
			packet->sport = ((__be16 *)packet->at)[0];
		packet->dport = ((__be16 *)packet->at)[1];
		packet->has_port = true;
		if (passes_established && packet->proto == IPPROTO_TCP && has(packet, 20))
			packet->tcp_flags = ((__u8 *)packet->at)[13];
		return GO_ON;
	}

	__u8 type = *(__u8 *)packet->at;

	packet->icmp_type = type;

	/* Hosts ignore neighbour discovery after a fragment header (RFC 6980). */
	packet->is_neighbour_discovery = packet->proto == ICMPV6_PROTOCOL &&
					 !packet->has_fragment_header && type >= ND_FIRST &&
					 type <= ND_LAST && packet->hop_limit == ND_HOP_LIMIT;
	return GO_ON;
}

static __always_inline int parse(struct packet *packet)
{
	__be16 protocol = 0;
	int verdict = parse_ethernet(packet, &protocol);

	if (verdict != GO_ON)
		return verdict;
	if (protocol == bpf_htons(ETH_P_ARP))
		return FILTER_ARP_ND;
	if (protocol == bpf_htons(ETH_P_IP))
		verdict = parse_ipv4(packet);
	else if (protocol == bpf_htons(ETH_P_IPV6))
		verdict = parse_ipv6(packet);
	else
		return FILTER_NON_IP;
	if (verdict != GO_ON)
		return verdict;
	verdict = parse_transport(packet);
	if (verdict == GO_ON && packet->is_neighbour_discovery)
		return FILTER_ARP_ND;
	return verdict;
}

#endif
