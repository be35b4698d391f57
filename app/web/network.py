"""Where a request comes from, as far as brakes on guessing need it."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request


def network_of(address: str | None) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one: what one subscriber can't easily leave."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        return str(ip_network(f"{ip.ipv4_mapped}/24" if ip.ipv4_mapped else f"{ip}/48", strict=False))
    return str(ip_network(f"{ip}/24", strict=False))


def network() -> str:
    """The network of this request."""
    return network_of(request.remote_addr)
