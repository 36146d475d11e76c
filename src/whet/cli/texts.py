"""Which texts are asked, and what is each answer in one line? For `whet predict` and the demo."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import tee
from pathlib import Path
from typing import Any

from whet.core.errors import InputError
from whet.core.pairs import split_pair
from whet.serving.label_lists import LabelsAnswer
from whet.serving.opening import AnyAnswer, AnyPredictor
from whet.serving.passages.predictor import PassageAnswer
from whet.serving.tagging.predictor import TagAnswer
from whet.serving.values import ValueAnswer


def given_texts(
    texts: Sequence[str] | None,
    file: Path | None,
    *,
    join: Callable[[str, str], str] | None = None,
) -> Iterator[str]:
    """Yield the texts of the arguments, else of the file, else of stdin; blank lines left out.

    Two arguments, or a line with a tab in it, are one pair where there is something to `join` them.

    Raises:
        InputError: both are given, the file cannot be read as UTF-8, or a text has no other one.
    """
    if texts and file is not None:
        raise InputError("Give texts as arguments or with --file, not both.")
    if join is None:
        yield from texts or _read(file)
        return
    if texts and len(texts) % 2:
        raise InputError(
            f"Texts are read two by two, so their number must be even; found {len(texts)}."
        )
    if texts:
        yield from map(join, texts[::2], texts[1::2])
        return
    for number, line in enumerate(_read(file), start=1):
        if line.count("\t") != 1:
            raise InputError(
                f"Line {number} must hold two texts with a tab between them; found "
                f"{line.count(chr(9))} tabs. Blank lines are not counted."
            )
        yield join(*line.split("\t"))


def _read(file: Path | None) -> Iterator[str]:
    """Yield the lines of a file, or of stdin without one; blank ones left out."""
    name = "stdin" if file is None else str(file)
    try:
        if file is None:
            if isinstance(sys.stdin, io.TextIOWrapper):  # by itself it lets wrong bytes through
                sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
            yield from _lines(sys.stdin)
            return
        with file.open(encoding="utf-8-sig") as lines:
            yield from _lines(lines)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} must hold text in UTF-8; found the byte 0x{error.object[error.start]:02x}. "
            "Save it as UTF-8."
        ) from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from error


def answered(
    predictor: AnyPredictor, texts: Iterable[str], *, one_by_one: bool
) -> Iterator[tuple[str, AnyAnswer]]:
    """Yield each text with its answer; at most one block of texts is held.

    `one_by_one` answers a text before the next is read, for a person at a keyboard.
    """
    if one_by_one:
        for text in texts:
            yield text, predictor.predict([text])[0]
        return
    asked, kept = tee(texts)
    # The answers come first: they pull a block of texts, which `kept` then repeats.
    answers: Iterator[AnyAnswer] = predictor.predict_stream(asked)
    for answer, text in zip(answers, kept, strict=False):
        yield text, answer


def answer_fields(text: str, answer: AnyAnswer) -> dict[str, Any]:
    """Return a text and its answer as JSON holds them."""
    if isinstance(answer, TagAnswer | ValueAnswer | LabelsAnswer | PassageAnswer):
        return {"text": text, **asdict(answer)}
    top = [{"label": label, "probability": probability} for label, probability in answer.top]
    return {"text": text, **asdict(answer), "top": top}


def answer_line(text: str, answer: AnyAnswer) -> str:
    """Return label, probability and text with tabs between; `abstains` stands for no label.

    Of a tagger: each span as `label start-end text probability`, with tabs between; `-` for none.
    Of a number: itself, `low..high` and text. Of several labels: each as `label probability`, with
    `?` behind what is not shown, then the text; `-` for none. Of an answer from a passage: itself,
    `start-end`, its confidence and the question; `abstains` or `no answer` in its place.
    """
    if isinstance(answer, PassageAnswer):
        place = "-" if answer.start is None else f"{answer.start}-{answer.end}"
        said = "abstains" if answer.abstained else " ".join((answer.answer or "no answer").split())
        question = " ".join(split_pair(text)[0].split())
        return f"{said}\t{place}\t{answer.confidence:.3f}\t{question}"
    if isinstance(answer, LabelsAnswer):
        given = [
            f"{one.label} {one.probability:.3f}{'' if one.shown else '?'}" for one in answer.labels
        ]
        return "\t".join([*(given or ["-"]), " ".join(text.split())])
    if isinstance(answer, ValueAnswer):
        band = "-" if answer.low is None else f"{answer.low:.6g}..{answer.high:.6g}"
        return f"{answer.value:.6g}\t{band}\t{' '.join(text.split())}"
    if isinstance(answer, TagAnswer):
        spans = (
            f"{span.label} {span.start}-{span.end} {' '.join(span.text.split())} "
            f"{span.probability:.3f}"
            for span in answer.spans
        )
        return "\t".join(spans) or "-"
    label = "abstains" if answer.abstained else answer.label
    return f"{label}\t{answer.probability:.3f}\t{' '.join(text.split())}"


def _lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines without their ends, blank ones left out."""
    for line in lines:
        if text := line.strip():
            yield text
