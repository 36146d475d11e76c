"""Tests for whet.ladder.auto: what it leaves out, with the sentence."""

from pathlib import Path

import pytest
from tests.ladder.workshop import context_of, make_rows, write_card

from whet.ladder.auto import left_out


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (75, ""),  # 20 training rows a class
        (
            78,
            "the class in the middle has 21 training rows, and it is for at most 20; name it in "
            "candidates to climb it nevertheless",
        ),
    ],
)
def test_contrastive_tuning_is_for_few_rows(
    tmp_path: Path, base: Path, count: int, reason: str
) -> None:
    context = context_of(write_card(tmp_path, base, rows=make_rows(count)))
    assert left_out(context, "contrastive") == reason
    assert left_out(context, "probe") == left_out(context, "full") == ""
