"""Spans of hours as a desk writes them."""

from whet.products.support.desk.times import span_of


def test_spans() -> None:
    assert span_of("09:00 – 17:30") == (540, 1050)
    assert [span_of(text) for text in ("25:00-26:00", "9:00-10:00", "23:00-24:30", "")] == [
        None
    ] * 4
