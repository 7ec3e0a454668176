"""A ZAP that is none: it speaks the JSON API of ZAP 2.17 as recorded, and works in a small way.

Its spider and its scanner really ask the target, within scope, mode, pace and excludes,
so that what an orchestrator does can be asserted on the target's log.  ``Faults`` makes it
misbehave.  ``fake_zap`` serves in this process; ``fake_command`` is the command line of a
fake daemon that takes ZAP's own arguments and keeps a home folder.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.zap.fake_api import MESSAGES, Answer, ApiError
from tests.zap.fake_api_scans import Endpoints
from tests.zap.fake_scans import Trouble
from tests.zap.fake_state import Memory
from tests.zap.fake_table import table
from tests.zap.running import KEY, RunningZap

HANG_S = 120.0
COMPONENTS = frozenset({
    "acsrf", "alert", "ascan", "authentication", "authorization", "autoupdate", "context", "core",
    "forcedUser", "httpSessions", "network", "params", "pscan", "ruleConfig", "search",
    "sessionManagement", "spider", "stats", "users",
})  # fmt: skip


@dataclass
class Faults:
    """How the fake misbehaves; may be changed while it runs.  Endpoints as ``ascan/view/scans``.

    ``hang``: endpoints that never answer.  ``fail``: endpoints that answer 500.  ``drop_from``:
    from that call on, counted from 1, connections are closed without an answer.
    ``missing``: components without implementor.  ``endless`` and ``stuck``: numbers of rules
    that end only when told to, or not even then.  ``short``: active scans end with status
    100 before all is done.  ``start_s``: seconds before it answers.  ``grow_mib``: memory that
    a fake process keeps with every new session.  ``version``: what it says it is.
    """

    hang: list[str] = field(default_factory=list)
    fail: list[str] = field(default_factory=list)
    drop_from: int | None = None
    missing: list[str] = field(default_factory=list)
    endless: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    short: bool = False
    start_s: float = 0.0
    grow_mib: int = 0
    version: str = "2.17.0"

    def trouble(self) -> Trouble:
        """What an active scan that starts now has to suffer."""
        return Trouble(frozenset(self.endless), frozenset(self.stuck), self.short)


class _Daemon(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, key: str, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.key = key
        self.faults = faults
        self.memory = Memory()
        self.endpoints = Endpoints(self.memory, faults.trouble)
        self.table = table(self.endpoints)
        self.calls: list[str] = []
        self.lines: set[socket.socket] = set()
        self.dead = threading.Event()
        self.ready_at = time.monotonic() + faults.start_s
        self.kept: list[bytes] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that left is nothing to tell."""

    def kill(self) -> None:
        """Cut every connection and close the port."""
        if self.dead.is_set():
            return
        self.dead.set()
        self.memory.way.closed.set()
        self.memory.session.ended.set()
        for line in (self.socket, *self.lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        threading.Thread(target=self._close, daemon=True).start()

    def _close(self) -> None:
        self.shutdown()
        self.server_close()

    def answer(self, path: str, params: dict[str, str], key: str) -> tuple[int, Answer]:
        """Status and body for one call."""
        name = "/".join(part for part in path.split("/") if part).removeprefix("JSON/")
        self.calls.append(name)
        try:
            return 200, self._called(name if key == self.key else "", params)
        except ApiError as error:
            code = str(error)
            status, message = MESSAGES[code]
            return status, {"code": code, "message": message}

    def _called(self, name: str, params: dict[str, str]) -> Answer:
        if not name:
            raise ApiError("bad_api_key")
        component, _, rest = name.partition("/")
        kind, _, call = rest.partition("/")
        if component not in COMPONENTS or component in self.faults.missing:
            raise ApiError("no_implementor")
        if name in self.faults.fail:
            raise ApiError("internal_error")
        if name == "core/view/version":
            return {"version": self.faults.version}
        if name == "core/action/newSession" and self.faults.grow_mib:
            self.kept.append(os.urandom(1024) * (1024 * self.faults.grow_mib))
        found = self.endpoints.options(component, kind, call, params)
        if found is not None:
            return found
        if name not in self.table:
            words = {"view": "bad_view", "action": "bad_action"}
            raise ApiError(words.get(kind, "bad_type"))
        return self.table[name](params)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Daemon

    def setup(self) -> None:
        self.server.lines.add(self.request)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.server.lines.discard(self.request)

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), 1_000_000)
        self._serve(self.rfile.read(length).decode("utf-8", "replace"))

    def _serve(self, query: str) -> None:
        server, faults = self.server, self.server.faults
        path = urlsplit(self.path).path
        name = path.strip("/").removeprefix("JSON/")
        count = len(server.calls) + 1
        early = time.monotonic() < server.ready_at
        if server.dead.is_set() or early or (faults.drop_from and count >= faults.drop_from):
            server.calls.append(name)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if name in faults.hang:
            server.calls.append(name)
            server.dead.wait(HANG_S)
            self.close_connection = True
            return
        params = dict(parse_qsl(query, keep_blank_values=True))
        key = self.headers.get("X-ZAP-API-Key") or params.pop("apikey", "")
        status, body = server.answer(path, params, key)
        self._send(status, body)
        if name == "core/action/shutdown" and status == 200:
            server.kill()

    def _send(self, status: int, body: Answer) -> None:
        text = json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def fake_zap(key: str = KEY, **faults: object) -> Iterator[RunningZap]:
    """A fake in threads of this process; ``faults`` are fields of ``Faults``.

    ``zap.faults`` may be changed while it runs and ``zap.calls`` holds every endpoint
    called, in order.
    """
    how = Faults(**faults)  # type: ignore[arg-type]
    daemon = _Daemon(0, key, how)
    thread = threading.Thread(target=daemon.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{daemon.server_address[1]}"
    zap = RunningZap(url, key, None, False, None, how, daemon.calls, _kill=daemon.kill)
    try:
        yield zap
    finally:
        daemon.kill()
        thread.join(timeout=5)


def fake_command(home: Path, port: int, key: str, faults: Faults | None = None) -> list[str]:
    """The command line of a fake daemon; it takes ZAP's arguments and ``-faults JSON``."""
    return [
        sys.executable, "-m", "tests.zap.fake", "-daemon", "-host", "127.0.0.1",
        "-port", str(port), "-dir", str(home), "-silent", "-config", f"api.key={key}",
        "-faults", json.dumps(asdict(faults or Faults())),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """A fake daemon as a process: 1 when its home is in use, 0 when it was told to end."""
    parser = argparse.ArgumentParser(prog="python -m tests.zap.fake", add_help=False)
    parser.add_argument("-port", type=int, required=True)
    parser.add_argument("-dir", type=Path, required=True)
    parser.add_argument("-config", action="append", default=[])
    parser.add_argument("-faults", default="{}")
    given, _ = parser.parse_known_args(arguments)
    settings = dict(entry.partition("=")[::2] for entry in given.config)
    given.dir.mkdir(parents=True, exist_ok=True)
    with (given.dir / ".homelock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("The home directory is already in use.", file=sys.stderr)
            return 1
        faults = Faults(**json.loads(given.faults))
        _Daemon(given.port, settings.get("api.key", ""), faults).serve_forever(0.05)
    return 0


if __name__ == "__main__":
    sys.exit(main())
