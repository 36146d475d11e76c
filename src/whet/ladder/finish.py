"""How does the winner become a package? Every form is written, replayed, and kept or refused.

The package appears under its final name in one step, after the parity gate: a build that is killed
or runs out of disk leaves no part of one.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from whet import __version__
from whet.cards.schema import LOWER_IS_BETTER
from whet.compression.model_card import model_card
from whet.compression.parity import Parity, Replay, replay
from whet.compression.quantise import ROWS_A_PASS, quantise_onnx
from whet.compression.write import EvidenceRows, write_contents, write_evidence
from whet.core.errors import WhetError
from whet.core.files import atomic_folder
from whet.data.audit.pii import mask_pii
from whet.evaluation.metrics import METRICS
from whet.ladder.context import Context
from whet.ladder.decide import Decider
from whet.ladder.rungs.contract import Fitted, Form
from whet.models.encoder import VIEWS
from whet.models.output import Output
from whet.serving.contents import Abstain, Calibration, Contents, ScopeSignals
from whet.serving.package import MODEL_FILE

ALWAYS_ABSTAIN = 1e9
"""Threshold above any confidence, for a model whose risk no threshold can keep."""
PAYS = 0.95
"""An int8 form pays when it is smaller and takes at most this share of the time for one text."""


@dataclass(frozen=True)
class Winner:
    """Everything that goes into a package."""

    context: Context
    fitted: Fitted
    decider: Decider
    test: Output
    """What the trained model says about the test rows: every form must say the same."""
    version: str
    created: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Packaged:
    """The package that was kept, and how every form did."""

    path: Path
    form: str
    bytes: int
    parity: list[Parity]


def write_package(winner: Winner, place: Path) -> Packaged:
    """Return the package of a winner in the new folder `place`.

    Raises:
        WhetError: no form answers as the trained model does, or the disk is full.
    """
    reference = _replay(winner)
    parity: list[Parity] = []
    with atomic_folder(place) as folder:
        form = _write_form(winner, folder / "form", parity, reference)
        _describe(winner, folder / "form", form, parity)
        for file in (folder / "form").iterdir():
            file.rename(folder / file.name)
        (folder / "form").rmdir()
        shutil.rmtree(folder / "int8", ignore_errors=True)
    size = sum(file.stat().st_size for file in place.iterdir())
    kept = [entry.form for entry in parity if entry.kept]
    return Packaged(place, kept[-1], size, parity)


def _write_form(winner: Winner, folder: Path, parity: list[Parity], reference: Replay) -> Form:
    """Write the best form that holds parity into `folder`; return what it is."""
    folder.mkdir()
    progress, limits = winner.context.progress, winner.context.card.package
    form = winner.fitted.write(folder, winner.decider.temperature)
    _describe(winner, folder, form, [])
    progress.start(f"parity of {form.name}")
    whole = replay(folder, form.name, reference, limits)
    parity.append(whole)
    if not whole.kept:
        raise WhetError(
            f"The {form.name} package must answer as the trained model does, but {whole.reason}. "
            "Nothing was packaged; report this, or raise package.max_flips in the card."
        )
    if limits.quantise == "never" or not (folder / MODEL_FILE).exists():
        return form
    small = folder.parent / "int8"
    shutil.copytree(folder, small)
    progress.start("quantising")
    quantise_onnx(folder / MODEL_FILE, small / MODEL_FILE)
    small_form = replace(form, rows_a_pass=ROWS_A_PASS)
    _describe(winner, small, small_form, [])
    parity.append(_worth(replay(small, f"{form.name}-int8", reference, limits), whole))
    if not parity[-1].kept:
        return form
    shutil.rmtree(folder)
    small.rename(folder)
    return small_form


def _worth(small: Parity, whole: Parity) -> Parity:
    """Return the smaller form's parity, not kept when it is no faster than the whole one."""
    if not small.kept:
        return small
    ratio = small.p50_ms / whole.p50_ms
    pays = ratio <= PAYS and small.bytes < whole.bytes
    reason = f"{small.bytes / whole.bytes:.0%} of the size, {ratio:.0%} of the time for one text"
    fields = asdict(small) | {
        "kept": pays,
        "reason": reason if pays else f"does not pay on this machine: {reason}",
    }
    return Parity(**fields)


def _replay(winner: Winner) -> Replay:
    """Return what every form must say about the test rows."""
    context = winner.context
    truth = context.class_ids(context.dataset.test.labels)
    name = context.card.metrics.primary
    sign = -1 if name in LOWER_IS_BETTER else 1
    score: Callable[..., float] = lambda p: sign * METRICS[name](truth, p)  # noqa: E731
    return Replay(
        texts=context.dataset.test.texts,
        probabilities=winner.test.probabilities(winner.decider.temperature),
        score=score,
    )


def _describe(winner: Winner, folder: Path, form: Form, parity: list[Parity]) -> None:
    """Write evidence, contents, model card and manifest over the files of a form."""
    write_evidence(folder, _evidence_rows(winner))
    facts = winner.facts | {
        "package": {
            "path": "",
            "version": winner.version,
            "form": form.name,
            "bytes": sum(file.stat().st_size for file in folder.iterdir()),
            "parity": [asdict(entry) for entry in parity],
        }
    }
    write_contents(folder, _contents(winner, form, parity), model_card(facts))


def _evidence_rows(winner: Winner) -> EvidenceRows:
    """Return the training rows that stand behind answers."""
    decider, frame = winner.decider, winner.context.development.take(winner.decider.rows)
    shown = winner.context.card.package.evidence
    return EvidenceRows(
        # Whoever asks the model sees these texts, so nobody's personal data may be in them.
        texts=[mask_pii(text) if shown else "" for text in frame.texts],
        labels=frame.labels,
        rows=frame.rows,
        ids=winner.context.labels[decider.rows],
        views=decider.output.views,
        log_probabilities=decider.output.read_log_probabilities(decider.temperature),
    )


def _contents(winner: Winner, form: Form, parity: list[Parity]) -> Contents:
    """Return `package.json`."""
    context, decider = winner.context, winner.decider
    card, is_linear = context.card, form.name == "linear"
    names, unsure = decider.signal_names, decider.choice.threshold is None
    return Contents.model_validate(
        {
            "name": card.name,
            "version": winner.version,
            "created": winner.created,
            "whet": __version__,
            "form": form.name,
            "blend": form.blend.model_dump() if form.blend else None,
            "labels": context.dataset.labels,
            "inputs": [part.model_dump(mode="json") for part in card.inputs],
            "max_length": None if is_linear else context.encoder.max_tokens,
            "batch_size": form.rows_a_pass,
            "base": None if is_linear else card.base,
            "dimension": decider.output.views.shape[1] // VIEWS,
            "data_version": context.dataset.version,
            "card": card.model_dump(mode="json"),
            "metrics": winner.facts["test"],
            "calibration": Calibration(temperature=decider.temperature).model_dump(),
            "abstain": Abstain(
                threshold=ALWAYS_ABSTAIN if unsure else decider.choice.threshold,
                target=card.decision.wrong_answers,
                confidence=card.decision.confidence,
                scope=ScopeSignals(
                    names=names,
                    mean=tuple(map(tuple, decider.mean.tolist())),
                    scale=tuple(map(tuple, decider.scale.tolist())),
                ),
            ).model_dump(),
            "parity": [asdict(entry) for entry in parity],
        }
    )
