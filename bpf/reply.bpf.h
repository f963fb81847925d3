/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_REPLY_BPF_H
#define MAPCTL_REPLY_BPF_H

/*
 * Tells replies, which pass although `default` drops what no rule is about. Only packets that would
 * be dropped are asked about.
 */

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "filter.h"
#include "packet.bpf.h"

#define TCP_RST 0x04
#define TCP_ACK 0x10
#define ICMP_ECHO_REPLY 0
#define ICMP_UNREACHABLE 3
#define ICMP_TIME_EXCEEDED 11
#define ICMP_BAD_PARAMETER 12
#define ICMPV6_FIRST_ERROR 1
#define ICMPV6_LAST_ERROR 4
#define ICMPV6_ECHO_REPLY 129

/* A listening socket waits for new connections, not for replies. */
static __noinline bool has_tcp_connection(struct xdp_md *context, struct bpf_sock_tuple *flow,
					  __u32 size)
{
	struct bpf_sock *found = bpf_skc_lookup_tcp(context, flow, size, BPF_F_CURRENT_NETNS, 0);

	if (!found)
		return false;

	bool is_connection = found->state != BPF_TCP_LISTEN;

	bpf_sk_release(found);
	return is_connection;
}

/* A UDP socket that is not connected does not tell whom it waits for. */
static __noinline bool has_udp_connection(struct xdp_md *context, struct bpf_sock_tuple *flow,
					  __u32 size)
{
	struct bpf_sock *found = bpf_sk_lookup_udp(context, flow, size, BPF_F_CURRENT_NETNS, 0);

	if (!found)
		return false;

	bool is_connection = found->state == BPF_TCP_ESTABLISHED;

	bpf_sk_release(found);
	return is_connection;
}

static __always_inline bool has_connection(struct xdp_md *context, const struct packet *packet,
					   struct bpf_sock_tuple *flow, __u32 size)
{
	if (packet->proto == IPPROTO_TCP)
		return has_tcp_connection(context, flow, size);
	return packet->proto == IPPROTO_UDP && has_udp_connection(context, flow, size);
}

static __always_inline bool is_expected(struct xdp_md *context, const struct packet *packet)
{
	struct bpf_sock_tuple flow = {};

	if (!packet->has_port)
		return false;
	if ((packet->key.family & ~FILTER_TO) == 6) {
		__builtin_memcpy(flow.ipv6.saddr, &packet->source, sizeof(packet->source));
		__builtin_memcpy(flow.ipv6.daddr, &packet->destination,
				 sizeof(packet->destination));
		flow.ipv6.sport = packet->sport;
		flow.ipv6.dport = packet->dport;
		return has_connection(context, packet, &flow, sizeof(flow.ipv6));
	}
	flow.ipv4.saddr = packet->source.in6_u.u6_addr32[0];
	flow.ipv4.daddr = packet->destination.in6_u.u6_addr32[0];
	flow.ipv4.sport = packet->sport;
	flow.ipv4.dport = packet->dport;
	return has_connection(context, packet, &flow, sizeof(flow.ipv4));
}

/* Answers to a ping, and errors, which the kernel matches with what it has sent. */
static __always_inline bool is_icmp_reply(const struct packet *packet)
{
	const __u8 type = packet->icmp_type;

	if (packet->is_later_fragment)
		return false;
	if (packet->proto == IPPROTO_ICMP)
		return type == ICMP_ECHO_REPLY || type == ICMP_UNREACHABLE ||
		       type == ICMP_TIME_EXCEEDED || type == ICMP_BAD_PARAMETER;
	return packet->proto == ICMPV6_PROTOCOL &&
	       (type == ICMPV6_ECHO_REPLY ||
		(type >= ICMPV6_FIRST_ERROR && type <= ICMPV6_LAST_ERROR));
}

static __always_inline bool is_reply(struct xdp_md *context, const struct packet *packet)
{
	if (passes_established && (packet->tcp_flags & (TCP_ACK | TCP_RST)))
		return true;
	return passes_replies && (is_icmp_reply(packet) || is_expected(context, packet));
}

#endif
