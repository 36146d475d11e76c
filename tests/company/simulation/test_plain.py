import json
from dataclasses import dataclass
from datetime import date

from whet.company.simulation.plain import plain


@dataclass(frozen=True)
class _Pair:
    value: float
    when: date


def test_everything_is_what_json_has() -> None:
    found = plain({0.5: [_Pair(float("nan"), date(2028, 2, 29))], "n": (1, True, None, "x")})
    assert found == {"0.5": [{"value": None, "when": "2028-02-29"}], "n": [1, True, None, "x"]}
    json.dumps(found, allow_nan=False)


def test_digits_that_differ_between_machines_are_cut() -> None:
    assert plain(1 / 3) == 0.3333333333
    assert plain(123456.0) == 123456.0
