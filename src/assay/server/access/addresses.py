"""The address a request comes from. A forwarding header is believed from a configured proxy only."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request

from assay.server.services import Services


def client_address(request: Request, services: Services) -> str:
    """The client's address: the peer's, or the last one that a trusted proxy added."""
    peer = request.client.host if request.client else "unknown"
    trusted = services.settings.proxy_networks
    if not _is_in(peer, trusted):
        return peer
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _is_in(hops[-1], trusted):
        hops.pop()
    return hops[-1] if hops else peer


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)


def source_of(address: str) -> str:
    """What to count tries by: an IPv4 address, or the /64 of an IPv6 one, as one household has all of it.

    >>> source_of("192.0.2.7"), source_of("2001:db8:0:1::99"), source_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:0:1::/64', '192.0.2.7')
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed, 64), strict=False))
