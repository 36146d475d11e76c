"""How does a report look? One self-contained HTML page: no third-party request, light and dark.

Templates live beside the module that fills them and extend ``page.html`` of this folder, which
offers the blocks ``title``, ``head``, ``nav`` and ``body``. The page's own content policy forbids
the browser every request and every script but the one that `render_page` was given.
"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_SHELL = Path(__file__).parent / "templates"


@lru_cache(maxsize=8)
def _environment(folder: Path) -> Environment:
    """Return the template environment of one folder, with the shared shell behind it."""
    environment = Environment(
        loader=FileSystemLoader([folder, _SHELL]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda value: f"{100 * value:.1f} %"
    environment.filters["size"] = format_bytes
    return environment


def render_page(folder: Path, template: str, *, script: str | None = None, **facts: object) -> str:
    """Return the HTML of `template` in `folder`, filled with `facts`; texts are escaped.

    `script` names a JavaScript file of `folder` that is put at the end of the page. It may only
    add comfort: the page must say everything without it.
    """
    code = (folder / script).read_text(encoding="utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return (
        _environment(folder)
        .get_template(template)
        .render(
            **facts,
            page_script=Markup(code),  # our own file, shipped with the package
            page_script_source=f"'sha256-{digest}'" if code else "'none'",
        )
    )


def format_bytes(size: float) -> str:
    """Return a size in words.

    >>> format_bytes(91_226_112)
    '91.2 MB'
    """
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
