"""Groups on both sides of the split."""

from tests.data.audit.builders import make_card, make_dataset, make_frame

from whet.data.audit.finding import Example, Finding
from whet.data.audit.groups import group_overlap

CARD = make_card(
    data={"source": {"path": "train.csv"}, "groups": ["conversation", "customer"]},
)


def test_one_shared_group_of_any_column_stops_the_build() -> None:
    train = make_frame([("a", "x"), ("b", "y")], conversation=["c1", ""], customer=["k1", "k2"])
    test = make_frame(
        [("c", "x"), ("d", "x"), ("e", "y")],
        "test.csv",
        conversation=["c1", "", "c1"],
        customer=["k9", "k8", "k7"],
    )
    assert group_overlap(CARD, make_dataset(train, test)) == [
        Finding(
            "group_overlap",
            "stop",
            2,
            "Rows of the test part whose `conversation` is also learnt from: 2 of 3 (66.7 %), in "
            "1 groups. The card says that a group stays on one side, since its rows know each "
            "other's answer. Move whole groups in the files, or let Whet split with "
            "`split: {kind: group}`.",
            (
                Example(1, "test.csv", "c", "conversation: c1"),
                Example(3, "test.csv", "e", "conversation: c1"),
            ),
        )
    ]


def test_the_second_column_counts_as_well_and_empty_values_are_no_group() -> None:
    train = make_frame([("a", "x")], conversation=[""], customer=["k1"])
    test = make_frame([("b", "x")], conversation=[""], customer=["k1"])
    (found,) = group_overlap(CARD, make_dataset(train, test))
    assert found.examples == (Example(1, "train.csv", "b", "customer: k1"),)
    apart = make_frame([("b", "x")], conversation=[""], customer=["k2"])
    assert group_overlap(CARD, make_dataset(train, apart)) == []


def test_without_group_columns_there_is_nothing_to_overlap() -> None:
    train = make_frame([("a", "x")], customer=["k1"])
    assert group_overlap(make_card(), make_dataset(train, train)) == []
