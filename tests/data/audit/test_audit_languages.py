"""Scripts of texts, and encoders that do not read them."""

import pytest
from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.data.audit.languages import language_mix, script


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Où est ma commande ?", "Latin"),
        ("我的 API key 不能用了", "Chinese"),
        ("ＡＢＣ ｄｅｆ", "Latin"),
        ("Где мой заказ?", "Cyrillic"),
        ("أين طلبي", "Arabic"),
        ("注文はどこですか", "Japanese"),
        ("优の品牌退款怎么办呢", "Chinese"),
        ("주문이 어디 있나요", "Korean"),
        ("ที่อยู่ของฉัน", "Thai"),
        ("404 :-)", ""),
        ("😀！", ""),
    ],
)
def test_the_script_of_a_text(text: str, name: str) -> None:
    assert script(text) == name


def test_an_english_base_is_warned_of_from_one_chinese_text_in_twenty() -> None:
    rows = [("refund", "x")] * 18 + [("退款", "x")]
    test = make_frame([("refund", "x")], "test.csv")
    (found,) = language_mix(make_card(), make_dataset(make_frame(rows), test))
    assert (found.severity, found.count) == ("warn", 1)
    assert found.sentence == (
        "Texts by script: Latin 19 of 20 (95.0 %), Chinese 1 of 20 (5.0 %). The base `minilm` "
        "covers English only: `probe` and `full` will hardly read the others, while `linear` reads "
        "characters of any script. Read the score per language, or choose a multilingual base."
    )
    assert (found.examples[0].row, found.examples[0].detail) == (19, "Chinese")
    (fewer,) = language_mix(make_card(), make_dataset(make_frame([("refund", "x"), *rows]), test))
    assert fewer.severity == "info"


@pytest.mark.parametrize(
    ("base", "candidates", "severity"),
    [
        ("sentence-transformers/all-MiniLM-L6-v2", "auto", "warn"),
        ("models/all-MiniLM-L6-v2/", ["linear", "probe"], "warn"),
        ("minilm", ["linear"], "info"),
        ("intfloat/multilingual-e5-small", "auto", "info"),
    ],
)
def test_it_depends_on_the_base_and_the_rungs(
    base: str, candidates: str | list[str], severity: str
) -> None:
    card = make_card(base=base, candidates=candidates)
    data = make_dataset(make_frame([("refund", "x"), ("退款", "x")]))
    (found,) = language_mix(card, data)
    assert found.severity == severity


def test_a_data_set_that_is_all_chinese_is_warned_of_and_all_latin_is_not() -> None:
    chinese = make_frame([("退款", "x")])
    (found,) = language_mix(make_card(), make_dataset(chinese, chinese))
    assert (found.severity, found.count) == ("warn", 2)
    latin = make_frame([("refund", "x"), ("404", "x")])
    assert language_mix(make_card(), make_dataset(latin, latin)) == []
