"""How is the answer to an intent changed without touching the rest of the templates' file?

Only the lines of that intent are written anew; what stands above and below them, comments too,
stays as it is. The desk is read as it would be, before anything is written.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from whet.core.errors import InputError
from whet.core.files import write_atomic
from whet.products.support.desk.read import CARD_NAME, DeskFiles, read_desk

_WIDTH = 100


def write_answer(files: DeskFiles, intent: str, answers: Mapping[str, str]) -> DeskFiles:
    """Write the answer to an intent and return the desk as it is then.

    Args:
        files: the desk.
        intent: whose answer it is; one without an answer gets its first.
        answers: text by language; an empty one takes that language's answer away.

    Raises:
        InputError: the desk would have mistakes; nothing is written.
    """
    path = files.folder / files.desk.templates
    before = path.read_text("utf-8") if path.is_file() else ""
    text = _changed(before, intent, answers)
    with tempfile.TemporaryDirectory() as folder:
        trial = _trial(files, Path(folder), text)
        try:
            read_desk(trial)
        except InputError as error:
            raise InputError(str(error).replace(f"{folder}/", "")) from None
    write_atomic(path, text)
    return read_desk(files.folder / files.file_name)


def _trial(files: DeskFiles, folder: Path, templates: str) -> Path:
    """Write a desk that has these templates into an empty folder; return its file.

    Whatever the desk names, also outside its own folder, lies in this one.
    """
    desk = yaml.safe_load((files.folder / files.file_name).read_text("utf-8"))
    name = Path(files.desk.templates).name
    desk |= {"templates": name, "articles": "articles"}
    (folder / files.file_name).write_text(yaml.safe_dump(desk, allow_unicode=True), "utf-8")
    if (files.folder / CARD_NAME).is_file():
        shutil.copyfile(files.folder / CARD_NAME, folder / CARD_NAME)
    (folder / "articles").mkdir()
    (folder / name).write_text(templates, "utf-8")
    return folder / files.file_name


def _changed(text: str, intent: str, answers: Mapping[str, str]) -> str:
    """Return the file with another answer to one intent."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    values: dict[str, Any] = yaml.safe_load(text) or {}
    block = yaml.safe_dump(
        {intent: _merged(values.get(intent), intent, answers)},
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
    )
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        others = {name: value for name, value in values.items() if name != intent}
        dumped = yaml.safe_dump(others, allow_unicode=True, sort_keys=False, width=_WIDTH)
        return (dumped if others else "") + block
    start, end = len(text), len(text)
    for key, value in root.value:
        if key.value == intent:
            start, end = key.start_mark.index, _end(text, value.end_mark.index)
    head = text[:start]
    return head + ("" if not head or head.endswith("\n") else "\n") + block + text[end:]


def _end(text: str, end: int) -> int:
    """Return where the lines of a value end: comments and gaps behind it belong to what follows."""
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    whole = sum(map(len, lines))
    if whole == end and not text[:end].endswith("\n"):  # within a line: to its end
        newline = text.find("\n", end)
        return len(text) if newline < 0 else newline + 1
    return whole


def _merged(old: Any, intent: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return a template with other texts; title and slots stay."""
    values: dict[str, Any] = dict(old) if isinstance(old, dict) else {}
    for language, said in answers.items():
        if said.strip():
            values[language] = said.strip()
        else:
            values.pop(language, None)
    if not any(language in values for language in answers):
        raise InputError(
            f"The answer to {intent!r} must say something in at least one language; found none. "
            "An intent without an answer is one that the file does not name."
        )
    return values
