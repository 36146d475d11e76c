"""A desk's files: every mistake at once, each with its file and line; five lines are a desk."""

from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.products.support.desk.read import (
    check_desk,
    desk_schema,
    read_desk,
    templates_schema,
)

BROKEN = """\
name: Lark
greeting: {en: Hi, fr: x}
langauges: [en]
slots:
  order: {kind: pattern, pattern: "([A-Z]+)+"}
  size: {kind: choice, choices: [{value: a}]}
  day: {kind: date, pattern: x}
  Bad-name: {kind: txt}
  code: {kind: pattern}
lookups:
  orders:
    url: "https://shop.example/o/{ordr}"
    fields: {state: "$..x"}
    headers: {Authorization: "Bearer abc"}
    body: {a: b}
  away: {url: "https://{order}.example/"}
  order: {url: "ftp://x"}
hours: {zone: Europe/Berlni, mon: [09:00-18:00, 12:00-13:00], tue: [9-5]}
decision: {wrong_answers: 5}
queues: [{name: a}, {name: a}]
articles: none
endpoint: {base_url: llm, model: m, key: "sk-123"}
away: " "
"""

SENTENCES = """\
2: greeting.fr: is no field. Valid names: en, zh.
3: langauges: is no field. Did you mean 'languages'?
5: slots.order.pattern: must not repeat what repeats itself, such as (a+)+: a long message would \
hold up the desk; found '([A-Z]+)+'
6: slots.size.choices: must hold at least two choices for kind 'choice'; found 1
7: slots.day.pattern: is for kind 'pattern' only; the kind is 'date'
8: slots.Bad-name.kind: must be one of 'text', 'number', 'date', 'email', 'phone', 'pattern', \
'choice'; found 'txt'. Did you mean 'text'?
8: slots.Bad-name: must be a name of at most 40 lower-case letters, digits and `_`, a letter \
first; found 'Bad-name'
9: slots.code.pattern: must be given for kind 'pattern': a regular expression such as \
'[A-Z]{2}[0-9]{6}'
12: lookups.orders.url: {ordr} is no slot of the desk. Did you mean 'order'?
13: lookups.orders.fields.state: must be a path such as `$.delivery.state`; found '$..x'
14: lookups.orders.headers.Authorization: must name a variable of the environment, such as \
ORDERS_TOKEN, so that no secret stands in the file; found 'Bearer abc'
15: lookups.orders.body: is sent by `method: POST` only; the method is GET
16: lookups.away.url: must name its host itself, without slots, user or password; found \
'https://{order}.example/'. Put slots into the path, and secrets into `headers`.
17: lookups.order: 'order' is the name of a slot too. Give one of them another name.
17: lookups.order.url: must be an address that starts with https:// or http://; found 'ftp://x'
18: hours.zone: 'Europe/Berlni' is no time zone. Did you mean 'Europe/Berlin'?
18: hours.mon[1]: must begin after the hours before it end; found '12:00-13:00'
18: hours.tue[0]: must be hours such as 09:00-18:00, the later one last; found '9-5'
19: decision.wrong_answers: must be a number above 0 and below 1; found 5
20: queues[1].name: 'a' is the name of another queue (line 20)
21: articles: there is no folder 'none' beside the desk
22: endpoint.base_url: must be an address that starts with https:// or http://; found 'llm'
22: endpoint.key: must name a variable of the environment, such as OPENAI_API_KEY, so that no \
secret stands in the file
23: away: must hold a text that is not blank under `en` or `zh`; found none
"""


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, intents: list[str] | None = None) -> list[str]:
    found = check_desk(folder, intents=lambda name: intents)
    return [str(one).removeprefix(f"{folder}/") for one in found]


def test_a_desk_of_five_lines_has_everything(tmp_path: Path) -> None:
    text = "name: Lark\ngreeting: Hi!\nlanguages: [en]\ncurrency: USD\nperson_minute: 0.8\n"
    files = read_desk(written(tmp_path, desk=text))
    assert problems(tmp_path) == []
    assert files.desk.greeting.said("zh") == "Hi!"
    assert files.desk.decision.wrong_answers == 0.05
    assert (files.templates, files.model, files.folder) == ({}, None, tmp_path)
    assert read_desk(tmp_path / "desk.yaml") == files


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    found = problems(written(tmp_path, desk=BROKEN))
    assert sorted(found) == sorted(f"desk.yaml:{line}" for line in SENTENCES.splitlines())
    with pytest.raises(InputError) as error:
        read_desk(tmp_path)
    assert len(str(error.value).splitlines()) == len(found)


def test_templates_are_told_beside_a_broken_desk(tmp_path: Path) -> None:
    desk = """\
naem: Lark
slots: {order: {kind: number}}
lookups: {orders: {url: "https://x.example/{order}", fields: {state: state}}}
"""
    templates = """\
refund: {en: "Hi {ordr} {orders.stat} {x.y} {", title: {fr: a}}
refunds: {slots: [nam], en: 3}
order: "Your order {order} is {orders.state}"
"""
    written(tmp_path, desk=desk, templates=templates, card="name: bank\n")
    assert problems(tmp_path, ["refund", "order"]) == [
        "desk.yaml:1: naem: is no field. Did you mean 'name'?",
        "templates.yaml:1: refund.title.fr: is no field. Valid names: en, zh.",
        "templates.yaml:1: refund.en: must have a } for every {, and a { for every }",
        "templates.yaml:1: refund.en: {ordr} is no slot of the desk. Did you mean 'order'?",
        "templates.yaml:1: refund.en: {orders.stat}: 'stat' is no field of lookup 'orders'. "
        "Did you mean 'state'?",
        "templates.yaml:1: refund.en: {x.y}: 'x' is no lookup of the desk. Valid names: orders.",
        "templates.yaml:2: refunds.en: must be a text; found 3. Put it in quotes.",
        "templates.yaml:2: refunds.slots[0]: 'nam' is no slot of the desk. Valid names: order.",
        "templates.yaml:2: refunds: 'refunds' is no intent that the model knows. "
        "Did you mean 'refund'?",
    ]


def test_the_model_is_that_of_the_card_beside(tmp_path: Path) -> None:
    written(tmp_path, desk="name: x\n", card="name: bank-intents\n")
    assert read_desk(tmp_path).model == "bank-intents"
    written(tmp_path, desk="card: other\n")
    assert read_desk(tmp_path).model == "other"
    written(tmp_path, desk="name: x\ncard: bank-intent\n")
    assert problems(tmp_path) == [
        "desk.yaml:2: card: 'bank-intent' is no model of this workspace. "
        "Did you mean 'bank-intents'?"
    ]


def test_templates_may_be_one_text_or_one_a_language(tmp_path: Path) -> None:
    templates = "a: 退款需要五天。\nb: It takes days.\nc: {en: Yes., zh: 是。}\n"
    found = read_desk(written(tmp_path, desk="name: x\n", templates=templates)).templates
    assert [found[name].said("zh") for name in "abc"] == [
        "退款需要五天。",
        "It takes days.",
        "是。",
    ]
    assert [found[name].said("en") for name in "abc"] == [
        "退款需要五天。",
        "It takes days.",
        "Yes.",
    ]


def test_the_templates_of_the_example_are_read() -> None:
    from whet.core.yaml.read import examine
    from whet.products.support.desk.read import TEMPLATES

    path = Path(__file__).parents[4] / "examples" / "support" / "templates.yaml"
    document, found = examine(path, TEMPLATES, lambda *_: ())
    assert (len(document.values), found) == (25, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "desk.yaml: the desk is empty. `name: My desk` is a desk already."),
        ("- a\n", "desk.yaml:1: a desk must be a mapping of fields such as `name:` and "
         "`greeting:`; found a list"),
        ("name: *x\n", "desk.yaml:1: *x is an alias. Write the value out, or put it in quotes."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_desk(text: str, sentence: str, tmp_path: Path) -> None:
    assert problems(written(tmp_path, desk=text)) == [sentence]


def test_a_missing_desk_says_what_to_do(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        "desk.yaml: there is no such file. `whet support schema` says what a desk may hold."
    ]


def test_every_field_is_described() -> None:
    for schema in (desk_schema(), templates_schema()):
        for part in schema["$defs"].values():
            fields = part.get("properties") or {}
            assert [name for name, field in fields.items() if not field.get("description")] == []
    assert all(field["description"] for field in desk_schema()["properties"].values())
