"""Facts of two builds as the ladder would hand them over, and their reports.

The builds: 77 banking intents of which everything was measured; 3 Chinese classes with a gate that
fails and much that could not be measured.
"""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from tests.evaluation.report.reading import read
from tests.evaluation.report.simulated import bins, confusion, per_class

from whet.evaluation.report.page import render_report

Facts = dict[str, Any]

_TOPICS = """
card_arrival card_linking card_payment_fee card_swallowed card_delivery top_up_failed
top_up_limits top_up_reverted pending_top_up pending_transfer pending_card_payment transfer_timing
transfer_fee_charged failed_transfer cancel_transfer exchange_rate exchange_charge
exchange_via_app wrong_exchange_rate cash_withdrawal_charge declined_cash_withdrawal
declined_card_payment declined_transfer verify_my_identity why_verify_identity
unable_to_verify_identity pin_blocked change_pin passcode_forgotten lost_or_stolen_card
lost_or_stolen_phone compromised_card refund_not_showing_up request_refund
direct_debit_not_recognised card_payment_not_recognised age_limit country_support atm_support
edit_personal_details terminate_account
"""
LABELS = [name + end for end in ("", "_follow_up") for name in _TOPICS.split()][:77]
ZH_LABELS = ["开发票", "申请退款", "转人工"]


def _card(name: str, use: str, not_for: str) -> Facts:
    """Return a card as pydantic dumps it, defaults included."""
    return {
        "name": name,
        "use": use,
        "not_for": not_for,
        "data": {"source": {"path": "messages.csv", "licence": "cc-by-4.0"}, "groups": []},
        "inputs": [{"name": "text", "kind": "text", "column": "text"}],
        "target": {"kind": "classes", "column": "category"},
        "split": {"kind": "official", "test": "test.csv", "folds": 5, "seed": 0},
        "base": "minilm",
        "decision": {"kind": "risk", "wrong_answers": 0.05, "confidence": 0.9},
        "metrics": {"primary": "macro_f1", "also": ["accuracy", "ece"], "by": ["channel"]},
        "interval": {"unit": None, "method": "bootstrap", "n": 1000, "level": 0.95},
        "gate": {"macro_f1": 0.9, "ece": 0.05},
    }


def _verdict(candidate: str, result: Facts | None, seconds: float | None, **more: Any) -> Facts:
    """Return one step of the ladder; what is not given is missing."""
    empty = {"value": None, "low": None, "high": None}
    return {
        "candidate": candidate,
        "metric": "macro_f1",
        **(result or empty),
        "against": None,
        "difference": None,
        "seconds": seconds,
        "predicted_seconds": None,
        "peak_bytes": None,
        **more,
    }


def _verdicts() -> list[Facts]:
    """Return a cheap start, a rung that beats it, and one that the budget did not allow."""
    gain = {"value": 0.031, "low": 0.022, "high": 0.041}
    return [
        _verdict(
            *("linear", {"value": 0.893, "low": 0.882, "high": 0.904}, 7.31),
            verdict="first",
            reason="the cheapest candidate",
            peak_bytes=412_000_000,
        ),
        _verdict(
            *("probe", {"value": 0.924, "low": 0.915, "high": 0.933}, 74.2),
            verdict="beats",
            reason="the whole interval of the difference is above 0",
            against="linear",
            difference=gain,
            predicted_seconds=81.0,
            peak_bytes=1_350_000_000,
        ),
        _verdict(
            *("full", None, 0.0),
            verdict="skipped",
            reason="not climbed: needs about 1560 s; 480 s are left",
            predicted_seconds=1560.0,
            peak_bytes=0,
        ),
    ]


def _risk() -> Facts:
    """Return a bound that holds at a coverage of 91 %."""
    curve = [
        {
            "threshold": 2 - i / 10,
            "coverage": i / 40,
            "risk": 0.005 + 0.07 * (i / 40) ** 6 if i else None,
        }
        for i in range(41)
    ]
    return {
        "target": 0.05,
        "confidence": 0.9,
        "threshold": -0.412,
        "coverage": 0.91,
        "risk": 0.0448,
        "coverage_interval": {"value": 0.91, "low": 0.9, "high": 0.919},
        "risk_interval": {"value": 0.0448, "low": 0.0375, "high": 0.0527},
        "auroc": 0.957,
        "auroc_interval": {"value": 0.957, "low": 0.948, "high": 0.965},
        "oos_recall_at_5pct": 0.744,
        "oos_recall_interval": {"value": 0.744, "low": 0.701, "high": 0.783},
        "oos_rejected": 0.812,
        "curve": curve,
        "sentence": "At most 5.0 % of the answers given are wrong, with 90 % confidence, on "
        "messages like the calibration rows; 91.0 % of messages are answered.",
    }


def _curve() -> Facts:
    """Return a learning curve of three seeds, still rising, and the fit through it."""
    means = ((1000, 0.804), (2000, 0.85), (3500, 0.882), (6000, 0.905), (10003, 0.924))
    points = [
        {"candidate": "probe", "size": size, "seed": seed, "value": value + 0.004 * (seed - 1)}
        for size, value in means
        for seed in range(3)
    ]
    return {
        "metric": "macro_f1",
        "candidate": "probe",
        "points": points,
        "next": {"labels": 1000, "gain": 0.0029, "low": -0.0013, "high": 0.0061},
        "refused": None,
        "fit": {"floor": 0.015, "scale": 0.061, "exponent": 0.48, "unit": 10003.0},
    }


def _findings() -> list[Facts]:
    """Return one finding of every severity."""
    pair = "I still have not received my new card, I ordered it over a week ago."
    return [
        _finding("class_counts", "info", 2, "2 classes have fewer than 40 rows.", []),
        _finding(
            *("near_duplicates", "warn", 3, "3 texts are almost the same in training and test."),
            [{"row": 12, "source": "test.csv", "text": pair, "detail": "row 4031 of train.csv"}],
        ),
        _finding(
            *("pii", "waived", 1, "1 text holds personal data."),
            [{"row": None, "source": "train.csv", "text": "call +44 …", "detail": "telephone"}],
            waived="the bank keeps these texts on its own machines",
        ),
    ]


def _finding(
    guard: str, severity: str, count: int, sentence: str, examples: list[Facts], **more: Any
) -> Facts:
    """Return one finding of the audit."""
    found = {"guard": guard, "severity": severity, "count": count, "sentence": sentence}
    return {**found, "examples": examples, "fixable": severity == "warn", "waived": None, **more}


def _mistakes() -> list[Facts]:
    """Return mistakes in no order; one text is long."""
    return [
        {
            "row": 815,
            "source": "test.csv",
            "text": "why has my transfer not arrived",
            "truth": "transfer_timing",
            "answer": "pending_transfer",
            "probability": 0.871,
        },
        {
            "row": 2044,
            "source": "test.csv",
            "text": "I topped up this morning and the money is gone again. " * 12,
            "truth": "top_up_reverted",
            "answer": "pending_top_up",
            "probability": 0.993,
        },
    ]


def _parity() -> list[Facts]:
    """Return the plain export, and the int8 form that was kept."""
    return [
        {"form": "onnx", "rows": 3080, "flips": 0.0, "metric_loss": 0.0, "max_difference": 2.1e-6}
        | {"bytes": 91_226_112, "p50_ms": 6.42, "texts_per_s": 311.0, "kept": True}
        | {"reason": "answers as the trained model"},
        {"form": "onnx-int8", "rows": 3080, "flips": 0.0036, "metric_loss": 0.0004}
        | {"max_difference": 0.0821, "bytes": 23_111_480, "p50_ms": 3.08, "texts_per_s": 642.5}
        | {"kept": True, "reason": "25% of the size, 48% of the time for one text"},
    ]


def banking_facts() -> Facts:
    """Return the facts of a build with 77 classes, of which everything was measured."""
    counts = confusion(77, 40, 0.07)
    use, not_for = "route a customer's question to the right desk", "credit decisions"
    test = {
        "macro_f1": {"value": 0.9312, "low": 0.9217, "high": 0.9401},
        "accuracy": {"value": 0.9318, "low": 0.9224, "high": 0.9403},
        "ece": {"value": 0.0142, "low": 0.0101, "high": 0.0205},
    }
    return {
        "name": "banking77",
        "use": use,
        "not_for": not_for,
        "run": "run_1jcfq0v7k3s8d2m9xz",
        "started": "2026-07-03T10:24:09+00:00",
        "seconds": 142.7,
        "exit_reason": "the gate holds at probe",
        "card": _card("banking77", use, not_for),
        "card_path": "examples/banking/card.yaml",
        "environment": {
            "python": "3.11.9",
            "platform": "Linux-6.1-x86_64",
            "cpu": "Intel Xeon 2.20 GHz",
            "threads": 2,
            "packages": {"numpy": "2.4.0", "torch": "2.13.0", "whet": "0.1.0"},
        },
        "seeds": {"card": 0, "split": 0},
        "data": {
            "version": "9f2c" * 16,
            "rows": {"train": 10003, "validation": 0, "test": 3080, "out_of_scope": 1000},
            "labels": LABELS,
        },
        "audit": {"findings": _findings()},
        "verdicts": _verdicts(),
        "winner": "probe",
        "why": "It beats linear, and the budget did not allow full.",
        "test": test,
        "baseline": {
            "name": "linear",
            "test": {
                "macro_f1": {"value": 0.8904, "low": 0.8791, "high": 0.9011},
                "accuracy": {"value": 0.8911, "low": 0.8802, "high": 0.9016},
                "ece": {"value": 0.0231, "low": 0.0176, "high": 0.0302},
            },
        },
        "trivial": {
            "name": "majority class",
            "test": {
                "macro_f1": {"value": 0.0003, "low": 0.0002, "high": 0.0004},
                "accuracy": {"value": 0.013, "low": 0.009, "high": 0.0169},
            },
        },
        "gate": [
            {"metric": "macro_f1", "required": 0.9, **test["macro_f1"], "holds": True},
            {"metric": "ece", "required": 0.05, **test["ece"], "holds": True},
        ],
        "gate_holds": True,
        "per_class": per_class(LABELS, counts),
        "confusion": {"labels": LABELS, "counts": counts},
        "slices": [
            {"column": "channel", "value": "chat", "n": 2100, "metric": "macro_f1"}
            | {"result": {"value": 0.935, "low": 0.924, "high": 0.945}, "note": ""},
            {"column": "channel", "value": "email", "n": 968, "metric": "macro_f1"}
            | {"result": {"value": 0.922, "low": 0.902, "high": 0.94}, "note": ""},
            {"column": "channel", "value": "fax", "n": 12, "metric": "macro_f1"}
            | {"result": None, "note": "fewer than 20 rows"},
        ],
        "calibration": {
            "temperature": 0.71,
            "ece_before": 0.083,
            "ece_after": 0.0142,
            "bins": bins(0.03),
        },
        "risk": _risk(),
        "mistakes": _mistakes(),
        "curve": _curve(),
        "package": {
            "path": ".whet/packages/banking77/2026-07-03-1",
            "version": "2026-07-03-1",
            "form": "onnx-int8",
            "bytes": 25_310_992,
            "parity": _parity(),
        },
        "report": ".whet/runs/run_1jcfq0v7k3s8d2m9xz/report.html",
    }


def chinese_facts() -> Facts:
    """Return the facts of a small Chinese build: the gate fails and much could not be measured."""
    counts = [[17, 3, 0], [2, 18, 0], [1, 0, 11]]
    use, not_for = "把客户的消息转给合适的同事", "法律或医疗建议"
    macro = {"value": 0.871, "low": 0.792, "high": 0.936}
    first = _verdict("linear", macro, 0.41, verdict="first", reason="the cheapest candidate")
    return {
        **banking_facts(),
        "name": "kefu-zh",
        "use": use,
        "not_for": not_for,
        "exit_reason": "",
        "card": _card("kefu-zh", use, not_for),
        "card_path": "客服 卡片/card.yaml",
        "data": {
            "version": "07ab" * 16,
            "rows": {"train": 180, "validation": 0, "test": 52, "out_of_scope": None},
            "labels": ZH_LABELS,
        },
        "audit": {"findings": []},
        "verdicts": [first],
        "winner": "linear",
        "why": "It is the only candidate.",
        "test": {"macro_f1": macro, "log_loss": {"value": 0.412, "low": 0.301, "high": 0.533}},
        "baseline": None,
        "gate": [{"metric": "macro_f1", "required": 0.85, **macro, "holds": False}],
        "gate_holds": False,
        "per_class": per_class(ZH_LABELS, counts),
        "confusion": {"labels": ZH_LABELS, "counts": counts},
        "slices": [],
        "calibration": {
            "temperature": 1.84,
            "ece_before": 0.11,
            "ece_after": 0.06,
            "bins": bins(0.1),
        },
        "risk": {
            **dict.fromkeys(_risk(), None),
            "coverage": 0.0,
            "coverage_interval": {"value": 0.0, "low": 0.0, "high": 0.069},
            "target": 0.05,
            "confidence": 0.9,
            "curve": [{"threshold": 0.1, "coverage": 1.0, "risk": 0.115}],
            "sentence": "With 52 calibration rows no threshold keeps wrong answers at 5.0 %.",
        },
        "mistakes": [
            {"row": 31, "source": "测试.csv", "text": "这个月的钱扣了两次，先给我开张票再说退的事"}
            | {"truth": "申请退款", "answer": "开发票", "probability": 0.912}
        ],
        "curve": {
            **dict.fromkeys(_curve(), None),
            "metric": "macro_f1",
            "candidate": "linear",
            "points": [{"candidate": "linear", "size": 180, "seed": 0, "value": 0.871}],
            "refused": "A forecast needs at least 5 training sizes; there are 1.",
        },
        "package": None,
    }


@pytest.fixture
def banking() -> Facts:
    """Fresh facts of the 77-class build."""
    return banking_facts()


@pytest.fixture
def chinese() -> Facts:
    """Fresh facts of the 3-class Chinese build."""
    return chinese_facts()


@pytest.fixture
def tree(banking: Facts) -> Element:
    """Report of the 77-class build."""
    return read(render_report(banking))


@pytest.fixture
def chinese_tree(chinese: Facts) -> Element:
    """Report of the Chinese build."""
    return read(render_report(chinese))
