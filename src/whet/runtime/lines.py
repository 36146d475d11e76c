"""How does one process tell another what it has done? Lines of JSON in a file that both see."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Lines:
    """A file that one process appends to and another follows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def tell(self, value: Any) -> None:
        """Append one value, fit for JSON."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")

    def fresh(self) -> Iterator[Any]:
        """Yield the values that were told since the last call; a line half written waits."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._start)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._start += len(whole)
        yield from map(json.loads, whole.splitlines())
