"""The smallest client that shows what a ZAP answers: status and JSON, nothing hidden."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.zap.running import RunningZap


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and the decoded body."""

    status: int
    body: Any

    def __getitem__(self, key: str) -> Any:
        assert isinstance(self.body, dict), self.body
        return self.body[key]

    @property
    def code(self) -> str:
        """The error code, or "" for an answer without one."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Api:
    """Calls one ZAP. ``api("core/view/version")``; parameters as keywords, as ZAP names them."""

    def __init__(self, zap: RunningZap, key: str | None = None, timeout_s: float = 30.0) -> None:
        self._url = zap.url
        self._key = zap.key if key is None else key
        self._timeout_s = timeout_s
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __call__(self, endpoint: str, **parameters: object) -> Reply:
        """One call; OSError when nobody answers."""
        query = urllib.parse.urlencode({name: str(value) for name, value in parameters.items()})
        headers = {"X-ZAP-API-Key": self._key} if self._key else {}
        request = urllib.request.Request(f"{self._url}/JSON/{endpoint}/?{query}", headers=headers)
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                return Reply(answer.status, json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, json.loads(error.read()))

    def until(self, done: Callable[[], bool], limit_s: float = 60.0, every_s: float = 0.1) -> None:
        """Ask until ``done``; AssertionError after ``limit_s``."""
        end = time.monotonic() + limit_s
        while not done():
            assert time.monotonic() < end, f"not done within {limit_s:g} s"
            time.sleep(every_s)
