"""A lab shop: two real listeners on loopback, and switches that work while it runs."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.shops.authority import Authority, Issued, KeyKind
from tests.shops.listener import Listener
from tests.shops.modes import Asked, Behaviour, Plain
from tests.shops.pages import HTML, Page, ShopText, build_pages, role_paths

OLD_TLS_SCRIPT = Path(__file__).with_name("old_tls.py")
CHILD_START_S = 20.0


class Shop:
    """One shop on 127.0.0.1: an HTTPS port and a plain-HTTP port, both ephemeral.

    Context manager; it serves from ``start`` to ``close``.  ``pages`` may be
    edited in place while it runs; ``behaviour`` and ``parked_at`` are read for
    every request.  Without an own certificate one for 60 days is issued.
    """

    def __init__(
        self, text: ShopText, authority: Authority, certificate: Issued | None = None
    ) -> None:
        self.text = text
        self.host = text.host
        self.authority = authority
        self.pages: dict[str, Page] = build_pages(text)
        self.behaviour = Behaviour.HONEST
        self.parked_at = ""
        self.extra_headers: dict[str, str] = {}
        self._log: list[Asked] = []
        self._log_lock = threading.Lock()
        self._plain = Plain.REDIRECTS
        self._child: subprocess.Popen[bytes] | None = None
        self._child_file = authority.folder / f"{text.host}-old-tls.pem"
        self.certificate = certificate or authority.issue(text.host)
        self._context = self.certificate.server_context()
        self._https = Listener(self, context=lambda: self._context)
        self._http = Listener(self)
        self._behind_child: Listener | None = None
        self.https_port = self._https.port
        self.http_port = self._http.port

    # -- life ---------------------------------------------------------------

    def start(self) -> None:
        """Begin to serve on both ports."""
        self._https.start()
        self._http.start()

    def close(self) -> None:
        """Stop serving, end open connections, the child and every thread; may be repeated."""
        self._end_child()
        for listener in (self._https, self._http):
            listener.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- how to reach it ----------------------------------------------------

    @property
    def url(self) -> str:
        """The start URL, with the name and without the port."""
        return f"https://{self.host}/"

    @property
    def resolve(self) -> tuple[str, ...]:
        """``HOST:PORT:ADDR:PORT`` for 443 and 80 of the host and of its www name."""
        return tuple(
            f"{name}:{port}:127.0.0.1:{to_port}"
            for name in (self.host, f"www.{self.host}")
            for port, to_port in ((443, self.https_port), (80, self.http_port))
        )

    # -- certificate and TLS ------------------------------------------------

    def serve_certificate(
        self,
        issued: Issued | None = None,
        *,
        days_left: float = 60.0,
        hours_left: float | None = None,
        expired: bool = False,
        names: tuple[str, ...] | None = None,
        key: KeyKind = "ec",
        with_intermediate: bool = True,
    ) -> Issued:
        """Use another certificate from the next handshake on; open connections keep theirs."""
        self.certificate = issued or self.authority.issue(
            self.host,
            days_left=days_left,
            hours_left=hours_left,
            expired=expired,
            names=names,
            key=key,
            with_intermediate=with_intermediate,
        )
        self._context = self.certificate.server_context()
        if self._child is not None:
            self._give_child_certificate()
        return self.certificate

    def old_tls(self, *, on: bool) -> None:
        """Offer TLS 1.0 and 1.1 beside the newer versions, or no longer; the port stays."""
        if not on:
            self._end_child()
            self._https.start()
            return
        if self._child is not None:
            return
        self._https.pause()
        self._behind_child = Listener(self, secure=True)
        self._behind_child.start()
        self._give_child_certificate()
        listening = self._https.fileno()
        arguments = [str(listening), str(self._child_file), str(self._behind_child.port)]
        self._child = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(OLD_TLS_SCRIPT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listening],
        )
        if self._child.stdout is None or self._child.stdout.readline() != b"ready\n":
            self._end_child()
            raise RuntimeError("the child for TLS 1.0/1.1 did not start")

    def _give_child_certificate(self) -> None:
        fresh = self._child_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(self.certificate.key_pem + self.certificate.chain_pem)
        fresh.replace(self._child_file)

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            # Leaving the block closes both pipes and waits; the child ends at its closed input.
            with suppress(OSError), child:
                child.kill()
        behind, self._behind_child = self._behind_child, None
        if behind is not None:
            behind.close()

    # -- plain HTTP ---------------------------------------------------------

    @property
    def plain(self) -> Plain:
        """What the plain-HTTP port does now."""
        return self._plain

    def set_plain(self, plain: Plain) -> None:
        """Change the plain-HTTP port; the port number stays the same, also after closing."""
        if plain is Plain.CLOSED:
            self._http.close()
        elif self._plain is Plain.CLOSED:
            self._http = Listener(self, port=self.http_port)
            self._http.start()
        self._plain = plain

    # -- content ------------------------------------------------------------

    @property
    def paths(self) -> dict[str, str]:
        """Path by role: start, contact, about, terms, privacy, complaints, delivery, ..."""
        return role_paths(self.text)

    def page(self, role: str) -> Page:
        """The page of a role as it is served now; KeyError when it was removed."""
        return self.pages[self.paths[role]]

    def put_page(self, role: str, body: str, *, status: int = 200) -> None:
        """Serve ``body`` (a whole HTML document) as the page of ``role``."""
        self.pages[self.paths[role]] = Page(body, HTML, status)

    def replace_text(self, old: str, new: str, *, role: str | None = None) -> int:
        """Replace ``old`` in one role page, or in all of them; the number of changed pages."""
        only = None if role is None else self.paths[role]
        changed = 0
        for path, page in list(self.pages.items()):
            if old in page.body and only in (None, path):
                self.pages[path] = replace(page, body=page.body.replace(old, new))
                changed += 1
        return changed

    def remove_page(self, role: str) -> None:
        """Take the page of ``role`` away, with every link to it and its line in the sitemap."""
        path = self.paths[role]
        self.pages.pop(path, None)
        target = re.escape(path)
        item = re.compile(rf'<li><a href="{target}">[^<]*</a></li>\n?')
        link = re.compile(rf'<a href="{target}">([^<]*)</a>')
        entry = re.compile(rf"<url><loc>https://[^/<]*{target}</loc></url>\n?")
        for other, page in list(self.pages.items()):
            body = link.sub(r"\1", item.sub("", entry.sub("", page.body)))
            if body != page.body:
                self.pages[other] = replace(page, body=body)

    def restore_pages(self) -> None:
        """All pages as they were at the start, whatever was edited or removed."""
        self.pages = build_pages(self.text)

    def set_kvk(self, kvk: str) -> None:
        """Show another Dutch company number wherever the shop showed its own."""
        self.replace_text(self.text.kvk, kvk)

    def post_forms_to_http(self) -> None:
        """Let every form send its fields over plain HTTP."""
        self.replace_text('action="https://', 'action="http://')

    # -- who came by --------------------------------------------------------

    def note(self, asked: Asked) -> None:
        """Write down one request; called by the listeners."""
        with self._log_lock:
            self._log.append(asked)

    @property
    def log(self) -> tuple[Asked, ...]:
        """Every request so far, oldest first."""
        with self._log_lock:
            return tuple(self._log)

    @property
    def requests(self) -> int:
        """How many requests so far."""
        return len(self.log)

    @property
    def user_agents(self) -> frozenset[str]:
        """Every User-Agent seen so far."""
        return frozenset(asked.user_agent for asked in self.log)

    def forget_log(self) -> None:
        """Start counting anew."""
        with self._log_lock:
            self._log.clear()
