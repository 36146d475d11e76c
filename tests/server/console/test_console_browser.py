"""Tests for the console in Chromium: by keyboard alone, live, accessible, and deaf to attacks."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright
from tests.server.console.conftest import ATTACK, PASSWORD, Console

from whet.server.run import listening_socket, make_server

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
PAGES = (
    "/inbox/waiting",
    "/inbox/all",
    "/intents",
    "/intents/show/refund",
    "/articles",
    "/articles/show/refund",
    "/articles/new",
    "/articles/edit/refund",
    "/articles/delete/refund",
    "/quality",
    "/review",
    "/tests",
    "/users",
    "/audit",
    "/keys",
    "/nothing",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def url(console: Console) -> Iterator[str]:
    """Serve the console on a port; yield its address."""
    server = make_server(console.app)
    with listening_socket("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/console"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that fails the test where the page has an error of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert problems == []


def _sign_in(page: Page, url: str, name: str) -> None:
    """Sign in by keyboard alone: the name has the focus when the page opens."""
    page.goto(f"{url}/sign-in")
    page.locator("input:focus").wait_for()  # the focus is given a moment after the page has loaded
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/waiting")


def _answered(console: Console, talk: str) -> list[str]:
    return [e.text for e in console.talks.events(talk) if e.who == "person"]


def test_by_keyboard_alone_a_conversation_is_taken_and_answered_with_one_key(
    console: Console, url: str, page: Page
) -> None:
    talk = console.waiting()
    _sign_in(page, url, "ana")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/talk/{talk}")
    page.keyboard.press("t")
    page.get_by_text("You have the conversation.").wait_for()
    page.get_by_role("button", name="Send 1", exact=True).wait_for()
    page.keyboard.press("1")
    page.get_by_text("Sent.", exact=True).wait_for()
    assert _answered(console, talk) == ["Refunds take five days. (Where is my refund?)"]
    page.keyboard.press("r")
    page.keyboard.type("Is there anything else? 1 e t")  # single keys do nothing while one types
    page.keyboard.press("Control+Enter")
    page.get_by_role("log").get_by_text("Is there anything else?").wait_for()
    page.keyboard.press("e")
    page.get_by_text("Resolved.", exact=True).wait_for()
    assert console.talks.get(talk).state == "resolved"


def test_a_suggestion_is_changed_before_it_is_sent(console: Console, url: str, page: Page) -> None:
    talk = console.waiting()
    console.talks.take(talk, agent="ana")
    _sign_in(page, url, "ana")
    page.goto(f"{url}/talk/{talk}")
    page.get_by_role("button", name="Change 2", exact=True).wait_for()
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("End")
    page.keyboard.type(" Sorry!")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Sent.", exact=True).wait_for()
    assert _answered(console, talk) == ["A refund takes five days. Sorry!"]
    sent = console.store.audit.page(what="send")
    assert sent[0].facts["suggested"] == "template:refund"


def test_new_messages_and_owners_come_without_a_reload_and_drafts_stay(
    console: Console, url: str, page: Page
) -> None:
    talk = console.waiting()
    console.talks.take(talk, agent="ana")
    _sign_in(page, url, "ana")
    page.goto(f"{url}/talk/{talk}")
    page.get_by_label("Answer", exact=True).fill("half a sent")
    console.talks.customer_says(talk, client_id="c2", text="Are you there?")
    page.get_by_role("log").get_by_text("Are you there?").wait_for(timeout=10_000)
    assert page.get_by_label("Answer", exact=True).input_value() == "half a sent"
    assert page.locator('input[name="seen"][form="answer"]').get_attribute("value") == str(
        console.talks.get(talk).last_seq
    )


def test_single_keys_can_be_switched_off(console: Console, url: str, page: Page) -> None:
    talk = console.waiting()
    _sign_in(page, url, "ana")
    page.goto(f"{url}/keys")
    page.get_by_role("button", name="Switch single keys off").click()
    page.goto(f"{url}/talk/{talk}")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert console.talks.get(talk).owner is None


def test_without_scripts_everything_can_be_done(
    console: Console, url: str, browser: Browser
) -> None:
    talk = console.waiting()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator(f'a[href$="{talk}"]').click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("link", name="Show suggested answers").click()
    page.get_by_role("button", name="Send 1").click()
    page.get_by_role("button", name="Resolve").click()
    assert console.talks.get(talk).state == "resolved"
    assert len(_answered(console, talk)) == 1
    context.close()


def test_what_others_wrote_never_runs(console: Console, url: str, page: Page) -> None:
    talk = console.waiting(ATTACK, customer=ATTACK[:150])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _sign_in(page, url, "ed")
    for path in (
        "/inbox/waiting",
        f"/talk/{talk}",
        f"/talk/{talk}?suggest=1",
        "/articles",
        "/articles/show/hostile",
        "/articles/edit/hostile",
        "/review",
    ):
        page.goto(f"{url}{path}")
        page.wait_for_timeout(150)
        assert page.evaluate("window.hacked") is None, path
    assert all(one.startswith(url) for one in asked)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(
    console: Console, url: str, page: Page, language: str, scheme: str
) -> None:
    console.history()
    console.waiting("等了三天了，我的退款到底什么时候能到账？" * 3, "Kim")
    mine = console.waiting()
    console.talks.take(mine, agent="ada")
    console.talks.note(mine, agent="ada", client_id="n", text="VIP")
    console.store.article_uses.unanswered("articles", "Do you ship to the moon?")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    page.goto(f"{url}/language/{language}?to=/console/sign-in")
    found["sign-in"] = Axe().run(page)
    _sign_in(page, url, "ada")
    for path in (*PAGES, f"/talk/{mine}?suggest=1"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{url}{path}")
        found[path] = Axe().run(page)
        _kept(page, f"{language}-{scheme}-wide", path)
        page.set_viewport_size({"width": 400, "height": 800})
        width = page.evaluate("document.documentElement.scrollWidth")
        _kept(page, f"{language}-{scheme}-narrow", path)
        assert width <= 400, f"{path} is {width} pixels wide"
    told = {path: one.generate_report() for path, one in found.items() if one.violations_count}
    assert told == {}


def _kept(page: Page, name: str, path: str) -> None:
    """Keep a screenshot where somebody wants to look at them."""
    folder = os.environ.get("WHET_SCREENSHOTS")
    if folder:
        plain = path.strip("/").replace("/", "-").split("?")[0][:30]
        page.screenshot(path=f"{folder}/{name}-{plain}.png", full_page=True)
