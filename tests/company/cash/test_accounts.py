import re
from datetime import date

import numpy as np
import pytest

from whet.company.cash.accounts import close_accounts
from whet.company.cash.months import Months
from whet.core.errors import InputError

MONTHS = Months(date(2027, 1, 1), 4)


def test_balances_add_up_and_the_waterfall_with_them() -> None:
    rng = np.random.default_rng(0)
    flows = {"people": np.full((1, 4), -50.0), "revenue: p": rng.normal(40, 9, (30, 4))}
    accounts = close_accounts(flows, MONTHS, opening=100, draws=30)
    assert accounts.balance[:, 0] == pytest.approx(100 - 50 + flows["revenue: p"][:, 0])
    monthly = np.sum(list(accounts.waterfall().values()), axis=0)
    assert 100 + np.cumsum(monthly) == pytest.approx(accounts.balance.mean(axis=0))


def test_taxes_are_due_beyond_all_losses_and_not_on_funding() -> None:
    flows = {"revenue: p": np.array([[-100.0, 60, 90, -20]]), "funding": np.full((1, 4), 500.0)}
    accounts = close_accounts(flows, MONTHS, opening=1, draws=1, tax_rate=0.3)
    # Sums of profit: -100, -40, 50, 30: only the 50 are taxed, once.
    assert accounts.flows["tax"][0] == pytest.approx([0, 0, -15, 0])
    earlier = close_accounts(flows, MONTHS, opening=1, draws=1, tax_rate=0.3, losses=40)
    assert earlier.flows["tax"][0] == pytest.approx([0, 0, -3, 0])


def test_the_operating_flow_leaves_funding_out() -> None:
    flows = {"people": np.full((1, 4), -50.0), "funding": np.full((3, 4), 500.0)}
    accounts = close_accounts(flows, MONTHS, opening=1, draws=3)
    assert accounts.operating().tolist() == [[-50.0] * 4] * 3


@pytest.mark.parametrize(("opening", "shown"), [(-12_000, "-12,000"), (0, "0")])
def test_cash_that_is_already_gone_is_refused(opening: float, shown: str) -> None:
    sentence = (
        f"The cash on 2027-01-01 must be above 0; found {shown}: the company cannot pay already. "
        "Give the balance of all accounts, and credit that can be drawn today as a funding round "
        "of today."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        close_accounts({}, MONTHS, opening=opening, draws=2)


def test_a_wrong_tax_rate_is_refused() -> None:
    with pytest.raises(InputError, match=r"^The tax rate must be from 0 to 1; found 30\.$"):
        close_accounts({}, MONTHS, opening=1, draws=2, tax_rate=30)
