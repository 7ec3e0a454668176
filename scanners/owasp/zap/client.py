"""ZAP's API: its official client with time limits, checked answers and errors with names.

The client of the ``zaproxy`` package sends without any time limit, returns error texts as
values and goes through ZAP as a proxy.  Here every call goes straight to the daemon, with
the key in a header, and ends in a value or in one of two exceptions.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from zapv2 import ZAPv2

from scanners.api import clip

KEY_HEADER = "X-ZAP-API-Key"
THREADS = 3
REPEATS = 3
REPEAT_AFTER_S = 1.0
T = TypeVar("T")
_OK = 200
_BASES = {"http://zap/JSON/": "/JSON/", "http://zap/OTHER/": "/OTHER/"}


class ZapGoneError(Exception):
    """The daemon gave no answer, or none that ZAP would give; says nothing of the key."""


class ZapError(Exception):
    """ZAP refused: ``code`` is its word (``does_not_exist``), ``status`` that of HTTP."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one call, in seconds and bytes; ``whole_s`` ends an answer that trickles in."""

    connect_s: float = 3.0
    read_s: float = 30.0
    whole_s: float = 60.0
    answer_max_bytes: int = 32_000_000


_LIMITS = Limits()


class ZapClient(ZAPv2):  # type: ignore[misc]
    """The generated methods of ZAPv2 over calls of our own.  Blocking: use it in threads.

    ``url`` is ``http://host:port``.  Every method raises ZapGoneError or ZapError; all
    values are text, numbers and truth as well.  The environment's proxies are not used: a
    request for another host would be proxied by ZAP, key and all.
    """

    def __init__(self, url: str, key: str, limits: Limits = _LIMITS) -> None:
        super().__init__()
        self._limits = limits
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("the address of a ZAP daemon is http://host:port")
        self._url = f"{parts.scheme}://{parts.netloc}"
        # Made once: reading the public roots costs more than a call.
        secure = parts.scheme == "https"
        self._tls = (
            ssl.create_default_context() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        self._headers = {KEY_HEADER: key, "Accept-Encoding": "identity"}

    def __repr__(self) -> str:
        """Without the key."""
        return f"<ZapClient {self._url}>"

    @property
    def address(self) -> str:
        """Where the daemon listens, ``http://host:port``."""
        return self._url

    def _request_api(
        self,
        url: str,
        query: Mapping[str, object] | None = None,
        method: str = "GET",
        body: Mapping[str, object] | None = None,
    ) -> bytes:
        """The body of an answer with status 200."""
        base = next((base for base in _BASES if url.startswith(base)), None)
        if base is None:
            raise ValueError("not an address of ZAP's API")
        target = self._url + _BASES[base] + url.removeprefix(base)
        params = {name: _text(value) for name, value in (query or {}).items()}
        form = None if body is None else {name: _text(value) for name, value in body.items()}
        try:
            return self._exchanged(method, target, params, form)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # No cause: its text and its request hold the key's header.
            raise ZapGoneError(f"no answer from ZAP ({type(error).__name__})") from None

    def _exchanged(
        self, method: str, target: str, params: dict[str, str], form: dict[str, str] | None
    ) -> bytes:
        ends = time.monotonic() + self._limits.whole_s
        limits = httpx.Timeout(self._limits.read_s, connect=self._limits.connect_s)
        with (
            httpx.Client(
                trust_env=False, timeout=limits, headers=self._headers, verify=self._tls
            ) as client,
            client.stream(method, target, params=params, data=form) as answer,
        ):
            parts, size = [], 0
            for part in answer.iter_raw():
                parts.append(part)
                size += len(part)
                if size > self._limits.answer_max_bytes:
                    raise ZapError("answer_too_large", answer.status_code)
                if time.monotonic() > ends:
                    raise ZapGoneError("an answer of ZAP did not end")
            whole = b"".join(parts)
            if answer.status_code != _OK:
                raise _refused(whole, answer.status_code)
            return whole

    def _request(
        self,
        url: str,
        get: Mapping[str, object] | None = None,
        method: str = "GET",
        body: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """The JSON object of an answer; never empty, the generated methods take its first value."""
        try:
            found = json.loads(self._request_api(url, get, method, body))
        except (ValueError, RecursionError) as error:
            raise ZapGoneError("the answer is not JSON") from error
        if not isinstance(found, dict) or not found:
            raise ZapGoneError("the answer is not an object of ZAP's")
        return found

    def _request_other(
        self,
        url: str,
        get: Mapping[str, object] | None = None,
        method: str = "GET",
        body: Mapping[str, object] | None = None,
    ) -> str:
        return self._request_api(url, get, method, body).decode("utf-8", "replace")

    def urlopen(self, url: str, *_args: object, **_kwargs: object) -> str:
        """Not offered: it would fetch through ZAP with no limit and give errors as text."""
        raise NotImplementedError(f"core.access_url does this: {clip(url, 100)}")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refused(body: bytes, status: int) -> Exception:
    """ZAP's errors are ``{"code": ..., "message": ...}``; the message may hold anything."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ZapGoneError(f"status {status} and no error of ZAP's")
    code = found.get("code") if isinstance(found, dict) else None
    if not isinstance(code, str):
        return ZapGoneError(f"status {status} and no error of ZAP's")
    return ZapError(clip(code, 60), status)


class ZapTalk:
    """The client for coroutines: every call in one of a few threads of its own.

    A call that is cancelled is left alone; its thread ends with the call, within
    ``Limits.whole_s`` at most and at once when the daemon is killed.  ``alive`` tells whether
    another try makes sense.
    """

    def __init__(self, client: ZapClient, alive: Callable[[], bool] = lambda: True) -> None:
        self.client = client
        self._alive = alive
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="zap")

    async def ask(self, call: Callable[[ZapClient], T]) -> T:
        """What ``call`` makes of the client; ZapGoneError or ZapError."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, functools.partial(call, self.client))
        except RuntimeError as error:  # the pool of threads was closed under us
            raise ZapGoneError("the daemon was stopped") from error

    async def see(self, call: Callable[[ZapClient], T]) -> T:
        """The same for what may be asked twice: ``REPEATS`` lost calls are a dead daemon."""
        for _ in range(REPEATS - 1):
            with contextlib.suppress(ZapGoneError):
                return await self.ask(call)
            if not self._alive():
                break
            await asyncio.sleep(REPEAT_AFTER_S)
        return await self.ask(call)

    def close(self) -> None:
        """Take no more calls; waits for none."""
        self._threads.shutdown(wait=False, cancel_futures=True)
