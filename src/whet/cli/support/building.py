"""`whet support build`: from a desk's folder to a desk that answers."""

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train, open_workspace
from whet.cli.options import AsJson
from whet.cli.progress import shown_progress
from whet.cli.support.options import DeskPath, desk_path

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from whet.evaluation.risk import ThresholdChoice
    from whet.products.support.build import Built, Measured
    from whet.products.support.desk.schema import Decision

FAILED = 1


def build(
    desk: DeskPath = None,
    keep_model: Annotated[
        bool, typer.Option("--keep-model", help="Leave the model as it is, and do the rest.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build a desk: its model, the index of its articles, its promise; then run its suite.

    Exit 1 where the gate of the card does not hold, an article cannot be read or a case fails.
    """
    path = desk_path(desk)
    keep_model = keep_model or not (path.parent / "card.yaml").is_file()
    if not keep_model:
        check_can_train()
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.products.support.build import build_model, finish_desk
        from whet.products.support.desk.read import read_desk

        read_desk(path)  # a mistake in it is said before a store is made
        facts = None if keep_model else build_model(path, progress=progress)
        with open_workspace(path.parent, must_exist=False) as (_, store):
            built = finish_desk(path, store, facts=facts, progress=progress)
    if as_json:
        print_json(_facts(built))
    else:
        if facts is not None:
            from whet.cli.facts import print_facts

            print_facts(stdout_console(), facts)
        print_built(built)
    if not built.is_good:
        raise typer.Exit(FAILED)


def print_built(built: "Built") -> None:
    """Print what a desk can do, and what is wrong with it."""
    from whet.cli.support.testing import print_outcomes
    from whet.products.support.suite.read import SUITE_NAME, line_of_cases

    for problem in built.synced.problems if built.synced else ():
        typer.echo(f"{problem.file}: {problem.sentence}")
    if built.outcomes is not None:
        file = built.files.folder / SUITE_NAME
        print_outcomes(file, built.outcomes, line_of_cases(file))
    for sentence in sentences_of(built):
        typer.echo(sentence)


def sentences_of(built: "Built") -> list[str]:
    """Return in sentences what a desk can do."""
    templates = sum(1 for intent in built.intents if intent in built.files.templates)
    found = [
        f"{built.files.desk.name} knows {len(built.intents)} intents, {templates} of them with a "
        f"template, and {sum(built.articles.values()):,} articles{_languages(built)}."
    ]
    if built.measured is not None:
        found += _promise(built, built.measured)
    return found


def _languages(built: "Built") -> str:
    """Return the languages of the articles, in brackets; nothing without articles."""
    counts = (f"{count:,} {language}" for language, count in sorted(built.articles.items()))
    return f" ({', '.join(counts)})" if built.articles else ""


def _promise(built: "Built", measured: "Measured") -> list[str]:
    """Return what was measured on labelled questions, and what the dial would need."""
    share = measured.wrong / measured.answered if measured.answered else 0.0
    found = [
        f"Of {measured.questions:,} labelled questions it answers {measured.answered:,} without a "
        f"person; {share:.1%} of these answers are wrong."
    ]
    decision = built.files.desk.decision
    return found + [
        _promised(language, choice, decision) for language, choice in measured.choices.items()
    ]


def _promised(language: str, choice: "ThresholdChoice", decision: "Decision") -> str:
    """Return what can be promised in a language, and whether the desk keeps to it."""
    if choice.threshold is None:
        return f"Articles ({language}): {choice.sentence}"
    own = decision.limits(language).article_threshold
    least = math.ceil(1000 * choice.threshold) / 1000  # never below what was tested
    promise = (
        f"Articles ({language}): at most {decision.wrong_answers:.0%} of the answers are wrong, "
        f"with {decision.confidence:.0%} confidence, from `article_threshold: {least:g}` on"
    )
    if own is not None and own >= choice.threshold:
        return f"{promise}; the desk says {own:g}."
    return f"{promise}. Write that under `decision`, or `by_language` there: it is not kept now."


def _facts(built: "Built") -> dict[str, Any]:
    """Return what was built as JSON."""
    from dataclasses import asdict

    from whet.cli.facts import summary
    from whet.cli.support.testing import facts_of
    from whet.products.support.suite.read import SUITE_NAME, line_of_cases

    file = built.files.folder / SUITE_NAME
    suite = None
    if built.outcomes is not None:
        suite = facts_of(file, built.outcomes, line_of_cases(file))
    return {
        "desk": built.files.desk.name,
        "model": summary(built.facts) if built.facts is not None else None,
        "intents": len(built.intents),
        "articles": dict(built.articles),
        "synced": asdict(built.synced) if built.synced else None,
        "questions": asdict(built.measured) if built.measured else None,
        "suite": suite,
        "is_good": built.is_good,
    }
