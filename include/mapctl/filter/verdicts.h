/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef MAPCTL_FILTER_VERDICTS_H
#define MAPCTL_FILTER_VERDICTS_H

/*
 * Why packets passed or were dropped: the one list of verdicts, for the program in C, the library
 * in C++ and the documentation. The order is that of the statistics map.
 *
 * MAPCTL_FILTER_VERDICTS(VERDICT) expands to one VERDICT(NAME, name, drops, reason) for each.
 */
/* clang-format off */
#define MAPCTL_FILTER_VERDICTS(VERDICT) \
	VERDICT(PASS_DEFAULT, pass_default, false, "no rule, or `default` says pass") \
	VERDICT(PASS_RULE, pass_rule, false, "a rule says pass") \
	VERDICT(DROP_RULE, drop_rule, true, "a rule says drop") \
	VERDICT(DROP_DEFAULT, drop_default, true, "`default` says drop") \
	VERDICT(NON_IP, non_ip, false, "neither IPv4 nor IPv6") \
	VERDICT(ARP_ND, arp_nd, false, "ARP or neighbour discovery") \
	VERDICT(MALFORMED, malformed, true, "a header is truncated or contradicts itself") \
	VERDICT(UNPARSED, unparsed, true, "too many VLAN tags or extension headers") \
	VERDICT(FRAGMENT, fragment, true, "a fragment that would overwrite TCP flags (RFC 3128)") \
	VERDICT(BAD_RULE, bad_rule, false, "the rule says neither drop nor pass") \
	VERDICT(PASS_REPLY, pass_reply, false, "a reply, which `default` would drop")
/* clang-format on */

#endif
