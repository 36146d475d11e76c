"""`whet support articles sync | list | show | search`: the knowledge base of a desk.

Embeddings are made by the champion of the workspace: the package of the desk's intents, or the one
that `--model` names. Without one, articles are found by their words alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder
from whet.core.errors import InputError, did_you_mean

if TYPE_CHECKING:  # heavy: imported when a command runs
    from whet.core.workspace import Workspace
    from whet.products.support.articles.embedder import Embedder
    from whet.retrieval.index import Index
    from whet.store.store import Store

app = typer.Typer(
    help="Keep the desk's articles in its index, and look into it.", no_args_is_help=True
)

Model = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Package that embeds; the only one without it."),
]
_WORDS_ONLY = "No package of this workspace can embed: articles are found by their words alone."


@dataclass(frozen=True)
class _Opened:
    """What a command works with."""

    workspace: "Workspace"
    store: "Store"
    index: "Index"
    embedder: "Embedder | None"


@app.command()
def sync(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Folder of the articles; articles/ without it."),
    ] = None,
    model: Model = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Make the index hold what the folder says; exit 1 when a file could not be read."""
    from whet.products.support.articles.sync import sync_articles

    with _opened(workspace, model, must_exist=False) as opened:
        place = folder or opened.workspace.root / "articles"
        done = sync_articles(place, opened.index)
    if as_json:
        print_json(asdict(done) | {"embedder": _name(opened)})
    else:
        for problem in done.problems:
            typer.echo(f"{problem.file}: {problem.sentence}")
        typer.echo(
            f"{len(done.added):,} added, {len(done.changed):,} changed, "
            f"{len(done.removed):,} removed, {done.unchanged:,} unchanged."
        )
        typer.echo(_embedding_line(opened))
    if done.problems:
        raise typer.Exit(1)


@app.command("list")
def list_(
    stale: Annotated[bool, typer.Option("--stale", help="Only those to review.")] = False,
    unused: Annotated[bool, typer.Option("--unused", help="Only those never used.")] = False,
    questions: Annotated[
        bool, typer.Option("--questions", help="List questions that found no answer instead.")
    ] = False,
    days: Annotated[
        int, typer.Option("--review-days", min=1, help="Days that a review holds.")
    ] = 180,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """List the articles with owner, age of their review and use; or what none of them answers."""
    from whet.products.support.articles.health import health_of
    from whet.products.support.articles.sync import INDEX

    with open_workspace(workspace) as (_, store):
        if questions:
            _print_questions(store, as_json=as_json)
            return
        known = list(store.passages.changes(INDEX, {}).changed)
        uses = store.article_uses.all(INDEX)
        found = health_of(known, uses, now=store.database.clock(), review_days=days)
    wanted = [a for a in found if (a.is_stale or not stale) and (not a.uses or not unused)]
    if as_json:
        print_json({"articles": [_plain(article) for article in wanted]})
        return
    from whet.cli.tables import new_table

    numbers = ("passages", "days", "uses")
    table = new_table("article", "title", "owner", *numbers, "review", right=numbers)
    for one in wanted:
        age = "" if one.days is None else f"{one.days:,}"
        counts = (f"{one.passages:,}", age, f"{one.uses:,}")
        table.add_row(one.id, one.title, one.owner, *counts, "due" if one.is_stale else "")
    stdout_console().print(table)


@app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Id of an article.")],
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show the passages of an article as they are searched."""
    from whet.products.support.articles.sync import INDEX

    with open_workspace(workspace) as (_, store):
        kept = store.passages.get(INDEX, [article]).get(article)
        known = sorted(store.passages.changes(INDEX, {}).changed, key=lambda one: one.version)
    if kept is None:
        names = [one.document.id for one in known]
        hint = did_you_mean(article, names) if names else "Run `whet support articles sync` first."
        raise InputError(f"There is no article {article!r} in the index. {hint}")
    if as_json:
        plain = _plain(kept.document)
        print_json(plain | {"changed": kept.changed.isoformat()})
        return
    document = kept.document
    facts = (document.source, document.language, document.owner, document.url)
    typer.echo(document.title)
    typer.echo("  ".join(fact for fact in facts if fact))
    for number, passage in enumerate(document.passages, start=1):
        typer.echo(f"\n[{number}] {passage.heading}".rstrip())
        typer.echo(passage.text)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What a customer asks.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many passages.")] = 5,
    model: Model = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show which passages answer a question, and the sentences that would be quoted."""
    from whet.products.support.articles.quotes import quote

    with _opened(workspace, model) as opened:
        hits = opened.index.search(question, k=k)
        quoted = quote(question, hits, rarity=opened.index.rarity, embed=opened.embedder)
    if as_json:
        answer = None if quoted is None else asdict(quoted)
        print_json({"hits": [asdict(h) for h in hits], "answer": answer, "embedder": _name(opened)})
        return
    if quoted is None:
        typer.echo("No article holds anything about that.")
        return
    source = quoted.sources[0]
    typer.echo(source.quote)
    place = " › ".join(part for part in (source.title, source.heading) if part)
    typer.echo(f"— {place} ({source.document}), confidence {quoted.confidence:.2f}\n")
    _print_hits(opened, hits)


def _print_hits(opened: _Opened, hits: Any) -> None:
    """Print what was found as a table, with the ranks in both searches."""
    from whet.cli.tables import new_table

    numbers = ("words", "meaning", "similarity")
    table = new_table("article", "heading", *numbers, right=numbers)
    for hit in hits:
        ranks = ("" if rank is None else str(rank) for rank in (hit.word_rank, hit.meaning_rank))
        table.add_row(hit.document, hit.heading, *ranks, f"{hit.similarity:.2f}")
    stdout_console().print(table)
    if opened.embedder is None:
        typer.echo(_WORDS_ONLY)


def _print_questions(store: "Store", *, as_json: bool) -> None:
    """Print the questions that found no answer, the most frequent first."""
    from whet.cli.tables import new_table
    from whet.products.support.articles.sync import INDEX

    found = store.article_uses.questions(INDEX)
    if as_json:
        print_json({"questions": [_plain(question) for question in found]})
        return
    table = new_table("times", "last", "question", right=["times"])
    for one in found:
        table.add_row(f"{one.times:,}", f"{one.last.astimezone():%Y-%m-%d}", one.question)
    stdout_console().print(table)


@contextmanager
def _opened(folder: Path, model: str | None, *, must_exist: bool = True) -> Iterator[_Opened]:
    """Yield the workspace of a desk with its index, and with what embeds where there is one."""
    from whet.products.support.articles.embedder import find_embedder
    from whet.products.support.articles.sync import open_index

    with open_workspace(folder, must_exist=must_exist) as (workspace, store):
        embedder = find_embedder(store, model)
        yield _Opened(workspace, store, open_index(store, embedder), embedder)


def _name(opened: _Opened) -> str | None:
    """Return the name of the package that embeds; None without one."""
    return None if opened.embedder is None else opened.embedder.name


def _embedding_line(opened: _Opened) -> str:
    """Return how the articles can be found, in a sentence."""
    if opened.embedder is None:
        return _WORDS_ONLY
    return f"Found by their words, and by their meaning as {opened.embedder.name!r} embeds it."


def _plain(value: Any) -> dict[str, Any]:
    """Return a dataclass as JSON can hold it."""
    from whet.cli.tables import as_plain

    return as_plain(value)
