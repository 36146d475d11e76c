"""May a model learn from this example? The guard against corrections that would spoil it.

    decided = guarded(examples, base, out_of_scope=…, rules=Rules())

Four rules, in this order; what one of them stops waits for a person (`quarantined`), and nothing is
thrown away:

1. contradiction: two people give one text (or one almost like it) different labels, or somebody
   contradicts a training row. What a reviewer said settles it against all others.
2. far: the text is farther from every text of its label than nearly all training rows are from
   theirs, or looks clearly more like a text of another label.
3. cap: one person's say in one label, and altogether, is bounded by a share of the training rows.
   Customers without a name count as one person, since nobody can tell how many they are.
4. what is left is accepted.

A person who reviews an example (`whet support review`, the console) overrides the guard, within
the cap: nobody moves a label alone. Sources: Steinhardt, Koh and Liang 2017, Certified Defenses for
Data Poisoning Attacks (bounding what is far from its class); Nelson et al. 2008, Exploiting
Machine Learning to Subvert Your Spam Filter (bounding what one sender may teach).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from whet.core.text import normalise
from whet.data.audit.near import near_matches
from whet.feedback.likeness import Embed, nearest, vectors
from whet.store.examples import Example
from whet.store.feedback import OUT_OF_SCOPE

REVIEW = "review"


@dataclass(frozen=True)
class Rules:
    """How much one person may teach."""

    label_share: float = 0.1
    """Of the training rows of a label: examples that one person may add to it."""
    least: int = 3
    """Examples of a label that one person may always add."""
    whole_share: float = 0.005
    """Of all training rows: examples that one person may add altogether. At 0.01, 500 sentences of
    shuffled words flipped up to 3.3 % of the clean answers of the example desk, at 0.005 up to 2 %
    (docs/experiments.md)."""
    reviewer_factor: float = 5.0
    """How many times as much a reviewer may teach, whose work it is."""
    far: float = 0.02
    """Share of a label's own training rows that lie as far from the rest as is called far."""
    nearer: float = 0.1
    """Cosine by which another label must be nearer than its own for an example to be held."""


DEFAULT = Rules()
"""What holds where nobody says otherwise."""


@dataclass(frozen=True)
class Known:
    """The training rows that examples are judged by."""

    texts: Sequence[str]
    labels: Sequence[str]
    """Label of each; `out_of_scope` where it belongs to none."""


def guarded(
    examples: Sequence[Example],
    known: Known,
    *,
    rules: Rules = DEFAULT,
    embed: Embed | None = None,
) -> list[Example]:
    """Return labelled examples with the state that the guard gives them, in their order.

    Rejected ones, and those without a label, come back as they are. The same examples always get
    the same states: nothing depends on what was decided before, but for a person's review.
    """
    open_ = [e for e in examples if e.label is not None and e.state != "rejected"]
    reasons: dict[str, str] = {}
    reasons |= _unknown(open_, known)
    reasons |= _contradictions([e for e in open_ if e.id not in reasons], known)
    reasons |= _far([e for e in open_ if e.id not in reasons], known, rules, embed)
    reasons |= _over_cap([e for e in open_ if e.id not in reasons], known, rules)
    decided = {e.id: _decided(e, reasons.get(e.id)) for e in open_}
    return [decided.get(example.id, example) for example in examples]


def _decided(example: Example, reason: str | None) -> Example:
    """Return an example as accepted, or held for a reason."""
    if reason is not None:
        return replace(example, state="quarantined", why=reason)
    if example.source == REVIEW:
        return replace(example, state="accepted")
    return replace(example, state="accepted", why="nothing speaks against it", decided_by="guard")


def _unknown(examples: Iterable[Example], known: Known) -> dict[str, str]:
    """Return the examples with a label that no training row has."""
    labels = {*known.labels, OUT_OF_SCOPE}
    return {
        e.id: f"{e.label!r} is no label of the model" for e in examples if e.label not in labels
    }


def _contradictions(examples: Sequence[Example], known: Known) -> dict[str, str]:
    """Return the examples whose text somebody, or a training row, gives another label."""
    teaches = {normalise(t): label for t, label in zip(known.texts, known.labels, strict=True)}
    groups = _same_text(examples)
    found: dict[str, str] = {}
    for group in groups:
        reviewed = {e.label for e in group if e.source == REVIEW}
        labels = {e.label for e in group}
        for example in group:
            if example.source == REVIEW and len(reviewed) == 1:
                continue  # a person has looked, and knows of the others
            row = teaches.get(normalise(example.text))
            if row is not None and row != example.label:
                found[example.id] = f"a training row with the same text has the label {row!r}"
            elif len(labels) > 1:
                others = ", ".join(sorted(str(label) for label in labels - {example.label}))
                found[example.id] = f"somebody else gives this text the label {others}"
    return found


def _same_text(examples: Sequence[Example]) -> list[list[Example]]:
    """Return groups of examples with the same text or almost the same, each of at least one."""
    by_text: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_text[normalise(example.text)].append(example)
    keys = [(text, "") for text in by_text]  # one label for all: near copies are compared
    parent = {text: text for text in by_text}

    def root(text: str) -> str:
        while parent[text] != text:
            text = parent[text]
        return text

    for match in near_matches(keys, keys):
        parent[root(keys[match.query][0])] = root(keys[match.pool][0])
    groups: dict[str, list[Example]] = defaultdict(list)
    for text, same in by_text.items():
        groups[root(text)] += same
    return list(groups.values())


def _far(
    examples: Sequence[Example], known: Known, rules: Rules, embed: Embed | None
) -> dict[str, str]:
    """Return the examples that look nothing like their label; reviewed ones may."""
    judged = [e for e in examples if e.source != REVIEW and e.label != OUT_OF_SCOPE]
    if not judged or not known.texts:
        return {}
    both = vectors([*known.texts, *(e.text for e in judged)], embed)
    rows, new = both[: len(known.texts)], both[len(known.texts) :]
    labels, own = np.array(known.labels), np.array([e.label for e in judged])
    found: dict[str, str] = {}
    for label in sorted(set(own.tolist())):
        mine, asked = rows[labels == label], np.flatnonzero(own == label)
        usual = nearest(mine, mine, skip_self=True)[0]
        limit = float(np.quantile(usual, rules.far))
        near, _ = nearest(new[asked], mine)
        other, whose = nearest(new[asked], rows[labels != label])
        strangers = labels[labels != label]
        for i, at in enumerate(asked):
            if near[i] < limit:
                found[judged[at].id] = f"it is unlike every training row of {label!r}"
            elif other[i] > near[i] + rules.nearer:
                found[judged[at].id] = f"it looks more like {str(strangers[whose[i]])!r}"
    return found


def _over_cap(examples: Sequence[Example], known: Known, rules: Rules) -> dict[str, str]:
    """Return the examples by which somebody would teach more than one person may."""
    rows = Counter(known.labels)
    taught: Counter[tuple[str, str | None]] = Counter()
    altogether: Counter[str] = Counter()
    found: dict[str, str] = {}
    # The earliest count first, reviews before all else; so a flood cannot push others out.
    for e in sorted(examples, key=lambda e: (e.source != REVIEW, e.at, e.id)):
        factor = rules.reviewer_factor if e.source == REVIEW else 1.0
        of_label = max(rules.least, math.floor(factor * rules.label_share * rows[str(e.label)]))
        of_all = max(rules.least, math.floor(factor * rules.whole_share * len(known.texts)))
        if taught[e.who, e.label] >= of_label:
            found[e.id] = f"{e.who} has taught {of_label} examples of {e.label!r} already"
        elif altogether[e.who] >= of_all:
            found[e.id] = f"{e.who} has taught {of_all} examples already"
        else:
            taught[e.who, e.label] += 1
            altogether[e.who] += 1
    return found
