"""What of the audit can be mended without a person, and what does the data look like then?

Personal data is masked, and training rows that repeat one another or a held-out row are dropped.
Test rows are never dropped and labels are never changed. The result is a new data set with an
address of its own; the old one stays as it is. A guard that the card waives is left alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.audit.exact import conflicting_texts, repeats
from whet.data.audit.finding import Finding, listed
from whet.data.audit.near import near_matches
from whet.data.audit.parts import PART_NAMES, keys
from whet.data.audit.pii import mask_pii
from whet.data.frame import Dataset, Frame
from whet.data.labels import check_labels
from whet.data.strata import strata_of
from whet.data.versions import content_address

Fixed = tuple[Dataset, list[str]]
"""A mended data set, and the changes that were made, a sentence each."""

# (kept, dropped from): of two rows that are the same, the one that measures more is kept.
_BORDERS = (("test", "train"), ("test", "validation"), ("validation", "train"))

_LEAST_TEXTS = 2  # texts a label must keep in training, so that one can be held out

_LEFT_TO_YOU = "Left to you: texts with more than one label, since Whet never changes a label."


def propose_fixes(card: Card, dataset: Dataset, findings: Sequence[Finding]) -> list[str]:
    """Return the changes that `apply_fixes` makes, a sentence each, if a finding calls for any.

    Asking changes nothing. What only a person can mend is named last.
    """
    fixes: list[str] = []
    if any(finding.fixable for finding in findings):
        try:
            fixes = apply_fixes(card, dataset)[1]
        except InputError as error:
            fixes = [f"Nothing can be mended by itself, for then: {error}"]
    conflicts = any(finding.guard == "conflicting_labels" for finding in findings)
    return fixes + [_LEFT_TO_YOU] * conflicts


def apply_fixes(card: Card, dataset: Dataset) -> Fixed:
    """Return the mended data set under its own address, and the changes, a sentence each.

    Personal data is masked first, so that texts which differ in nothing else count as duplicates.
    Without anything to mend the data set comes back equal and there is no sentence.

    Raises:
        InputError: too few training rows of some label would be left to learn from.
    """
    told: list[str] = []
    for guard in FIXES_OF[card.target.kind]:
        fix = FIXES[guard]
        if guard not in card.waive:
            dataset, sentences = fix(card, dataset)
            told += sentences
    if told:
        check_labels(card, dataset)
    return replace(dataset, version=content_address(dataset)), told


def _mask(card: Card, dataset: Dataset) -> Fixed:
    """Write the kind in brackets in place of personal data, in every part."""
    changed: dict[str, Frame] = {}
    counts: dict[str, int] = {}
    for name, frame in dataset.parts().items():
        texts = tuple(map(mask_pii, frame.texts))
        if texts != frame.texts:
            changed[name] = replace(frame, texts=texts)
            counts[PART_NAMES[name]] = sum(map(str.__ne__, texts, frame.texts))
    if not changed:
        return dataset, []
    where = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    for name, frame in changed.items():
        dataset = _with(dataset, name, frame)
    return dataset, [f"Mask personal data in texts: {where}."]


def _drop_repeats(card: Card, dataset: Dataset) -> Fixed:
    """Drop what repeats a training row or, on the side that is learnt from, a held-out row."""
    conflicts = conflicting_texts(dataset)

    def repeated(frame: Frame, held_out: Frame) -> list[int]:
        known = {key for key in keys(held_out) if key[0] not in conflicts}
        return [i for i, key in enumerate(keys(frame)) if key in known]

    own = keys(dataset.train)
    twice = [i for i, _ in repeats(dataset.train) if own[i][0] not in conflicts]
    dataset, told = _drop(card, dataset, "train", twice, "repeat an earlier training row")
    dataset, more = _drop_across(card, dataset, repeated, "repeat a {} row")
    return dataset, told + more


def _drop_near(card: Card, dataset: Dataset) -> Fixed:
    """Drop what is almost the same as a held-out row, on the side that is learnt from."""

    def alike(frame: Frame, held_out: Frame) -> list[int]:
        return [match.query for match in near_matches(keys(frame), keys(held_out))]

    return _drop_across(card, dataset, alike, "are almost the same as a {} row with the same label")


FIXES: dict[str, Callable[[Card, Dataset], Fixed]] = {
    "pii": _mask,
    "exact_duplicates": _drop_repeats,
    "near_duplicates": _drop_near,
}
"""Guard -> what mends its findings, in the order of mending."""

FIXES_OF: dict[str, tuple[str, ...]] = {
    "classes": tuple(FIXES),
    "tags": ("exact_duplicates",),
    "real": tuple(FIXES),
    "labels": tuple(FIXES),
    "pair": ("pii",),
    "span": ("exact_duplicates",),
}
"""What is mended for each kind of target: a mask would move the spans behind it, and of two equal
pairs, perhaps in another order, a person keeps one."""


def _drop_across(
    card: Card, dataset: Dataset, doomed: Callable[[Frame, Frame], list[int]], reason: str
) -> Fixed:
    """Drop the rows that `doomed` names, border by border; `reason` has a place for the part."""
    told: list[str] = []
    for kept, part in _BORDERS:
        frames = dataset.parts()
        if kept in frames and part in frames:
            positions = doomed(frames[part], frames[kept])
            dataset, more = _drop(card, dataset, part, positions, reason.format(PART_NAMES[kept]))
            told += more
    return dataset, told


def _drop(card: Card, dataset: Dataset, part: str, positions: Iterable[int], reason: str) -> Fixed:
    """Drop rows of one part and say so; a label keeps its training rows when few would be left."""
    frame = dataset.parts()[part]
    doomed = set(positions)
    strata = strata_of(card, frame.labels)
    spared = _spared(frame, strata, doomed) if part == "train" else {}
    gone = {i for i in doomed if strata[i] not in spared}
    told = [
        f"Keep training rows of {label!r} that {reason}: {count:,}, since fewer than "
        f"{_LEAST_TEXTS} texts of it would be left. Add rows with this label."
        for label, count in spared.items()
    ]
    if not gone:
        return dataset, told
    rows = listed([str(frame.rows[i]) for i in sorted(gone)])
    told.insert(0, f"Drop {PART_NAMES[part]} rows that {reason}: {len(gone):,} (row {rows}).")
    remaining = frame.take([i for i in range(len(frame)) if i not in gone])
    if len(remaining):
        return _with(dataset, part, remaining), told
    told.append("No validation row is left: cross-validation on the training rows decides.")
    return replace(dataset, validation=None), told


def _with(dataset: Dataset, part: str, frame: Frame) -> Dataset:
    """Return the data set with another frame for one part."""
    changes: dict[str, Any] = {part: frame}
    return replace(dataset, **changes)


def _spared(frame: Frame, strata: Sequence[str], doomed: Set[int]) -> dict[str, int]:
    """Return label -> rows to drop, for labels that would keep too few different texts."""
    left = {(key, strata[i]) for i, key in enumerate(keys(frame)) if i not in doomed}
    texts = Counter(label for _, label in left)
    counts = Counter(strata[i] for i in doomed)
    return {label: n for label, n in sorted(counts.items()) if texts[label] < _LEAST_TEXTS}
