"""How does a model of spans become a package? Files, contents, model card, replay."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whet import __version__
from whet.compression.parity import Parity
from whet.compression.tag_card import tag_card
from whet.compression.tag_parity import TagReplay, replay_tags
from whet.compression.write import write_contents
from whet.evaluation.entities import Spans
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form, Tagging
from whet.models.tag_output import TagOutput
from whet.serving.contents import Contents


@dataclass(frozen=True)
class TagPacking:
    """Everything that goes into a package of spans."""

    context: Context
    fitted: Tagging
    score: Callable[[Sequence[Spans]], float]
    """The primary metric of spans found in the test texts."""
    test: TagOutput
    """What the trained model found in the test texts: every form must find the same."""
    version: str
    created: str
    facts: dict[str, Any]
    report: str
    """The classic report on the test texts."""

    def write(self, folder: Path) -> Form:
        """Write the files of the model."""
        return self.fitted.write(folder)

    def replay(self, folder: Path, name: str) -> Parity:
        """Return how the package in `folder` answers the test texts."""
        context = self.context
        reference = TagReplay(context.dataset.test.texts, self.test, self.score)
        return replay_tags(folder, name, reference, context.card.package)

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write contents, model card and manifest over the files of a form."""
        context = self.context
        card, reads_tokens = context.card, form.name == "tagger"
        contents = Contents.model_validate(
            {
                "name": card.name,
                "version": self.version,
                "created": self.created,
                "whet": __version__,
                "kind": "tags",
                "form": form.name,
                "labels": context.dataset.labels,
                "inputs": [part.model_dump(mode="json") for part in card.inputs],
                "max_length": context.encoder.max_tokens if reads_tokens else None,
                "base": card.base if reads_tokens else None,
                "dimension": 0,
                "data_version": context.dataset.version,
                "card": card.model_dump(mode="json"),
                "metrics": self.facts["test"],
                "parity": [asdict(entry) for entry in parity],
            }
        )
        readme = tag_card(contents, report=self.report, parity=parity)
        write_contents(folder, contents, readme)
