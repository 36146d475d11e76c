"""`whet demo`: the whole job on the example, with a real server at its end."""

import csv
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from tests.cli.conftest import Whet

from whet.cli import example
from whet.cli.asking import ask, reply, serving
from whet.cli.example import QUESTIONS, TALKS
from whet.core.workspace import Workspace
from whet.products.support.desk.read import read_desk
from whet.store.store import open_store

EXAMPLE = Path(__file__).parents[2] / "examples" / "support"


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """Take back how the demo sets up the log of this process."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the demo work on the example with one rung instead of three."""
    folder = tmp_path / "example"
    monkeypatch.setattr(example, "EXAMPLE", example.example_card(folder).parent)
    card = folder / "card.yaml"
    text = card.read_text(encoding="utf-8").replace("candidates: auto", "candidates: [linear]")
    card.write_text(text.replace("macro_f1: 0.75", "macro_f1: 0.4"), encoding="utf-8")
    return folder


def test_the_demo_audits_builds_serves_and_asks(whet: Whet, quick: Path, tmp_path: Path) -> None:
    ran = whet("demo", "--dir", tmp_path / "copy")
    assert ran.code == 0, ran.err
    steps = ["The example: ", "Audit: ", " candidate ", "Winner: linear.", "Serving at http://"]
    said = [*QUESTIONS, *(text for talk in TALKS for text in talk)]
    places = [ran.out.index(step) for step in [*steps, *(f"> {text}" for text in said)]]
    assert places == sorted(places)
    assert "Larkspur help knows 25 intents, 25 of them with a template, and 40 articles" in ran.out
    assert ran.out.count("  [") == sum(map(len, TALKS))  # every reply with its reason
    report, desk = ran.out.splitlines()[-2:]
    assert report.startswith("Report: ")
    assert desk.endswith(f": whet support serve --desk {tmp_path / 'copy' / 'desk.yaml'}")
    assert "{" not in ran.out, "a slot that nothing has filled is no answer"
    assert (tmp_path / "copy" / ".whet" / "whet.db").is_file()
    assert not (quick / ".whet").exists()


def test_the_server_of_the_demo_answers_and_is_gone_afterwards(
    linear_package: Path, tmp_path: Path
) -> None:
    with (
        open_store(Workspace(tmp_path).database_url) as store,
        serving(store, linear_package) as url,
    ):
        answers = ask(url, "support", ["my card", "我要退款"])
    assert [answer["label"] for answer in answers] == ["card", "refund"]
    with pytest.raises(OSError, match="refused"):
        _connect(url)


def test_the_demo_ends_with_a_desk_to_chat_with(linear_package: Path, tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text("name: Lark shop\n", encoding="utf-8")
    with (
        open_store(Workspace(tmp_path).database_url) as store,
        serving(store, linear_package, tmp_path / "desk.yaml") as url,
    ):
        page = httpx.get(f"{url}/chat")
        assert (page.status_code, "widget.js" in page.text) == (200, True)
        assert httpx.get(f"{url}/console", follow_redirects=True).is_success
        body = {"sender": "ann", "message": "talk to a person"}
        said = httpx.post(f"{url}/webhooks/rest/webhook", json=body).json()
        assert said and said[0]["recipient_id"] == "ann"
        (answer,) = ask(url, "support", ["my card"])
        assert answer["label"] == "card"


def test_ctrl_c_ends_the_wait_also_with_polars() -> None:
    program = (
        "import os, polars, signal, threading; from whet.cli.asking import wait_for_interrupt; "
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start(); "
        "wait_for_interrupt(); print('done')"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"done\n", b"")


def test_a_customer_is_answered_in_his_language() -> None:
    templates = read_desk(EXAMPLE / "desk.yaml").templates
    answer = {"label": "reset_password", "abstained": False}
    assert reply(answer, "I lost my password", templates).startswith('Choose "Forgot password"')
    assert reply(answer, "密码忘了", templates).startswith("请在登录页")
    invoice = {"label": "invoice_copy", "abstained": False}
    assert reply(invoice, "my invoice", templates).startswith("Invoice … of … over …")
    unsure = {"label": "reset_password", "abstained": True}
    assert reply(unsure, "hm", templates) == "abstains: this message goes to a person"


def test_every_label_of_the_example_has_an_answer() -> None:
    with (EXAMPLE / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    templates = read_desk(EXAMPLE / "desk.yaml").templates
    assert {row["intent"] for row in rows} == set(templates)
    said = {*QUESTIONS, *(text for talk in TALKS for text in talk)}
    assert not {row["message"] for row in rows} & said


def test_without_the_source_tree_the_demo_says_where_it_is(
    whet: Whet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "EXAMPLE", Path("nothing"))
    ran = whet("demo")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "whet: The demo needs the example data, which only the source tree has. "
        "Clone the repository and run `make demo` in it.\n"
    )


def _connect(url: str) -> None:
    """Open a connection to a server and close it."""
    host, port = url.removeprefix("http://").split(":")
    socket.create_connection((host, int(port))).close()
