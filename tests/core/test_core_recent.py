"""Are values found again, few of them, and none beyond the version that it is of?"""

from threading import Thread

from whet.core.recent import Recent


class Counted:
    """Computes lengths, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: list[str]) -> list[int]:
        self.asked.append(texts)
        return [len(text) for text in texts]


def test_what_was_just_computed_is_found_again() -> None:
    lengths, recent = Counted(), Recent[int](8)
    assert recent.values(["a", "bb", "a"], lengths) == [1, 2, 1]
    assert recent.values(["ccc", "bb"], lengths) == [3, 2]
    assert lengths.asked == [["a", "bb"], ["ccc"]]
    assert (recent.known("ccc"), recent.known("none")) == (3, None)


def test_nothing_is_computed_for_no_texts() -> None:
    lengths = Counted()
    assert Recent[int](8).values([], lengths) == []
    assert lengths.asked == []


def test_the_oldest_goes_first_and_use_makes_young() -> None:
    lengths, recent = Counted(), Recent[int](2)
    for texts in (["a"], ["bb"], ["a"], ["ccc"], ["a"], ["bb"]):
        recent.values(texts, lengths)
    assert lengths.asked == [["a"], ["bb"], ["ccc"], ["bb"]]
    assert len(recent) == 2


def test_more_texts_than_are_kept_have_their_values() -> None:
    recent = Recent[int](2)
    assert recent.values([str(10**n) for n in range(5)], Counted()) == [1, 2, 3, 4, 5]
    assert len(recent) == 2


def test_another_version_forgets_every_value() -> None:
    lengths, recent = Counted(), Recent[int](8)
    recent.values(["a", "bb"], lengths, of=1)
    recent.values(["a"], lengths, of=2)
    assert lengths.asked == [["a", "bb"], ["a"]]
    assert len(recent) == 1


def test_what_was_computed_for_a_version_that_is_gone_is_not_kept() -> None:
    recent = Recent[int](8)

    def slow(texts: list[str]) -> list[int]:
        recent.values(["new"], Counted(), of=2)  # another thread is faster
        return [len(text) for text in texts]

    assert recent.values(["old"], slow, of=1) == [3]
    assert (recent.known("old"), recent.known("new")) == (None, 3)


def test_half_a_surrogate_pair_is_a_text_too() -> None:
    assert Recent[int](2).values(["\ud83d"], Counted()) == [1]


def test_several_threads_find_what_each_would_alone() -> None:
    recent, wrong = Recent[int](4), list[str]()

    def ask(start: int) -> None:
        for n in range(300):
            texts = ["x" * ((start + n + i) % 9) for i in range(3)]
            if recent.values(texts, Counted(), of=n // 100) != [len(t) for t in texts]:
                wrong.append(texts[0])

    threads = [Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(recent) <= 4
