"""How does a text read after a translation and back? Asks the endpoint that the workspace names.

Two conventions are spoken: LibreTranslate's ``POST /translate``, and, where a model is named, the
chat completions of OpenAI's API. Every answer is kept on disk, so that nothing is asked or paid
twice; texts are asked one at a time. Source: Sennrich et al. 2016, arXiv:1511.06709.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from whet.core.errors import InputError
from whet.core.files import write_atomic
from whet.core.settings import Settings
from whet.core.text import is_chinese

TIMEOUT_S = 30.0
RETRIES = 2
"""Further attempts to reach the endpoint when the connection fails."""
PROMPT = (
    "Translate the user's message from {source} to {target}. "
    "Answer with the translation and nothing else."
)


class Translator:
    """A translation endpoint and the answers that it has given; a context manager."""

    def __init__(self, settings: Settings, folder: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        """Prepare to ask; `folder` keeps the answers.

        Raises:
            InputError: no endpoint is set, or its URL is none.
        """
        self.url, self.model = (settings.translate_url or "").rstrip("/"), settings.translate_model
        if not self.url.startswith(("http://", "https://")):
            raise InputError(
                "WHET_TRANSLATE_URL must be the http(s) address of a translation endpoint for "
                f"back_translation; found {self.url or 'nothing'!r}. Set it, or leave "
                "'back_translation' out of augment.ways."
            )
        self.key, self.folder = settings.translate_key, folder
        headers = {"Authorization": f"Bearer {self.key}"} if self.key and self.model else {}
        self.client = httpx.Client(
            headers=headers, timeout=timeout_s, transport=httpx.HTTPTransport(retries=RETRIES)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def there_and_back(self, texts: Iterable[str], via: str) -> Iterator[str]:
        """Yield each text after a translation to the language `via` (such as `de`) and back.

        Raises:
            InputError: the endpoint cannot be reached, refuses, or answers in another form.
        """
        for text in texts:
            own = "zh" if is_chinese(text) else "en"
            yield self.translated(self.translated(text, own, via), via, own)

    def translated(self, text: str, source: str, target: str) -> str:
        """Return a text in another language, from the kept answers where it is there."""
        asked = [self.url, self.model, source, target, text]
        name = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
        file = self.folder / name[:2] / f"{name}.json"
        if file.is_file():
            return str(json.loads(file.read_text(encoding="utf-8")))
        answer = self._ask(text, source, target)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(file, json.dumps(answer, ensure_ascii=False))
        return answer

    def _ask(self, text: str, source: str, target: str) -> str:
        """Return the endpoint's translation of one text."""
        path, body = self._request(text, source, target)
        try:
            response = self.client.post(self.url + path, json=body)
            response.raise_for_status()
            content: Any = response.json()
        except httpx.HTTPStatusError as error:
            said = error.response.text[:200].strip()
            raise InputError(
                self._wrong(f"it said {error.response.status_code}: {said}")
            ) from error
        except (httpx.HTTPError, ValueError) as error:
            raise InputError(self._wrong(str(error) or type(error).__name__)) from error
        try:
            answer = content["choices"][0]["message"]["content"] if self.model else content[_FIELD]
        except (KeyError, IndexError, TypeError) as error:
            raise InputError(self._wrong(f"it said {str(content)[:200]}")) from error
        if not isinstance(answer, str) or not answer.strip():
            raise InputError(self._wrong(f"its translation of {text[:60]!r} was {answer!r}"))
        return answer.strip()

    def _request(self, text: str, source: str, target: str) -> tuple[str, dict[str, Any]]:
        """Return path and body of a request."""
        if not self.model:
            body = {"q": text, "source": source, "target": target, "format": "text"}
            return "/translate", body | ({"api_key": self.key} if self.key else {})
        told = PROMPT.format(source=source, target=target)
        messages = [{"role": "system", "content": told}, {"role": "user", "content": text}]
        return "/chat/completions", {
            "model": self.model,
            "temperature": 0,
            "messages": messages,
        }

    def _wrong(self, what: str) -> str:
        """Return the sentence about an endpoint that does not translate."""
        return (
            f"The translation endpoint {self.url} must translate; {what}. Mend it, set "
            "WHET_TRANSLATE_URL, or leave 'back_translation' out of augment.ways."
        )


_FIELD = "translatedText"
