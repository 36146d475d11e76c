"""May this host be asked? No address inside the company's network, unless it is named.

The name is resolved once, every address that it has is looked at, and the request goes to an
address that was looked at: a name that changes its mind in between (DNS rebinding) gains nothing.
Source: OWASP, Server Side Request Forgery Prevention Cheat Sheet.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host, for a port."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Special by the registries of IANA, and not so for every Python that we run on.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "5f00::/16")))


class RefusedError(Exception):
    """A host may not be asked; the text says why."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as this machine resolves names.

    Raises:
        RefusedError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedError(f"the name {host[:100]!r} cannot be resolved") from error
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def is_public(address: str) -> bool:
    """Return whether an address is one of the public internet.

    >>> [is_public(a) for a in ("93.184.216.34", "169.254.169.254", "::ffff:10.0.0.1", "::1")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in _SPECIAL):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def checked_address(
    host: str, port: int, *, allowed: Collection[str], resolve: Resolve = resolve
) -> str:
    """Return the address to connect to for a host.

    Raises:
        RefusedError: the host has no address, or one that is inside and `allowed` does not name it.
    """
    addresses = resolve(host, port)
    if not addresses:
        raise RefusedError(f"the name {host[:100]!r} cannot be resolved")
    if host.lower() not in {name.lower() for name in allowed}:
        for address in addresses:
            if not is_public(address):
                raise RefusedError(f"{host[:100]} is inside, at {address}, and not allowed")
    return addresses[0]
