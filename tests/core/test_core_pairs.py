"""Two texts as one, and back."""

import pytest

from whet.core.errors import InputError
from whet.core.pairs import join_pair, split_pair


def test_what_is_joined_comes_back_but_for_white_space() -> None:
    sides = ('say "a, b"] 退款', "back\\slash\t\n and   space ")
    assert split_pair(join_pair(*sides)) == ('say "a, b"] 退款', "back\\slash and space")


@pytest.mark.parametrize("text", ["", "one text", '"one"', '["a"]', '["a", "b", "c"]', "[1, 2]"])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="There must be two texts to compare"):
        split_pair(text)
