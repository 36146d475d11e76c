"""Personal data: what must be found and masked, and what only looks like it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.data.audit.pii import Span, find_pii, mask_pii


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail me: x.y+z@example.co.uk.", "mail me: [email]."),
        ("邮箱是zhang_1@163.com请回复", "邮箱是[email]请回复"),
        ("ａｂ＠ｅｘａｍｐｌｅ．ｏｒｇ", "[email]"),
        ("ticket no: a@b.org", "ticket no: [email]"),
        ("müller@bücher.example.de", "[email]"),
        ("ring (312) 555-0147 after 4", "ring [phone] after 4"),
        ("312-555-0147 or 312.555.0148x12", "[phone] or [phone]"),
        ("+1 (312) 555-0147", "[phone]"),
        ("my number is 3125550147", "my number is [phone]"),
        ("Call me at 3125550147!", "Call me at [phone]!"),
        ("+44 (0)20 7946 0958", "[phone]"),
        ("tel +49 30 1234567, thanks", "tel [phone], thanks"),
        ("0044 20 7946 0958", "[phone]"),
        ("打我电话吧 13800138000，微信同号", "打我电话吧 [phone]，微信同号"),
        ("电话１３８００１３８０００谢谢", "电话[phone]谢谢"),
        ("138-0013-8000、138 0013 8001", "[phone]、[phone]"),
        ("13800138000/13900139000,13700137000", "[phone]/[phone],[phone]"),
        ("+86 13800138000 或 8613800138001", "[phone] 或 [phone]"),
        ("18881234567", "[phone]"),
        ("座机010-65529988，0755-8321 1234", "座机[phone]，[phone]"),
        ("(021)62345678-801", "[phone]"),
        ("card 4111 1111 1111 1111 exp 09/28", "card [card] exp 09/28"),
        ("4111-1111-1111-1111 123", "[card] 123"),
        ("卡号6222021234567890128。", "卡号[card]。"),
        ("３７８２ ８２２４６３ １０００５", "[card]"),
        ("5555 5555 5555 4444, 4111 1111 1111 1111", "[card], [card]"),
        ("5555 5555 5555 4444 4111 1111 1111 1111", "[card] [card]"),
        ("2 x 4111111111111111", "2 x [card]"),
        ("身份证号是11010519491231002X。", "身份证号是[id]。"),
        ("110105 19491231 002x", "[id]"),
        ("编号 440524188001010014", "编号 [id]"),
        ("pay DE89 3704 0044 0532 0130 00 please", "pay [id] please"),
        ("gb82west12345698765432", "[id]"),
        ("my SSN: 078-05-1120", "my SSN: [id]"),
        ("social security number is 078051120", "social security number is [id]"),
    ],
)
def test_personal_data_is_masked_with_its_kind(text: str, masked: str) -> None:
    assert mask_pii(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order 13800138000",
        "订单号：13800138000",
        "invoice no. 312-555-0147",
        "#3125550147",
        "order number 4556737586899855",
        "documents LK-20418 and LK-20419",
        "INV-312-555-0147",
        "3125550147",
        "13800138000.50",
        "parcel 1Z999AA10123456784",
        "tracking 9400 1000 0000 0000 0000 00",
        "20260201123456789012",
        "1738000000000",
        "2026-02-01T08:00:55+08:00",
        "2026-11-22 10:28:27,123",
        "01.02.2026 - 03.04.2026",
        "2026年2月1日到2026年3月1日",
        "version 10.0.19045.3448",
        "192.168.100.200",
        "$1,234,567.89 or 1 234 567,89 EUR",
        "4111 1111 1111 1112",
        "110105194912310021",
        "DE88 3704 0044 0532 0130 00",
        "000-12-3456 and 666-12-3456",
        "800-555-0199, 1 (888) 555-0199, +1 877 555 0199",
        "400-820-8820",
        "Wes @ Kiln & Clay, foo@bar",
        "=SUMIF(A1:A20;x;B1:B20)",
        "",
    ],
)
def test_numbers_that_name_nobody_are_left_alone(text: str) -> None:
    assert find_pii(text) == []
    assert mask_pii(text) == text


def test_positions_are_those_of_the_original_text() -> None:
    text = "　电话：１３８００１３８０００"
    assert find_pii(text) == [Span(4, 15, "phone")]
    assert text[4:15] == "１３８００１３８０００"


def test_spans_come_in_order_and_a_card_is_not_read_again_as_a_phone() -> None:
    text = "312-555-0147 a@b.org +1 4111111111111111"
    assert [span.kind for span in find_pii(text)] == ["phone", "email", "card"]


@given(st.text(alphabet="0123456789 -+()@.xXab，＠０１", max_size=60))
def test_masking_never_fails_and_spans_never_overlap(text: str) -> None:
    spans = find_pii(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_a_long_text_without_an_end_takes_no_quadratic_time() -> None:
    assert find_pii("a" * 100_000 + "@" + "b-" * 50_000) == []
