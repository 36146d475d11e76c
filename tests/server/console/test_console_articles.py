"""Tests for the articles of the console: read safely, written whole, deleted with every trace."""

from tests.server.console.conftest import Console


def _digest(shown: str) -> str:
    return shown.split('name="digest" value="')[1].split('"')[0]


def test_the_list_says_who_owns_what_and_what_is_due(console: Console) -> None:
    console.store.article_uses.used("articles", ["refund"])
    console.store.article_uses.unanswered("articles", "Do you ship <b>to</b> the moon?")
    ana = console.as_user("ana")
    shown = ana.get("/console/articles").text
    assert "Ana" in shown and "21 days ago" in shown and "never reviewed" in shown
    assert "Do you ship &lt;b&gt;to&lt;/b&gt; the moon?" in shown
    assert (
        "New article" not in shown
        and "New article" in console.as_user("ed").get("/console/articles").text
    )
    assert "refund.md" not in ana.get("/console/articles?show=unused").text
    settle = {"question": "Do you ship <b>to</b> the moon?"}
    assert console.as_user("ed").post("/console/questions/settle", data=settle).status_code == 303
    assert "moon" not in ana.get("/console/articles").text


def test_a_hostile_article_is_harmless(console: Console) -> None:
    for address in ("/console/articles", "/console/articles/show/hostile"):
        shown = console.as_user("ana").get(address).text
        for part in ("<script>window", "<img", "onerror='", 'href="javascript'):
            assert part not in shown, (address, part)
    edit = console.as_user("ed").get("/console/articles/edit/hostile").text
    assert "&lt;script&gt;window" in edit and "<script>window" not in edit


def test_an_article_is_changed_and_found_at_once(console: Console) -> None:
    ed = console.as_user("ed")
    digest = _digest(ed.get("/console/articles/edit/refund").text)
    form = {"digest": digest, "text": "# Refunds\r\n\r\nRefunds take nine days.\r\n"}
    assert ed.post("/console/articles/edit/refund", data=form).status_code == 303
    file = console.desk.articles / "refund.md"
    assert file.read_text("utf-8") == "# Refunds\n\nRefunds take nine days.\n"
    assert console.desk.index is not None
    assert "nine days" in console.desk.index.search("refunds")[0].text
    assert "nine days" in ed.get("/console/articles/show/refund").text
    late = ed.post("/console/articles/edit/refund", data=form | {"text": "# Mine\n\nMine.\n"})
    assert late.status_code == 400
    assert "somebody has changed it since" in late.text and "# Mine" in late.text
    assert "Mine" not in file.read_text("utf-8")


def test_what_is_no_article_is_not_written(console: Console) -> None:
    ed = console.as_user("ed")
    before = (console.desk.articles / "refund.md").read_bytes()
    digest = _digest(ed.get("/console/articles/edit/refund").text)
    form = {"digest": digest, "text": "---\nownr: Ana\n---\n# Refunds\n\nText.\n"}
    refused = ed.post("/console/articles/edit/refund", data=form)
    assert refused.status_code == 400
    assert "Did you mean &#39;owner&#39;?" in refused.text
    assert (console.desk.articles / "refund.md").read_bytes() == before


def test_new_articles_are_typed_or_uploaded(console: Console) -> None:
    ed = console.as_user("ed")
    typed = {"name": "delivery", "text": "# Delivery\n\nOn Monday.\n"}
    assert ed.post("/console/articles/new", data=typed).status_code == 303
    assert ed.post("/console/articles/new", data=typed).status_code == 400
    upload = {"file": ("zahlung.html", b"<h1>Pay</h1><p>By card.</p>", "text/html")}
    assert ed.post("/console/articles/new", files=upload).status_code == 303
    assert "By card." in ed.get("/console/articles/show/zahlung").text
    for name in ("../evil.md", "a/b.md", ".hidden.md", "x.exe", ""):
        refused = ed.post("/console/articles/new", data={"name": name, "text": "# T\n\nText.\n"})
        assert refused.status_code == 400, name
    names = sorted(p.name for p in console.desk.articles.iterdir())
    assert names == ["delivery.md", "hostile.md", "refund.md", "zahlung.html"]
    assert not (console.desk.folder / "evil.md").exists()


def test_deleting_asks_and_then_leaves_no_trace(console: Console) -> None:
    ed = console.as_user("ed")
    console.store.article_uses.used("articles", ["refund"])
    assert "cannot be taken back" in ed.get("/console/articles/delete/refund").text
    assert ed.post("/console/articles/delete/refund").status_code == 200  # asks again
    assert (console.desk.articles / "refund.md").exists()
    gone = ed.post("/console/articles/delete/refund", data={"sure": "refund"})
    assert gone.status_code == 303
    assert not (console.desk.articles / "refund.md").exists()
    assert console.desk.index is not None
    assert all(hit.document != "refund" for hit in console.desk.index.search("refunds five days"))
    assert all(use.document != "refund" for use in console.store.article_uses.all("articles"))
    assert ed.get("/console/articles/show/refund").status_code == 400


def test_the_folder_is_read_anew(console: Console) -> None:
    (console.desk.articles / "late.md").write_text("# Late\n\nBut here.\n", "utf-8")
    (console.desk.articles / "broken.md").write_bytes(b"# B\n\n\xff\n")
    told = console.as_user("ed").post("/console/articles/sync")
    assert "1 added, 0 changed, 0 removed, 2 unchanged." in told.text
    assert "broken.md: text must be UTF-8" in told.text
