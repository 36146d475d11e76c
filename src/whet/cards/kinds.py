"""Which rungs and metrics does each kind of target have? Names only: the ladder knows the rest."""

from dataclasses import dataclass

from whet.cards.tuning import METHODS

RUNGS: tuple[str, ...] = (
    *("linear", "probe", "blend", "contrastive", "self_training"),
    *METHODS,
)
"""The rungs of the ladder of classes, cheapest first; `freeze` is written `freeze:k`."""

AUTO: tuple[str, ...] = (
    *("linear", "probe", "blend", "contrastive", "self_training"),
    *("full", "blend:full"),
)
"""The rungs that `candidates: auto` climbs, but for those that bring nothing on the data."""

METRICS: tuple[str, ...] = ("accuracy", "macro_f1", "micro_f1", "ece", "log_loss")
"""Metrics of a class target. `ece` and `log_loss` are better when lower."""

TAG_RUNGS: tuple[str, ...] = ("lookup", "words", "tagger")
"""The rungs of the ladder of tags, cheapest first."""

TAG_METRICS: tuple[str, ...] = ("f1", "macro_f1", "precision", "recall")
"""Metrics of tags, over spans that are right from beginning to end; all but `macro_f1` pool the
spans of every label."""

SCORE_RUNGS: tuple[str, ...] = ("linear", "probe", *METHODS)
"""The rungs of the ladders of numbers and of several labels a text, cheapest first."""

LABELS_METRICS: tuple[str, ...] = ("micro_f1", "macro_f1", "subset_accuracy")
"""Metrics of several labels a text."""

REAL_METRICS: tuple[str, ...] = ("mae", "rmse", "r2", "spearman")
"""Metrics of numbers. `mae` and `rmse` are in the unit of the target and better when lower."""

PAIR_RUNGS: tuple[str, ...] = (
    *("overlap", "bi_encoder"),
    *(method for method in METHODS if method != "freeze"),
)
"""The rungs of the ladder of pairs, cheapest first; the methods tune a cross-encoder."""

PAIR_METRICS: tuple[str, ...] = (
    *("f1", "accuracy", "average_precision", "roc_auc"),
    *("ece", "log_loss"),
)
"""Metrics of pairs; `f1`, `average_precision` and `roc_auc` are those of the match."""


SPAN_RUNGS: tuple[str, ...] = ("words", "reader")
"""The rungs of the ladder of answers in a passage, cheapest first."""

SPAN_METRICS: tuple[str, ...] = ("f1", "exact_match", "answerable_accuracy")
"""Metrics of answers in a passage; the first two are those of SQuAD."""


@dataclass(frozen=True)
class Kind:
    """What a card may name for one kind of target."""

    rungs: tuple[str, ...]
    """Cheapest first."""
    auto: tuple[str, ...]
    """Rungs of `candidates: auto`."""
    metrics: tuple[str, ...]
    primary: str
    """Metric that decides where the card names none."""
    also: tuple[str, ...]
    """Metrics reported beside it where the card names none."""
    formats: tuple[str, ...]
    """Formats of files that can hold the rows."""
    is_on_hub: bool = True
    """Whether data sets of the hub can hold the rows."""
    unused: tuple[tuple[str, str], ...] = ()
    """Fields of which nothing is made."""
    inputs: tuple[str, ...] = ("text",)
    """Names of its inputs where the card gives them none; as many as a card must have."""


KINDS: dict[str, Kind] = {
    "classes": Kind(
        rungs=RUNGS,
        auto=AUTO,
        metrics=METRICS,
        primary="macro_f1",
        also=("accuracy", "micro_f1", "ece"),
        formats=("csv", "jsonl", "parquet"),
    ),
    "tags": Kind(
        rungs=TAG_RUNGS,
        auto=TAG_RUNGS,
        metrics=TAG_METRICS,
        primary="f1",
        also=("macro_f1", "precision", "recall"),
        formats=("jsonl", "conll"),
        is_on_hub=False,
        unused=(("split", "out_of_scope"), ("data", "unlabelled"), ("augment", "ways")),
    ),
    "real": Kind(
        rungs=SCORE_RUNGS,
        auto=("linear", "probe", "full"),
        metrics=REAL_METRICS,
        primary="mae",
        also=("rmse", "r2", "spearman"),
        formats=("csv", "jsonl", "parquet"),
        unused=(
            *(("split", "out_of_scope"), ("data", "unlabelled"), ("augment", "ways")),
            *(("decision", "wrong_answers"), ("decision", "confidence")),
        ),
    ),
    "labels": Kind(
        rungs=SCORE_RUNGS,
        auto=("linear", "probe", "full"),
        metrics=LABELS_METRICS,
        primary="micro_f1",
        also=("macro_f1", "subset_accuracy"),
        formats=("csv", "jsonl", "parquet"),
        is_on_hub=False,
        unused=(("split", "out_of_scope"), ("data", "unlabelled"), ("augment", "ways")),
    ),
    "pair": Kind(
        rungs=PAIR_RUNGS,
        auto=("overlap", "bi_encoder", "full"),
        metrics=PAIR_METRICS,
        primary="f1",
        also=("accuracy", "average_precision", "roc_auc"),
        formats=("csv", "jsonl", "parquet"),
        is_on_hub=False,
        unused=(("split", "out_of_scope"), ("data", "unlabelled"), ("augment", "ways")),
        inputs=("first", "second"),
    ),
    "span": Kind(
        rungs=SPAN_RUNGS,
        auto=SPAN_RUNGS,
        metrics=SPAN_METRICS,
        primary="f1",
        also=("exact_match", "answerable_accuracy"),
        formats=("csv", "jsonl", "squad"),
        is_on_hub=False,
        unused=(("split", "out_of_scope"), ("data", "unlabelled"), ("augment", "ways")),
        inputs=("question", "passage"),
    ),
}
"""Every kind of target by the name that cards use."""
