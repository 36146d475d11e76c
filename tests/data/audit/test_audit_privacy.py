"""Personal data in the rows of a data set; its examples show none of it."""

from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.data.audit.finding import Example, Finding
from whet.data.audit.privacy import personal_data


def test_every_part_is_searched_and_examples_are_masked() -> None:
    train = make_frame([("mail a@b.org or c@d.org", "x"), ("nothing here", "x")])
    test = make_frame([("打我电话 13800138000", "x")], "test.csv")
    out = make_frame([("4111 1111 1111 1111", "")], "out.csv")
    assert personal_data(make_card(), make_dataset(train, test, out_of_scope=out)) == [
        Finding(
            "pii",
            "warn",
            3,
            "Texts with personal data: 3 (1 card, 2 email, 1 phone). Training texts are packed "
            "with the model and shown as evidence. `whet audit CARD --fix` writes the kind in "
            "brackets in its place. Names and addresses are not looked for.",
            (
                Example(1, "train.csv", "mail [email] or [email]", "training: email, email"),
                Example(1, "test.csv", "打我电话 [phone]", "test: phone"),
                Example(1, "out.csv", "[card]", "out-of-scope: card"),
            ),
            fixable=True,
        )
    ]


def test_without_evidence_in_the_package_the_sentence_does_not_speak_of_it() -> None:
    card = make_card(package={"evidence": False})
    (found,) = personal_data(card, make_dataset(make_frame([("a@b.org", "x")])))
    assert found.sentence == (
        "Texts with personal data: 1 (1 email). `whet audit CARD --fix` writes the kind in "
        "brackets in its place. Names and addresses are not looked for."
    )


def test_a_long_text_is_shown_from_shortly_before_the_personal_data() -> None:
    text = "word " * 100 + "write to a@b.org now" + " word" * 100
    (found,) = personal_data(make_card(), make_dataset(make_frame([(text, "x")])))
    shown = found.examples[0].text
    assert "write to [email] now" in shown
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) <= 161


def test_clean_texts_are_no_finding() -> None:
    assert personal_data(make_card(), make_dataset(make_frame([("order 13800138000", "x")]))) == []
