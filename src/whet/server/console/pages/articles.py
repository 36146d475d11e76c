"""Which articles are there, who owns them, and what do they not answer? Lists and forms."""

from markupsafe import Markup
from starlette.responses import Response

from whet.core.errors import InputError
from whet.products.support.articles.health import ArticleHealth, health_of
from whet.products.support.articles.sync import INDEX
from whet.server.console import library
from whet.server.console.ask import Ask, Facts, go
from whet.server.console.rendering import page
from whet.server.console.wording.find import words

FILTERS = ("all", "stale", "unused")
_NEW = "# Title\n\nText.\n"


def articles(ask: Ask) -> Response:
    """List the articles, and the questions that none of them answers."""
    return _list(ask)


def article(ask: Ask) -> Response:
    """Show an article as a reader sees it."""
    kept = library.found_article(ask.desk, ask.part("article"))
    is_text = library.is_edited_here(kept)
    html = ""
    if is_text:
        # Sanitised by nh3; the content policy forbids scripts all the same.
        html = Markup(library.rendered(library.read_source(ask.desk, kept).text))
    health = _health(ask)[kept.document.id]
    return page(
        ask, "article.html", active="articles", kept=kept, is_text=is_text, html=html, one=health
    )


def edit(ask: Ask) -> Response:
    """Show an article's Markdown, to be changed."""
    kept = library.found_article(ask.desk, ask.part("article"))
    source = library.read_source(ask.desk, kept)
    facts: Facts = {
        "kept": kept,
        "text": source.text,
        "digest": source.digest,
        "problem": "",
    }
    return page(ask, "article_edit.html", active="articles", **facts)


def save(ask: Ask) -> Response:
    """Keep a changed article; where it is none, what was typed stays in the page."""
    kept = library.found_article(ask.desk, ask.part("article"))
    text, digest = ask.sent("text"), ask.sent("digest")
    try:
        saved = library.save_text(ask.desk, kept, text, digest=digest)
    except InputError as error:
        facts: Facts = {
            "kept": kept,
            "text": text,
            "digest": digest,
            "problem": str(error),
        }
        return page(ask, "article_edit.html", status=400, active="articles", **facts)
    ask.done("article.save", saved.id)
    return go(f"/articles/show/{saved.id}", "article_saved")


def new(ask: Ask) -> Response:
    """Show the form of a new article."""
    facts: Facts = {"name": "", "text": _NEW, "problem": ""}
    return page(ask, "article_new.html", active="articles", **facts)


def add(ask: Ask) -> Response:
    """Keep a new article, typed or uploaded."""
    file = ask.uploads.get("file")
    name, text = ask.sent("name").strip(), ask.sent("text")
    try:
        if file is not None and file.name:
            added = library.add_file(ask.desk, file.name, file.data)
        else:
            added = library.add_file(ask.desk, name, text.replace("\r\n", "\n").encode())
    except InputError as error:
        facts: Facts = {"name": name, "text": text, "problem": str(error)}
        return page(ask, "article_new.html", status=400, active="articles", **facts)
    ask.done("article.add", added.id)
    return go(f"/articles/show/{added.id}", "article_saved")


def confirm(ask: Ask) -> Response:
    """Ask whether an article is to be deleted."""
    kept = library.found_article(ask.desk, ask.part("article"))
    return page(ask, "article_delete.html", active="articles", kept=kept)


def delete(ask: Ask) -> Response:
    """Delete an article and every trace of it; the form says its id once more."""
    kept = library.found_article(ask.desk, ask.part("article"))
    if ask.sent("sure") != kept.document.id:
        return confirm(ask)
    library.delete(ask.desk, kept)
    ask.done("article.delete", kept.document.id)
    return go("/articles", "article_deleted")


def sync(ask: Ask) -> Response:
    """Read the folder anew."""
    done = library.sync(ask.desk)
    counts = {"added": len(done.added), "changed": len(done.changed)}
    counts |= {"removed": len(done.removed), "unchanged": done.unchanged}
    ask.done("article.sync", "", **counts)
    problems = [f"{problem.file}: {problem.sentence}" for problem in done.problems]
    return _list(ask, told=words(ask.language, "articles.synced", **counts), problems=problems)


def settle(ask: Ask) -> Response:
    """Forget a question: it has an answer now, or needs none."""
    ask.store.article_uses.settle(INDEX, ask.sent("question"))
    ask.done("question.settle", "", question=ask.sent("question")[:120])
    return go("/articles", "settled")


def _list(ask: Ask, *, told: str = "", problems: list[str] | None = None) -> Response:
    """Return the list of articles."""
    wanted = ask.query("show", "all")
    known = list(_health(ask).values())
    shown = {
        "stale": [one for one in known if one.is_stale],
        "unused": [one for one in known if not one.uses],
    }
    return page(
        ask,
        "articles.html",
        active="articles",
        wanted=wanted if wanted in FILTERS else "all",
        filters=FILTERS,
        counts={"all": len(known)} | {name: len(some) for name, some in shown.items()},
        articles=shown.get(wanted, known),
        questions=ask.store.article_uses.questions(INDEX),
        told=told,
        problems=problems or [],
    )


def _health(ask: Ask) -> dict[str, ArticleHealth]:
    """Return what is known of each article by id."""
    known = list(library.known_articles(ask.desk).values())
    uses = ask.store.article_uses.all(INDEX)
    found = health_of(known, uses, now=ask.store.database.clock())
    return {one.id: one for one in sorted(found, key=lambda one: one.title.lower())}
