"""How does a model of answers become a package? Files, contents, model card, replay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whet.compression.parity import Parity
from whet.compression.passage_parity import PassageReplay, replay_passages
from whet.compression.short_card import Told, short_card
from whet.compression.write import write_contents
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form, Reading
from whet.ladder.targets.class_package import ALWAYS_ABSTAIN
from whet.ladder.targets.passage_sections import Sureness
from whet.ladder.targets.score_package import Stamp, score_contents
from whet.models.output import Ids
from whet.models.passage_output import PassageOutput
from whet.serving.contents import Contents


@dataclass(frozen=True)
class PassagePacking:
    """Everything that goes into a package of answers."""

    context: Context
    fitted: Reading
    sure: Sureness
    test: PassageOutput
    """What the trained model said to the test questions: every form must say the same."""
    score: Callable[[Ids], float]
    """The primary metric of answers (n, 2) to the test questions."""
    stamp: Stamp

    def write(self, folder: Path) -> Form:
        """Write the files of the model."""
        return self.fitted.write(folder)

    def replay(self, folder: Path, name: str) -> Parity:
        """Return how the package in `folder` answers the test questions."""
        context = self.context
        reference = PassageReplay(
            texts=context.dataset.test.texts,
            spans=self.test.spans,
            confidence=self.sure.confidence(self.test),
            score=self.score,
        )
        return replay_passages(folder, name, reference, context.card.package)

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write contents, model card and manifest over the files of a form."""
        context, sure, rule = self.context, self.sure, self.fitted.rule
        decision, choice = context.card.decision, sure.choice
        fields = score_contents(context, form, self.stamp, parity, 0) | {
            "labels": (context.card.label_column,),
            "reading": {
                "longest": rule.longest,
                "threshold": rule.threshold,
                "slope": sure.slope,
                "bias": sure.bias,
                "bias_without": sure.bias_without,
            },
            "abstain": {
                "threshold": ALWAYS_ABSTAIN if choice.threshold is None else choice.threshold,
                "target": decision.wrong_answers,
                "confidence": decision.confidence,
            },
        }
        contents = Contents.model_validate(fields)
        told = Told(
            pipeline="question-answering",
            headline="Answers a question with a part of a passage, or says that it holds no answer",
            how="F1 and exact match are those of SQuAD; Chinese is compared by characters.",
            more=choice.sentence,
            flips="another answer to",
            asked='"a question" "a passage"',
        )
        write_contents(folder, contents, short_card(contents, told, parity=parity))
