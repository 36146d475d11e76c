"""What does a drawing hold? Elements by class, numbers of attributes, and where texts end."""

from xml.etree.ElementTree import Element

from whet.core.svg import text_width


def having(figure: Element, tag: str, *css: str) -> list[Element]:
    """Return the elements of a tag whose class holds every name in `css`."""
    return [e for e in figure.iter(tag) if set(css) <= set(e.get("class", "").split())]


def at(element: Element, *names: str) -> list[float]:
    """Return attributes as numbers."""
    return [float(element.get(name, "nan")) for name in names]


def texts(figure: Element) -> list[str]:
    """Return every text of a drawing."""
    return [e.text or "" for e in figure.iter("text")]


def tips(figure: Element) -> list[str]:
    """Return every tooltip of a drawing."""
    return [e.text or "" for e in figure.iter("title")]


def outside(figure: Element) -> list[str]:
    """Return the texts that leave the drawing on the left or on the right; turned ones are not
    looked at."""
    width = float(figure.get("width", "0"))
    found = []
    for text in figure.iter("text"):
        if text.get("transform"):
            continue
        x, length = at(text, "x")[0], text_width(text.text or "") * 0.92
        css = set(text.get("class", "").split())
        middle = css & {"middle", "count"}
        left = x - length if "end" in css else x - length / 2 if middle else x
        if left < -1 or left + length > width + 1:
            found.append(text.text or "")
    return found
