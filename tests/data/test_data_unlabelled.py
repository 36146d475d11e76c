"""Tests for whet.data.unlabelled: what is known elsewhere is left out, nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from whet.cards.schema import Card
from whet.core.clock import utc_now
from whet.core.errors import InputError
from whet.core.workspace import Workspace
from whet.data.frame import Frame
from whet.data.load import load
from whet.data.unlabelled import strangers
from whet.data.versions import content_address, read_version, write_version

MakeCard = Callable[..., Card]
MakeFrame = Callable[..., Frame]
Write = Callable[[str, str | bytes], Path]


def test_texts_of_other_parts_and_repeats_are_left_out(make_frame: MakeFrame) -> None:
    frame = make_frame([""] * 5, texts=["new", "Known", "NEW ", "held out", "other"])
    others = [make_frame("a", texts=["known"]), make_frame("a", texts=["held  OUT"])]
    kept = strangers(frame, others)
    assert (kept.texts, kept.rows) == (("new", "other"), (1, 5))


@pytest.fixture
def folder(tmp_path: Path, write: Write) -> Path:
    write("messages.csv", "message,intent\na b,x\nc d,x\ne f,y\ng h,y\n")
    write("test.csv", "message,intent\nheld out,x\n")
    write("more.csv", "message\nHeld out\nnew one\na b\n\nanother\n")
    return tmp_path


@pytest.fixture
def card(make_card: MakeCard) -> Card:
    return make_card(
        data={"source": {"path": "messages.csv"}, "unlabelled": {"path": "more.csv"}},
        split={"kind": "official", "test": "test.csv"},
    )


def test_a_file_needs_no_label_and_brings_no_held_out_text(card: Card, folder: Path) -> None:
    data = load(card, folder)
    assert data.unlabelled is not None
    assert (data.unlabelled.source, data.unlabelled.texts) == ("more.csv", ("new one", "another"))
    assert data.unlabelled.labels == ("", "")
    assert data.labels == ("x", "y")
    assert set(data.parts()) == {"train", "test", "unlabelled"}


def test_the_text_column_must_be_the_inputs(card: Card, folder: Path, write: Write) -> None:
    write("more.csv", "mesage\nnew one\n")
    with pytest.raises(InputError) as caught:
        load(card, folder)
    assert str(caught.value) == (
        "more.csv: there is no column 'message' (inputs[0].column). Did you mean 'mesage'?"
    )


def test_a_version_keeps_the_messages_and_one_without_them_is_refused(
    card: Card, folder: Path
) -> None:
    workspace, data = Workspace(folder), load(card, folder)
    place = write_version(workspace, data, parent=None, changes=[], created=utc_now())
    assert read_version(place, card) == replace(data, version=place.name)
    bare = replace(data, unlabelled=None)
    assert content_address(bare) != content_address(data)
    place = write_version(workspace, bare, parent=None, changes=[], created=utc_now())
    with pytest.raises(InputError) as caught:
        read_version(place, card)
    assert str(caught.value) == (
        f"{place} must hold the unlabelled messages that the card names; it was written without "
        "them. Write a version from this card (`whet audit CARD --fix`), or delete data.unlabelled."
    )
