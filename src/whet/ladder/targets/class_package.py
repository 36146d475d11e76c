"""How does a model of classes become a package? Files, evidence, contents, model card, replay."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whet import __version__
from whet.cards.schema import LOWER_IS_BETTER
from whet.compression.model_card import model_card
from whet.compression.parity import Parity, Replay, replay
from whet.compression.write import EvidenceRows, write_contents, write_evidence
from whet.data.audit.pii import mask_pii
from whet.evaluation.metrics import Floats, Integers
from whet.evaluation.sums import Sums
from whet.ladder.context import Context
from whet.ladder.decide import Decider
from whet.ladder.rungs.contract import Classifying, Form
from whet.models.encoder import VIEWS
from whet.models.output import Output
from whet.serving.contents import Abstain, Calibration, Contents, ScopeSignals

Measure = Callable[[str, Integers, Floats], Sums]
"""Returns a metric by its name, of probabilities (n, k) for class ids (n,)."""

ALWAYS_ABSTAIN = 1e9
"""Threshold above any confidence, for a model whose risk no threshold can keep."""


@dataclass(frozen=True)
class ClassPacking:
    """Everything that goes into a package of classes."""

    context: Context
    fitted: Classifying
    decider: Decider
    test: Output
    """What the trained model says about the test rows: every form must say the same."""
    version: str
    created: str
    facts: dict[str, Any]
    measure: Measure

    def write(self, folder: Path) -> Form:
        """Write the files of the model."""
        return self.fitted.write(folder, self.decider.temperature)

    def replay(self, folder: Path, name: str) -> Parity:
        """Return how the package in `folder` answers the test rows."""
        return replay(folder, name, self._reference(), self.context.card.package)

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write evidence, contents, model card and manifest over the files of a form."""
        write_evidence(folder, _evidence_rows(self))
        facts = self.facts | {
            "package": {
                "path": "",
                "version": self.version,
                "form": form.name,
                "bytes": sum(file.stat().st_size for file in folder.iterdir()),
                "parity": [asdict(entry) for entry in parity],
            }
        }
        write_contents(folder, _contents(self, form, parity), model_card(facts))

    def _reference(self) -> Replay:
        """Return what every form must say about the test rows."""
        context = self.context
        truth = context.class_ids(context.dataset.test.labels)
        name = context.card.metrics.primary
        sign = -1 if name in LOWER_IS_BETTER else 1
        score: Callable[..., float] = lambda p: sign * self.measure(name, truth, p).value()  # noqa: E731
        return Replay(
            texts=context.dataset.test.texts,
            probabilities=self.test.probabilities(self.decider.temperature),
            score=score,
        )


def _evidence_rows(packing: ClassPacking) -> EvidenceRows:
    """Return the training rows that stand behind answers."""
    decider, frame = packing.decider, packing.context.development.take(packing.decider.rows)
    shown = packing.context.card.package.evidence
    return EvidenceRows(
        # Whoever asks the model sees these texts, so nobody's personal data may be in them.
        texts=[mask_pii(text) if shown else "" for text in frame.texts],
        labels=frame.labels,
        rows=frame.rows,
        ids=packing.context.labels[decider.rows],
        views=decider.output.views,
        log_probabilities=decider.output.read_log_probabilities(decider.temperature),
    )


def _contents(packing: ClassPacking, form: Form, parity: Sequence[Parity]) -> Contents:
    """Return `package.json`."""
    context, decider = packing.context, packing.decider
    card, reads_words = context.card, form.name in ("linear", "overlap")
    names, unsure = decider.signal_names, decider.choice.threshold is None
    return Contents.model_validate(
        {
            "name": card.name,
            "version": packing.version,
            "created": packing.created,
            "whet": __version__,
            "kind": card.target.kind,
            "form": form.name,
            "blend": form.blend.model_dump() if form.blend else None,
            "labels": context.dataset.labels,
            "inputs": [part.model_dump(mode="json") for part in card.inputs],
            "max_length": None if reads_words else context.encoder.max_tokens,
            "base": None if reads_words else card.base,
            "dimension": form.dimension or decider.output.views.shape[1] // VIEWS,
            "data_version": context.dataset.version,
            "card": card.model_dump(mode="json"),
            "metrics": packing.facts["test"],
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
