"""Which hosts may be asked: none inside, whatever it is called."""

import socket
from collections.abc import Callable

import pytest

from whet.products.support.answering.addresses import (
    RefusedError,
    checked_address,
    is_public,
    resolve,
)

INSIDE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "not an address"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


def found(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


def test_a_name_that_resolves_to_an_address_inside_is_refused() -> None:
    with pytest.raises(RefusedError) as error:
        checked_address("shop.example", 443, allowed=(), resolve=found("10.0.0.5"))
    assert str(error.value) == "shop.example is inside, at 10.0.0.5, and not allowed"


def test_one_address_inside_among_others_is_enough() -> None:
    with pytest.raises(RefusedError, match="is inside, at ::1"):
        checked_address("x.example", 443, allowed=(), resolve=found("93.184.216.34", "::1"))


def test_a_host_that_is_named_may_be_inside() -> None:
    both = ("10.0.0.5", "10.0.0.6")
    address = checked_address("erp.LAN", 80, allowed=["ERP.lan"], resolve=found(*both))
    assert address == "10.0.0.5"


def test_allowing_one_host_allows_no_other() -> None:
    with pytest.raises(RefusedError):
        checked_address("evil.example", 80, allowed=["erp.lan"], resolve=found("10.0.0.5"))


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(RefusedError, match="cannot be resolved"):
        checked_address("x.example", 80, allowed=(), resolve=found())
    with pytest.raises(RefusedError, match="cannot be resolved"):
        resolve("no-such-host.invalid", 80)


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "::1"])
def test_other_ways_to_write_this_machine_are_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        checked_address(name, 80, allowed=())


def test_a_name_that_no_resolver_accepts_is_refused() -> None:
    with pytest.raises(RefusedError):
        resolve("a" * 70 + ".example", 80)
    assert "127.0.0.1" in resolve("localhost", 80) or socket.has_ipv6
