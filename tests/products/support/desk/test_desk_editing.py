"""The answer to one intent is written anew; the rest of the file stays as it was, byte by byte."""

from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.products.support.desk.editing import write_answer
from whet.products.support.desk.read import read_desk

DESK = "name: Lark\nslots: {order: {kind: text, ask: {en: Which order, zh: 哪个订单}}}\n"
TEMPLATES = """\
# Answers, read by Mia in May.

refund: {en: It takes five days., zh: 需要五天。}
# The next one is new.
delivery:
  title: {en: Delivery, zh: 配送}
  # lines of the answer itself
  en: >-
    Order {order} comes
    on Monday.
  slots: [order]

# Last words.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk.yaml").write_text(DESK, "utf-8")
    (tmp_path / "templates.yaml").write_text(TEMPLATES, "utf-8")
    return tmp_path


def _written(folder: Path) -> str:
    return (folder / "templates.yaml").read_text("utf-8")


def test_the_lines_of_one_intent_change(folder: Path) -> None:
    said = {"en": "It takes six days: sorry.\n\nReally.", "zh": "需要六天。"}
    files = write_answer(read_desk(folder), "refund", said)
    assert files.templates["refund"].by_language() == said
    before, after = TEMPLATES.split("refund: {en: It takes five days., zh: 需要五天。}\n")
    assert _written(folder).startswith(before)
    assert _written(folder).endswith(after)


def test_title_and_slots_stay_and_so_does_what_stands_behind(folder: Path) -> None:
    files = write_answer(read_desk(folder), "delivery", {"en": "Order {order} comes.", "zh": ""})
    found = files.templates["delivery"]
    assert found.by_language() == {"en": "Order {order} comes."}
    assert found.title is not None and found.title.said("zh") == "配送"
    assert found.slots == ["order"]
    before, _ = TEMPLATES.split("delivery:")
    assert _written(folder).startswith(before)
    assert _written(folder).endswith("\n\n# Last words.\n")


@pytest.mark.parametrize("start", ["", "{}\n", "# nothing yet\n", "refund: It takes five days."])
def test_the_first_answer_to_an_intent_is_put_behind(folder: Path, start: str) -> None:
    (folder / "templates.yaml").write_text(start, "utf-8")
    if not start.strip("{}\n") or start.startswith("#"):
        (folder / "templates.yaml").unlink()
    files = write_answer(read_desk(folder), "exchange", {"en": "Send it back.", "zh": "请寄回。"})
    assert files.templates["exchange"].said("zh") == "请寄回。"
    assert len(files.templates) == (2 if start.startswith("refund") else 1)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"en": " ", "zh": ""}, "must say something in at least one language"),
        ({"en": "Order {ordr} comes.", "zh": ""}, "Did you mean 'order'?"),
    ],
)
def test_what_would_be_no_desk_is_refused_and_nothing_written(
    folder: Path, said: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        write_answer(read_desk(folder), "refund", said)
    assert sentence in str(caught.value)
    assert "/tmp" not in str(caught.value) and str(folder) not in str(caught.value)
    assert _written(folder) == TEMPLATES


@pytest.mark.parametrize("is_absolute", [False, True])
def test_templates_elsewhere_are_written_only_when_they_hold(
    tmp_path: Path, is_absolute: bool
) -> None:
    (tmp_path / "desk").mkdir()
    place = tmp_path / "shared.yaml"
    name = str(place) if is_absolute else "../shared.yaml"
    (tmp_path / "desk" / "desk.yaml").write_text(f"{DESK}templates: {name}\n", "utf-8")
    place.write_text(TEMPLATES, "utf-8")
    files = read_desk(tmp_path / "desk")
    with pytest.raises(InputError, match="nothing"):
        write_answer(files, "refund", {"en": "It takes {nothing} days.", "zh": ""})
    assert place.read_text("utf-8") == TEMPLATES
    write_answer(files, "refund", {"en": "It takes six days.", "zh": ""})
    assert "It takes six days." in place.read_text("utf-8")
