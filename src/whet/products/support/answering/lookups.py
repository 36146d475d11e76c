"""What does the company's system say? One question over HTTP, in time, and only what can be shown.

The system may hang, lie, send too much, or send us elsewhere: then the customer is told the
fallback, and the reason says why.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

import httpx

from whet.products.support.answering.addresses import (
    RefusedError,
    Resolve,
    checked_address,
    resolve,
)
from whet.products.support.desk.outside import Lookup
from whet.products.support.desk.paths import value_at
from whet.products.support.desk.templates import SLOT
from whet.serving.deadline import Deadline

LONGEST_VALUE = 300
"""Characters above which a value is not shown."""
_MOST_REDIRECTS = 3
_MARKUP = re.compile(r"<[^>]*>|\]\(|[<>]|javascript:", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:)?//([^\s/?#\\]+)|\bwww\.[^\s/]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Found:
    """How a lookup ended."""

    outcome: Literal["found", "not_found", "failed"]
    values: Mapping[str, str]
    """By field, the value as it is shown; empty unless found."""
    why: str
    """What went wrong, as part of a sentence; empty where found."""


class Lookups:
    """The lookups of a desk; safe for several threads.

    Args:
        lookups: by name.
        resolve: finds the addresses of a host.
        environment: holds the values of headers.
    """

    def __init__(
        self,
        lookups: Mapping[str, Lookup],
        *,
        resolve: Resolve = resolve,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._askers = {
            name: _Asker(lookup, resolve, environment) for name, lookup in lookups.items()
        }
        self._deadline = Deadline()

    def ask(self, name: str, slots: Mapping[str, str], fields: Sequence[str]) -> Found:
        """Return what lookup `name` says about some slots, as far as `fields` of it are shown."""
        asker = self._askers[name]
        try:
            return self._deadline.call(lambda: asker.ask(slots, fields), asker.lookup.timeout_s)
        except TimeoutError:
            return _failed(f"it took over {asker.lookup.timeout_s:g} s")
        except RefusedError as error:
            return _failed(str(error))
        except httpx.HTTPError as error:
            return _failed(f"it could not be asked ({type(error).__name__})")

    def close(self) -> None:
        """Close the connections."""
        for asker in self._askers.values():
            asker.close()


class _Asker:
    """Asks one system: its connections are used for no other host."""

    def __init__(self, lookup: Lookup, resolve: Resolve, environment: Mapping[str, str]) -> None:
        self.lookup = lookup
        self._resolve, self._environment = resolve, environment

    def ask(self, slots: Mapping[str, str], fields: Sequence[str]) -> Found:
        """Return what the system says about some slots."""
        status, data = self._answer(_filled_url(self.lookup.url, slots), slots)
        if status == 404:
            return Found("not_found", {}, "it knows no such thing")
        if status != 200:
            return _failed(f"it said {status}")
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            return _failed("what it sent is no JSON")
        for slot, path in self.lookup.same.items():
            if _folded(value_at(content, path)) != _folded(slots.get(slot)):
                return _failed(f"it answered about another {slot}")
        return self._shown(content, fields)

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        # No proxy of the environment: it would resolve the name itself.
        return httpx.Client(timeout=self.lookup.timeout_s, trust_env=False)

    def _shown(self, content: Any, fields: Sequence[str]) -> Found:
        """Return the fields of an answer that a text shows."""
        host = urlsplit(self.lookup.url).hostname or ""
        values: dict[str, str] = {}
        for field in fields:
            shown = _plain(value_at(content, self.lookup.fields[field]), host)
            if shown is None:
                return _failed(f"its {field} cannot be shown")
            values[field] = shown
        return Found("found", values, "")

    def _answer(self, url: str, slots: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and body of the answer, after redirects on the same host."""
        home = urlsplit(url)
        for _ in range(_MOST_REDIRECTS + 1):
            with self._client.stream(**self._request(url, slots)) as response:
                if not response.is_redirect:
                    return response.status_code, self._body(response)
                target = urljoin(url, response.headers["location"])
            parts = urlsplit(target)
            if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
                raise RefusedError(f"it sends to another host, {parts.netloc[:100] or 'none'}")
            url = target
        raise RefusedError("it sends around in circles")

    def _request(self, url: str, slots: Mapping[str, str]) -> dict[str, Any]:
        """Return a request that goes to an address of the host that was looked at."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = parts.hostname or ""
        address = checked_address(host, port, allowed=self.lookup.allowed, resolve=self._resolve)
        headers = {"Host": parts.netloc, "Accept": "application/json"}
        headers["Accept-Encoding"] = "identity"  # a small answer must not unfold to a large one
        for header, variable in self.lookup.headers.items():
            if variable not in self._environment:
                raise RefusedError(f"the variable {variable} is not set")
            headers[header] = self._environment[variable]
        body = {name: _filled(text, slots) for name, text in self.lookup.body.items()}
        netloc = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        return {
            "method": self.lookup.method,
            "url": parts._replace(netloc=netloc).geturl(),
            "headers": headers,
            "json": body if self.lookup.method == "POST" else None,
            "extensions": {"sni_hostname": host},  # whose certificate must be shown
        }

    def _body(self, response: httpx.Response) -> bytes:
        """Return the body of an answer of bearable size."""
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise RefusedError("it sent what is packed, though it was asked not to")
        data = bytearray()
        for piece in response.iter_raw():
            data += piece
            if len(data) > self.lookup.most_bytes:
                raise RefusedError(f"it sent over {self.lookup.most_bytes:,} bytes")
        return bytes(data)


def _filled_url(url: str, slots: Mapping[str, str]) -> str:
    """Return an address with the values of its slots, which can name neither host nor folder."""

    def escaped(match: re.Match[str]) -> str:
        value = slots[match[1].strip()]
        if value in (".", ".."):
            raise RefusedError("a slot holds dots alone")
        return quote(value, safe="")

    return SLOT.sub(escaped, url)


def _filled(text: str, slots: Mapping[str, str]) -> str:
    """Return a text with the values of its slots."""
    return SLOT.sub(lambda match: slots[match[1].strip()], text)


def _plain(value: Any, host: str) -> str | None:
    """Return a value as it is shown; None for what is no single value, or what may not be shown."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, int | float):
        return format(value, ".10g") if abs(value) < 1e15 else None
    text = " ".join(_CONTROL.sub(" ", value).split())
    if not text or len(text) > LONGEST_VALUE or _MARKUP.search(text):
        return None
    links = [match[1] or match[0] for match in _LINK.finditer(text)]
    return text if all(link.partition(":")[0].lower() == host for link in links) else None


def _folded(value: Any) -> str:
    """Return a value in the form in which two of them are compared."""
    return "".join(str(value).split()).casefold()


def _failed(why: str) -> Found:
    """Return that there is nothing to rely on, and why."""
    return Found("failed", {}, why)
