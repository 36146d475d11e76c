"""Check digits: published examples, one wrong digit, slow references."""

import pytest

from whet.data.audit.checksums import IBAN_LENGTHS, is_card, is_iban, is_resident_id

# Test numbers that the issuers publish, one for each.
CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "38520000023237",
    "3530111333300000",
    "6011111111111117",
    "6200000000000005",
    "6759649826438453",
    "2200000000000004",
]
# One example per country as the registry of ISO 13616 gives it.
IBANS = [
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "CH9300762011623852957",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
]


@pytest.mark.parametrize("number", CARDS)
def test_a_published_card_number_is_one_and_no_neighbour_of_it_is(number: str) -> None:
    assert is_card(number)
    last = int(number[-1])
    assert not any(is_card(number[:-1] + str(d)) for d in range(10) if d != last)


@pytest.mark.parametrize("number", ["0000000000000000", "1234567812345670", "7992739871300008"])
def test_a_right_check_digit_outside_of_the_issuers_ranges_is_no_card(number: str) -> None:
    digits = [int(d) for d in reversed(number)]
    luhn = sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits))
    assert luhn % 10 == 0  # the check digit alone would have let it pass
    assert not is_card(number)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_resident_ids(number: str) -> None:
    assert is_resident_id(number)
    assert is_resident_id(number.lower())
    assert not is_resident_id(number[:-2] + ("5" if number[-2] != "5" else "6") + number[-1])


@pytest.mark.parametrize("account", IBANS)
def test_the_examples_of_the_registry_are_accounts(account: str) -> None:
    assert is_iban(account)
    assert len(account) == IBAN_LENGTHS[account[:2]]
    assert not is_iban(account[:4] + account[5] + account[4] + account[6:] + "1")
