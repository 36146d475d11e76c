"""Is this number a card, a Chinese resident id or a bank account? Its check digit says so."""

import re

# Prefixes and lengths by issuer, so that a number that merely passes Luhn (one in ten does) is
# not called a card: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay (with
# ICBC's older 9558), Maestro, Mir. Source: ISO/IEC 7812 ranges as the issuers publish them.
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12,15}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|9558\d{15}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}|220[0-4]\d{12,15}"
)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

IBAN_LENGTHS: dict[str, int] = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 "
        "EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 "
        "IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 MU30 NL18 NO15 PK24 "
        "PL28 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VG24 XK20",
    )
}
"""Length of an account number by country (ISO 13616)."""


def is_card(digits: str) -> bool:
    """Return True for 13 to 19 digits in an issuer's range whose Luhn check digit is right.

    >>> is_card("4111111111111111"), is_card("4111111111111112")
    (True, False)
    """
    if not _ISSUER.fullmatch(digits):
        return False
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(int(d) for d in digits[::-2]) + sum(doubled)) % 10 == 0


def is_resident_id(number: str) -> bool:
    """Return True for 18 characters whose last one is the check digit of GB 11643 (ISO 7064).

    >>> is_resident_id("11010519491231002X"), is_resident_id("110105194912310021")
    (True, False)
    """
    total = sum(w * int(d) for w, d in zip(_RESIDENT_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def is_iban(account: str) -> bool:
    """Return True for an account number (letters and digits only) that is 1 modulo 97 (ISO 7064).

    >>> is_iban("GB82WEST12345698765432"), is_iban("GB82WEST12345698765431")
    (True, False)
    """
    moved = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
