"""Is a message the answer to our question, or a correction of what we said? Then it is no new one.

Each function returns None where the message is none of that.
"""

from collections.abc import Sequence

from whet.products.support.answering import phrases
from whet.products.support.answering.memory import MOST_KEPT, Last, Memory, Open, Task
from whet.products.support.answering.messages import has_substance
from whet.products.support.answering.pieces import Asked, Outcome, Piece
from whet.products.support.answering.questions import Tiers
from whet.products.support.answering.templates import question_for, slots_of
from whet.products.support.answering.values import picked, value_of, values_in
from whet.products.support.answering.words import choice_text, sentence

_BOTH = frozenset(
    {"both", "both of them", "all", "all of them", "两个都要", "都要", "都是", "两个都是"}
)
_NEITHER = frozenset(
    {"neither", "none", "none of these", "none of them", "no", "nope", "something else", "other"}
    | {"都不是", "都不对", "不是", "其他", "别的", "没有"}
)


def chosen(asked: Asked, memory: Memory, tiers: Tiers) -> Outcome | None:
    """Return the answer to the intent that a customer chooses."""
    if memory.open is None or memory.open.kind != "choice":
        return None
    tasks = [task for task in memory.open.tasks if task.intent]
    said = " ".join(phrases.clauses(asked.text))
    if said in _BOTH:
        return tiers.answer_tasks(tasks, asked, memory)
    if said in _NEITHER or said == phrases.clauses(sentence("neither", asked.language))[0]:
        return tiers.missed(asked, memory.changed(open=None), "the customer meant neither choice")
    titles = [_titles(task.intent, tiers) for task in tasks]
    number = picked(asked.text, titles)
    if number is None and picked(asked.text, [*([""] for _ in tasks), ["none"]]) == len(tasks):
        return tiers.missed(asked, memory.changed(open=None), "the customer meant neither choice")
    if number is None:
        return _not_chosen(asked, memory, tiers, memory.open)
    found = tiers.answer_tasks([tasks[number]], asked, memory)
    last = Last(tasks=[tasks[number]], alternatives=[t.intent for t in tasks if t != tasks[number]])
    return found.remembering(found.memory.changed(last=last))


def _not_chosen(asked: Asked, memory: Memory, tiers: Tiers, question: Open) -> Outcome | None:
    """Return what both messages together mean; None where the new one stands for itself."""
    if tiers.read(asked.text).tasks:
        return None
    names = {task.intent for task in question.tasks}
    together = tiers.read(f"{question.text} {asked.text}"[-2000:])
    tasks = [task for task in together.tasks if task.intent in names]
    if tasks:
        return tiers.answer_tasks(tasks, asked, memory)
    if has_substance(asked.text):
        return None
    return tiers.missed(asked, memory, "the answer was none of the choices")


def _titles(intent: str, tiers: Tiers) -> list[str]:
    """Return the texts that mean an intent."""
    found = [tiers.title(intent, "en"), tiers.title(intent, "zh"), intent.replace("_", " ")]
    return list(dict.fromkeys(found))


def filled(asked: Asked, memory: Memory, tiers: Tiers) -> Outcome | None:
    """Return what is said once the slot that was asked for is known, or asked for again."""
    question = memory.open
    desk = tiers.tools.desk
    if question is None or question.kind != "slot" or question.slot not in desk.slots:
        return None
    slot = desk.slots[question.slot]
    value = None if _lacks(asked.text) else value_of(slot, asked.text, asked.at)
    names = {task.intent for task in question.tasks}
    is_other = _is_question(asked.text) or phrases.corrects(asked.text)
    if value is None or (slot.kind == "text" and is_other):
        new = tiers.read(asked.text).tasks
        if new and not names & {task.intent for task in new}:
            return None  # the customer asks something else first
    if value is None:
        return _asked_again(asked, memory, tiers, question)
    rest = _without(asked.text, value)
    is_more = slot.kind != "text" and has_substance(rest)
    more = [t for t in tiers.read(rest).tasks if t.intent not in names] if is_more else []
    memory = memory.with_slot(question.slot, value)
    return tiers.answer_tasks([*question.tasks, *more], asked, memory)


def _asked_again(asked: Asked, memory: Memory, tiers: Tiers, question: Open) -> Outcome:
    """Return the question for a slot once more, or a person where it cannot be answered."""
    desk, tries = tiers.tools.desk, question.tries + 1
    task = question.tasks[0] if question.tasks else Task(intent="")
    if _lacks(asked.text):
        why = f"the customer does not know {question.slot}, without which there is no answer"
        return _person(why, memory, task)
    if tries > desk.decision.patience:
        return _person(f"{question.slot} was asked for {tries} times in vain", memory, task)
    slot = desk.slots[question.slot]
    before = (slot.invalid.said(asked.language) if slot.invalid else "") or sentence(
        "wrong_value", asked.language
    )
    piece = question_for(question.slot, task, asked.language, desk, before=before)
    memory = memory.changed(open=question.model_copy(update={"tries": tries}))
    labels = [c.label.said(asked.language) if c.label else c.value for c in slot.choices]
    return Outcome((piece,), memory, choices=tuple(labels))


def corrected(asked: Asked, memory: Memory, tiers: Tiers) -> Outcome | None:
    """Return the last answer once more with another value, or the answer to another intent."""
    last = memory.last
    if last is None or not phrases.corrects(asked.text):
        return None
    memory = memory.changed(open=None)
    rest = phrases.corrected(asked.text)
    return (
        _other_value_said(asked, memory, tiers, last)
        or _other_intent(rest, asked, memory, tiers, last)
        or _other_value_meant(asked, memory, tiers, last)
        or _other_meaning(rest, asked, memory, tiers, last)
    )


def _other_value_said(asked: Asked, memory: Memory, tiers: Tiers, last: Last) -> Outcome | None:
    """Return the last answer with a value that the correction names."""
    desk, changed = tiers.tools.desk, memory
    for name in _slots(last, asked.language, tiers):
        values = values_in(desk.slots[name], asked.text, asked.at)
        new = [value for value in values if value != memory.slots.get(name)]
        if new and not (desk.slots[name].kind == "number" and len(new) > 1):
            changed = changed.with_slot(name, new[0])
    if changed.slots == memory.slots:
        return None
    return _again(last.tasks, asked, changed, tiers)


def _other_intent(
    rest: str, asked: Asked, memory: Memory, tiers: Tiers, last: Last
) -> Outcome | None:
    """Return the answer to the intent that the correction names."""
    before = {task.intent for task in last.tasks}
    alternatives = [name for name in last.alternatives if name not in before]
    number = picked(rest, [_titles(name, tiers) for name in alternatives]) if rest else None
    if number is not None and len(rest) > 2:
        task = Task(intent=alternatives[number], part=asked.text, confidence=1.0)
        return tiers.answer_tasks([task], asked, memory)
    tasks = [task for task in tiers.read(rest).tasks if task.intent not in before]
    return tiers.answer_tasks(tasks, asked, memory) if tasks else None


def _other_value_meant(asked: Asked, memory: Memory, tiers: Tiers, last: Last) -> Outcome | None:
    """Return the last answer with the other value that was mentioned, or the question for it."""
    slots = [n for n in _slots(last, asked.language, tiers) if n in memory.slots]
    if not slots or not phrases.wants_other(asked.text):
        return None
    named = [n for n in slots if set(n.split("_")) & set(phrases.words_of(asked.text))]
    name = (named or slots)[0]
    others = [v for v in memory.seen.get(name, []) if v != memory.slots[name]]
    if len(others) == 1:
        return _again(last.tasks, asked, memory.with_slot(name, others[0]), tiers)
    memory = memory.without_slot(name)
    desk, task = tiers.tools.desk, last.tasks[0]
    before = sentence("which_other", asked.language)
    piece = question_for(name, task, asked.language, desk, before=before)
    choices = tuple(others) if others else ()
    text = choice_text(piece.text, choices) if choices else piece.text
    why = f"the customer means another {name}, which is not known yet"
    piece = Piece("question", text, why, "ask", task.confidence, task=task, missing=name)
    question = Open(kind="slot", slot=name, tasks=last.tasks, text=asked.text[:MOST_KEPT])
    return Outcome((piece,), memory.changed(open=question, misses=0), choices=choices)


def _other_meaning(rest: str, asked: Asked, memory: Memory, tiers: Tiers, last: Last) -> Outcome:
    """Return the answer to what else the correction says, or the question what is meant."""
    if has_substance(rest):
        return tiers.answer(Asked(rest, asked.language, asked.at, asked.has_answered), memory)
    before = {task.intent for task in last.tasks}
    others = [name for name in last.alternatives if name not in before]
    if others:
        memory = memory.changed(last=last.model_copy(update={"alternatives": []}))
        return tiers.ask_which(others, asked, memory, ())
    return tiers.missed(asked, memory, "the customer says that something else was meant")


def _again(tasks: Sequence[Task], asked: Asked, memory: Memory, tiers: Tiers) -> Outcome:
    """Return the answers to some intents once more, with what is known now."""
    # The part that named the old value must not bring it back.
    fresh = [task.model_copy(update={"part": asked.text[:MOST_KEPT]}) for task in tasks]
    return tiers.answer_tasks(fresh, asked, memory)


def _slots(last: Last, language: str, tiers: Tiers) -> list[str]:
    """Return the slots of the templates that were answered last."""
    tools = tiers.tools
    found = [
        name
        for task in last.tasks
        if task.intent in tools.templates
        for name in slots_of(tools.templates[task.intent], language, tools.desk)
    ]
    return list(dict.fromkeys(found))


def _person(why: str, memory: Memory, task: Task) -> Outcome:
    """Return that a person takes over."""
    piece = Piece("hand_over", "", why, "hand_over", task.confidence, task=task)
    return Outcome((piece,), memory.changed(open=None))


def _lacks(text: str) -> bool:
    """Return whether a customer does not have what was asked for."""
    return phrases.lacks(text)


def _is_question(text: str) -> bool:
    """Return whether a text asks something."""
    return text.rstrip().endswith(("?", "？", "吗", "呢", "么"))


def _without(text: str, value: str) -> str:
    """Return a text without a value, whatever its capitals."""
    place = text.lower().find(value.lower())
    return text if place < 0 else f"{text[:place]} {text[place + len(value) :]}".strip(" ,，.。;；")
