"""The widget in a real browser: by keyboard, read by axe, offline and back, never HTML."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.support.conftest import NAME, Serve, Served

from whet.store.conversation_lists import Wanted

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("WHET_SHOTS")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Yield Chromium."""
    if shutil.which("chromium") is None:
        pytest.skip("needs Chromium: `chromium` is not on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Visit:
    """One page of one customer, and what it asked for."""

    def __init__(self, browser: Any, url: str, **more: Any) -> None:
        self.context = browser.new_context(**({"locale": "en-GB"} | more))
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{url}/chat")
        self.log = self.page.get_by_role("log")

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def say(self, text: str) -> None:
        """Type a message where the focus is, and send it."""
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def wait_for(self, text: str) -> None:
        """Wait until the log holds a text."""
        self.log.get_by_text(text).last.wait_for(timeout=10_000)

    def shoot(self, name: str) -> None:
        """Keep a picture, where somebody wants to look."""
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    visits: list[Visit] = []

    def make(url: str, **more: Any) -> Visit:
        visits.append(Visit(chromium, url, **more))
        return visits[-1]

    yield make
    for one in visits:
        one.context.close()


def focused(page: Any) -> str:
    """Return the name of what has the focus."""
    script = """() => {
        const at = document.activeElement.shadowRoot?.activeElement;
        return at ? (at.getAttribute("aria-label") || at.textContent) : "";
    }"""
    found: str = page.evaluate(script)
    return found


def tab_to(page: Any, name: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(30):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_a_whole_conversation_by_keyboard_alone(visit: Any, served: Served) -> None:
    one = visit(served.url)
    page = one.page
    page.get_by_role("dialog").wait_for()
    one.wait_for("Hello! How can I help?")
    assert focused(page) == "Your message"
    one.say("When are refunds paid?")
    one.wait_for("within five working days")
    tab_to(page, "Talk to a person")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Your message"
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "This helped":
            break
    assert focused(page) == "This helped"
    page.keyboard.press("Enter")
    one.wait_for("Thank you for telling us.")
    one.shoot("en-wide")
    page.keyboard.press("Escape")
    assert focused(page) == "Chat with us"
    page.keyboard.press("Enter")
    assert focused(page) == "Your message"
    tab_to(page, "Talk to a person")
    page.keyboard.press("Enter")
    one.wait_for("A colleague will answer you here as soon as possible.")
    one.shoot("en-waiting")
    assert {url.split("/")[2] for url in one.asked} == {served.url.split("/")[2]}
    assert one.complaints == []


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_person_can_always_be_asked_for(visit: Any, served: Served, locale: str) -> None:
    is_chinese = locale == "zh-CN"
    words = ("转人工客服", "返回智能助手", "正在为您排队", "人工客服已在为您服务")
    if not is_chinese:
        words = ("Talk to a person", "Back to the assistant", "You are waiting", "has this")
    person, back, waiting, has = words
    one = visit(served.url, locale=locale)
    page, status = one.page, one.page.get_by_role("status")
    page.get_by_role("dialog").wait_for()
    one.say("hello")
    one.log.get_by_text("hello", exact=True).wait_for()
    assert page.get_by_role("button", name=back).count() == 0
    for _ in range(2):  # asked for again while one waits, it says so again and changes nothing
        tab_to(page, person)
        page.keyboard.press("Enter")
        status.get_by_text(waiting).wait_for()
    tab_to(page, back)
    talks = served.desk.conversations
    row = talks.lists.page(Wanted(states=["waiting"])).lines[0].conversation
    talks.take(row.id, agent="mia")
    page.get_by_role("button", name=back).wait_for(state="hidden")
    assert focused(page) == ("请输入消息" if is_chinese else "Your message")
    tab_to(page, person)
    page.keyboard.press("Enter")
    status.get_by_text(has).wait_for()
    assert talks.get(row.id).owner == "mia"
    one.shoot(f"{locale}-person")


def left_below(page: Any) -> float:
    """Return the pixels of the log that lie below what is seen of it."""
    below = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    found: float = page.get_by_role("log").evaluate(below)
    return found


def test_what_is_new_comes_into_view_but_not_while_one_reads_above(
    visit: Any, served: Served
) -> None:
    one = visit(served.url, viewport={"width": 240, "height": 420})
    one.wait_for("Hello! How can I help?")
    for count in (1, 2):
        one.say("When are refunds paid?")
        one.page.get_by_text("within five working days").nth(count - 1).wait_for()
        one.page.wait_for_timeout(200)
        assert left_below(one.page) < 2
    log = one.page.get_by_role("log")
    log.evaluate("log => { log.scrollTop = 0; }")
    one.page.wait_for_timeout(200)
    talks = served.desk.conversations
    talks.ask_for_person(talks.lists.page(Wanted(states=["bot"])).lines[0].conversation.id)
    one.page.get_by_text("A colleague will answer you here").wait_for(state="attached")
    one.page.wait_for_timeout(200)
    assert log.evaluate("log => log.scrollTop") == 0


def test_a_closed_widget_begins_with_its_button(visit: Any, served: Served) -> None:
    one = visit(served.url)
    one.page.get_by_role("dialog").wait_for()
    one.page.keyboard.press("Escape")
    one.page.get_by_role("dialog").wait_for(state="hidden")
    one.shoot("en-closed")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing(
    visit: Any, served: Served, locale: str, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    size = {"width": width, "height": 740}
    one = visit(served.url, locale=locale, color_scheme=scheme, viewport=size)
    one.page.get_by_role("dialog").wait_for()
    is_chinese = locale == "zh-CN"
    one.page.get_by_label("请输入消息" if is_chinese else "Your message").wait_for()
    one.say("退款会在几个工作日内退回银行卡？" if is_chinese else "When are refunds paid?")
    one.wait_for("五个工作日内" if is_chinese else "within five working days")
    one.say("转人工" if is_chinese else "I want a human agent")
    one.wait_for("我们的同事会尽快" if is_chinese else "A colleague will answer you")
    one.shoot(f"{locale}-{scheme}-{width}")
    found = axe.Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()
    one.page.get_by_role("button", name="更多" if is_chinese else "More").click()
    assert axe.Axe().run(one.page).violations_count == 0
    one.shoot(f"{locale}-{scheme}-{width}-menu")


def test_html_is_shown_and_never_run(visit: Any, served: Served) -> None:
    one = visit(served.url)
    one.page.get_by_role("dialog").wait_for()
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    one.say(evil)
    one.wait_for(evil)
    row = served.desk.conversations.lists.page(_all()).lines[0].conversation
    talks = served.desk.conversations
    taken = talks.take(row.id, agent="mia")
    talks.person_says(row.id, agent="mia", fence=taken.fence, client_id="1", text=f"{evil} too")
    one.wait_for(f"{evil} too")
    assert one.page.title() == "Chat"
    assert (
        one.page.evaluate(
            "() => [...document.querySelectorAll('div')].flatMap(d => d.shadowRoot ? "
            "[...d.shadowRoot.querySelectorAll('img, script, iframe')] : []).length"
        )
        == 0
    )


def _all() -> Any:
    from whet.store.conversation_lists import Wanted

    return Wanted()


def test_a_conversation_is_resumed_and_unsent_messages_are_sent(visit: Any, served: Served) -> None:
    one = visit(served.url)
    one.page.get_by_role("dialog").wait_for()
    one.say("When are refunds paid?")
    one.wait_for("within five working days")
    one.context.set_offline(True)
    one.say("Can I return a parcel within thirty days?")
    one.page.get_by_text("No connection. Your message is kept and will be sent.").wait_for()
    one.context.set_offline(False)
    one.wait_for("within thirty days of delivery")
    one.page.reload()
    one.wait_for("within five working days")
    one.wait_for("within thirty days of delivery")
    assert one.log.get_by_text("When are refunds paid?").count() == 1
    assert one.log.get_by_text("Can I return a parcel within thirty days?").count() == 1


def test_a_transcript_is_downloaded(visit: Any, served: Served) -> None:
    one = visit(served.url)
    one.page.get_by_role("dialog").wait_for()
    one.say("When are refunds paid?")
    one.wait_for("within five working days")
    one.page.get_by_role("button", name="More").click()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download the conversation").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith(NAME)
    assert "You: When are refunds paid?" in text
    assert "Assistant: Refunds are paid within five working days" in text


def test_links_open_apart_and_bad_ones_are_none(visit: Any, served: Served) -> None:
    one = visit(served.url)
    one.page.get_by_role("dialog").wait_for()
    one.say("When are refunds paid?")
    link = one.log.get_by_role("link")
    link.wait_for()
    assert link.get_attribute("href") == "https://example.com/refunds"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert link.get_attribute("target") == "_blank"
    one.say("Can I return a parcel within thirty days?")
    one.wait_for("within thirty days of delivery")
    assert one.log.get_by_role("link").count() == 1


def test_a_page_of_another_site_that_is_not_listed_gets_no_widget(
    visit: Any, serve: Serve, served: Served
) -> None:
    one = visit(served.url)
    with serve() as other:
        page = one.context.new_page()
        page.route(
            "**/shop",
            lambda route: route.fulfill(
                content_type="text/html",
                body=f"<html lang=en><body><script src='{other.url}/widget.js' async></script>",
            ),
        )
        page.goto(f"{served.url}/shop")
        page.wait_for_timeout(1500)
        assert page.get_by_role("log").count() == 0
        assert other.desk.conversations.lists.page(_all()).lines == []
