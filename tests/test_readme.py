"""README, guide and docs say what is there: commands, cards, links and the tree of folders."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest
import typer

from whet.cards.read import check_card
from whet.cli.main import app

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = [p for p in sorted((ROOT / "src").rglob("*")) if p.suffix in (".py", ".yaml", ".html")]
# `whet word` in backticks, at the start of an indented line, or after a comment sign.
COMMANDS: dict[str, object] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
NAMED_COMMAND = re.compile(r"(?:`|^    |^# )whet ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", READMES, ids=relative)
def test_the_set_up_is_two_commands(page: Path) -> None:
    indented = re.findall(r"^    (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert indented == ["make demo", "make test"]


def test_every_command_that_a_page_or_a_message_names_exists() -> None:
    known: dict[str, list[str]] = {
        name: list(getattr(command, "commands", {})) for name, command in COMMANDS.items()
    }
    unknown = [
        f"{relative(page)}: whet {name} {sub}".strip()
        for page in (*PAGES, *SOURCES)
        for name, sub in NAMED_COMMAND.findall(page.read_text(encoding="utf-8"))
        if name not in known or (sub and known[name] and sub not in known[name])
    ]
    assert unknown == []


@pytest.mark.parametrize("page", READMES, ids=relative)
def test_the_table_has_every_command(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"| `whet {name}" not in text] == []


@pytest.mark.parametrize("page", READMES, ids=relative)
def test_the_card_is_short_and_right(page: Path, tmp_path: Path) -> None:
    (card,) = blocks(page, "yaml")
    assert len(card.splitlines()) <= 10
    data = (ROOT / "examples" / "support" / "messages.csv").read_bytes()
    (tmp_path / "messages.csv").write_bytes(data)
    (tmp_path / "card.yaml").write_text(card, encoding="utf-8")
    assert check_card(tmp_path / "card.yaml") == []


def test_the_card_of_the_guide_is_right(tmp_path: Path) -> None:
    card, few = blocks(ROOT / "docs" / "guide.md", "yaml")
    (tmp_path / "tickets.csv").write_text("conversation_id,message,intent\n1,a,b\n")
    (tmp_path / "inbox-export.csv").write_text("message\na\n")
    for text in (card, f"{few}inputs: [{{column: message}}]\n"):
        (tmp_path / "card.yaml").write_text(f"name: inbox\n{text}", encoding="utf-8")
        assert check_card(tmp_path / "card.yaml") == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if not link.startswith("https://")]
    assert [link for link in files if not (page.parent / link).exists()] == []


def test_the_tree_is_what_is_on_the_disk() -> None:
    top, inner = _tree()
    assert sorted(top) == _on_disk(ROOT)
    assert sorted(inner) == sorted(
        f"{p.name}/"
        for p in (ROOT / "src" / "whet").iterdir()
        if p.is_dir() and p.name[0] not in "_."
    )


def test_the_tree_stands_in_the_order_of_imports() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rank = {f"{n}/": -i for i, layer in enumerate(layers) for n in layer.split(" | ")}
    _, inner = _tree()
    assert inner == sorted(inner, key=lambda name: rank[name])


def _tree() -> tuple[list[str], list[str]]:
    """Return the names at the top of the README's tree, and those under `src/whet/`."""
    (tree,) = blocks(READMES[0], "text")
    names = [(len(line) - len(line.lstrip()), line.split()[0]) for line in tree.splitlines()]
    top = [name for indent, name in names if indent == 0]
    return ["src/" if n == "src/whet/" else n for n in top], [n for i, n in names if i == 2]


def _on_disk(folder: Path) -> list[str]:
    """Return what a clone of the repository holds at its top, without hidden names but `.ci`."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    names = [f"{p.name}/" if p.is_dir() else p.name for p in folder.iterdir()]
    kept = [n for n in names if not any(fnmatch.fnmatch(n, pattern) for pattern in ignored)]
    return sorted(n for n in kept if n[0] != "." or n == ".ci/")
