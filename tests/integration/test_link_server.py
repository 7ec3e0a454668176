"""The pages behind links as a member, a mail scanner and an attacker see them."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import httpx
import pytest

from monitor import bootstrap
from monitor.adapters.links.page import STATUS, render_page
from monitor.adapters.links.server import BODY_MAX_BYTES, LinkServer
from monitor.adapters.links.words import LINK_WORDS, LinkWords
from monitor.adapters.store import migrate
from monitor.domain.action import Action, ActionLink
from monitor.domain.alert import Alert
from monitor.domain.procedure import ProcedureKind
from monitor.services.link_tokens import LinkSigner
from monitor.services.member_links import MemberLinks, Page, PageState
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.settings_load import SettingsError, load_settings
from tests.builders import DAY
from tests.contract.services_world import World, open_world
from tests.contract.test_services_links import notified, the, used
from tests.contract.test_services_procedures import MARK, applicant, begin, record

SIGNER = LinkSigner("https://links.example", (b"k" * 32,), 45 * DAY)
HOSTILE = "<script>alert(1)</script>\"'>&"
Start = Callable[..., LinkServer]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    opened = open_world(file, tmp_path, MARK)
    yield opened
    opened.store.close()


@pytest.fixture
def start(world: World) -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def run(heard: list[tuple[str, str, int]] | None = None, **more: object) -> LinkServer:
            told: list[tuple[str, str, int]] = [] if heard is None else heard
            links = cast("MemberLinks", more.pop("links", MemberLinks(world.casework)))
            server = LinkServer(
                "127.0.0.1",
                0,
                store=world.store,
                signer=SIGNER,
                links=links,
                clock=world.clock,
                organisation=f"Keurmerk {HOSTILE}",
                answered=lambda *about: told.append(about),
                **more,  # type: ignore[arg-type]
            )
            server.start()
            stack.callback(server.stop)
            return server

        yield run


def ask(server: LinkServer, path: str, method: str = "GET", **more: object) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.request(method, f"http://127.0.0.1:{server.port}{path}", **more)  # type: ignore[arg-type]


def raw(server: LinkServer, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(data)
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := line.recv(65_536):
                parts.append(part)
    return b"".join(parts)


def path_of(link: ActionLink) -> str:
    return f"/a/{SIGNER.token(link)}"


def more_time(alert: Alert) -> str:
    return path_of(the(Action.MORE_TIME, alert))


def test_a_member_looks_presses_the_button_and_is_told(world: World, start: Start) -> None:
    heard: list[tuple[str, str, int]] = []
    server, path = start(heard), more_time(notified(world))
    page = ask(server, path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<form method="post">' in page.text
    assert "Meer tijd vragen" in page.text
    assert "shop.example" in page.text
    assert used(world) == []
    done = ask(server, path, "POST", data={})
    assert (done.status_code, "U heeft meer tijd" in done.text) == (200, True)
    assert "<form" not in done.text
    assert world.case().postponements == 1
    again = ask(server, path, "POST", data={})
    assert (again.status_code, "al gebruikt" in again.text) == (410, True)
    assert ask(server, path).status_code == 410
    assert world.case().postponements == 1
    assert heard[0] == ("/a", "GET", 200)


def test_a_mail_scanner_that_follows_every_link_changes_nothing(world: World, start: Start) -> None:
    server, alert = start(), notified(world)
    before = world.case()
    for action in (Action.MORE_TIME, Action.LOOK_AGAIN):
        for method in ("GET", "HEAD", "GET"):
            assert ask(server, path_of(the(action, alert)), method).status_code == 200
    assert ask(server, path_of(the(Action.MORE_TIME, alert)), "HEAD").content == b""
    assert (world.case(), used(world)) == (before, [])


def test_pressing_twice_at_the_same_time_acts_once(world: World, start: Start) -> None:
    server, path = start(), more_time(notified(world))
    with ThreadPoolExecutor(4) as threads:
        codes = list(
            threads.map(lambda _: ask(server, path, "POST", data={}).status_code, range(4))
        )
    assert sorted(codes) == [200, 410, 410, 410]
    assert world.case().postponements == 1
    assert used(world) == ["more_time"]


def test_every_answer_forbids_scripts_frames_foreign_content_and_telling_others(
    world: World, start: Start
) -> None:
    server, path = start(), more_time(notified(world))
    for answer in (ask(server, path), ask(server, "/a/x"), ask(server, "/")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'; frame-ancestors 'none'; base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "max-age" in answer.headers["strict-transport-security"]
        assert "set-cookie" not in answer.headers
        assert not re.search(r"(?:src|href)=|<script|https?://", answer.text)
    insecure = ask(start(secure=False), path)
    assert "strict-transport-security" not in insecure.headers


def test_expired_forged_and_unknown_links_say_so_in_a_language_of_the_reader(
    world: World, start: Start
) -> None:
    server, alert = start(), notified(world)
    gone = replace(the(Action.MORE_TIME, alert), expires_at=world.clock.now())
    expired = ask(server, path_of(gone), "POST", data={})
    assert (expired.status_code, "verlopen" in expired.text) == (410, True)
    token = path_of(the(Action.MORE_TIME, alert))
    forged = ask(server, f"{token[:-4]}AAAA", headers={"Accept-Language": "pt, fr-BE;q=0.8"})
    assert (forged.status_code, "pas valable" in forged.text) == (403, True)
    assert 'lang="en"' in ask(server, "/a/nothing", headers={"Accept-Language": "pt"}).text
    other = replace(the(Action.MORE_TIME, alert), thread="KW-1999-000001")
    assert ask(server, path_of(other), "POST", data={}).status_code == 409
    assert used(world) == []


def test_what_is_no_link_page_is_refused_without_a_word_about_us(
    world: World, start: Start
) -> None:
    heard: list[tuple[str, str, int]] = []
    server, path = start(heard), more_time(notified(world))
    assert ask(server, "/").status_code == 404
    assert ask(server, "/metrics").status_code == 404
    brew = ask(server, path, "PUT")
    assert (brew.status_code, brew.headers["allow"]) == (405, "GET, HEAD, POST")
    assert raw(server, b"\x16\x03\x01\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert raw(server, b"GET /a/" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 431")
    assert heard[-1] == ("other", "other", 431)
    assert all(len(route) < 10 for route, _, _ in heard)


def test_a_body_is_bounded_and_has_a_length(world: World, start: Start) -> None:
    server, path = start(), more_time(notified(world)).encode()
    head = b"POST " + path + b" HTTP/1.1\r\n"
    for extra in (
        b"",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 0\r\nContent-Length: 5\r\n",
    ):
        assert raw(server, head + extra + b"\r\n0\r\n\r\n").startswith(b"HTTP/1.1 411")
    large = f"Content-Length: {BODY_MAX_BYTES + 1}\r\n\r\n".encode()
    assert raw(server, head + large).startswith(b"HTTP/1.1 413")
    assert used(world) == []
    assert raw(server, head + b"Content-Length: 4\r\n\r\n\xff=\xfe&").startswith(b"HTTP/1.1 200")


def test_a_client_that_sends_half_a_body_is_dropped_and_nothing_is_done(
    world: World, start: Start
) -> None:
    server, path = start(connection_max_s=0.5), more_time(notified(world)).encode()
    answer = raw(server, b"POST " + path + b" HTTP/1.1\r\nContent-Length: 10\r\n\r\nansw")
    assert (answer, used(world)) == (b"", [])


def test_a_questionnaire_has_a_field_for_the_answers(world: World, start: Start) -> None:
    world.do(lambda tx: tx.put_sites([applicant()]))
    one = begin(world, ProcedureKind.APPLICATION)
    record(world, one, "documents_complete")
    path = path_of(the(Action.ANSWER, world.deliver()[-1]))
    server = start()
    assert '<textarea id="answers" name="answers"' in ask(server, path).text
    empty = ask(server, path, "POST", data={"answers": "  "})
    assert (empty.status_code, "<textarea" in empty.text) == (422, True)
    assert ask(server, path, "POST", data={f"f{n}": "x" for n in range(20)}).status_code == 422
    done = ask(server, path, "POST", data={"answers": f"é {HOSTILE}\n2. ja"})
    assert done.status_code == 200
    steps = world.do(lambda tx: tx.procedure_log(one.procedure_id))
    assert steps[-1].data["answers"] == f"é {HOSTILE}\n2. ja"


def test_trouble_with_the_database_is_a_page_that_asks_to_come_back(
    world: World, start: Start
) -> None:
    server, path = start(), more_time(notified(world))
    world.store.close()
    answer = ask(server, path, "POST", data={})
    assert (answer.status_code, "Nu niet mogelijk" in answer.text) == (503, True)


def test_a_request_that_turns_out_to_be_impossible_keeps_nothing(
    world: World, start: Start
) -> None:
    class Meanwhile(MemberLinks):
        def act(self, tx: Tx, link: ActionLink, said: str, now: datetime) -> Page:
            super().act(tx, link, said, now)
            raise RequestError("somebody else was first")

    path = more_time(notified(world))
    server = start(links=Meanwhile(world.casework))
    assert ask(server, path, "POST", data={}).status_code == 409
    assert (world.case().postponements, used(world)) == (0, [])


@pytest.mark.parametrize("words", LINK_WORDS.values(), ids=LINK_WORDS)
@pytest.mark.parametrize("state", PageState)
@pytest.mark.parametrize("action", Action)
def test_every_page_is_whole_in_every_language_and_shows_hostile_text_as_text(
    words: LinkWords, state: PageState, action: Action
) -> None:
    due = datetime.fromisoformat("2026-12-05T22:59:59+00:00")
    page = Page(state, words.language, action, HOSTILE, (HOSTILE,), "KW-2026-000412", "NL", due)
    html = render_page(page, f"Keurmerk {HOSTILE}").decode()
    assert f'<html lang="{words.language}">' in html
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"\{\w*\}|None", re.sub(r"<style>.*?</style>", "", html))
    assert ("2026" in re.sub("KW-2026", "", html)) is (state in (PageState.ASK, PageState.DONE))
    assert state in STATUS


def test_a_page_of_nothing_known_names_nothing() -> None:
    html = render_page(Page(PageState.FORGED, ""), "Keurmerk").decode()
    assert "This is about" not in html
    assert "KW-" in render_page(Page(PageState.OVER, "en", thread="KW-1"), "K").decode()


def test_the_words_of_every_language_are_complete() -> None:
    for words in LINK_WORDS.values():
        for texts in (words.buttons, words.asked, words.done):
            assert set(texts) == set(Action)
        assert set(words.states) == set(PageState) - {PageState.ASK, PageState.DONE}


def test_the_settings_make_links_and_their_pages_or_neither(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("0123456789abcdefghijklmnopqrstuv\n")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    given = {
        "KEURWACHT_LINKS__KEY_FILE": str(key),
        "KEURWACHT_LINKS__OLD_KEY": "vutsrqponmlkjihgfedcba9876543210",
        "KEURWACHT_LINKS__PUBLIC_URL": "https://links.example/mark",
        "KEURWACHT_LINKS__PORT": "0",
    }
    overrides = {"database.url": url}
    settings = load_settings(None, given, overrides)
    signer = bootstrap.link_signer(settings)
    assert signer is not None
    assert signer.keys == (key.read_bytes().strip(), b"vutsrqponmlkjihgfedcba9876543210")
    assert bootstrap.channel_settings(settings).links == signer
    assert "0123456789" not in repr(settings) + repr(signer)
    migrate.upgrade(url)
    store = bootstrap.open_store(settings)
    try:
        core = bootstrap.build_core(settings, store)
        server = bootstrap.build_link_server(settings, core, lambda *_: None)
        assert server is not None
        server.start()
        assert ask(server, "/mark/a/x").status_code == 403
        server.stop()
        without = load_settings(None, {}, overrides)
        assert bootstrap.build_link_server(without, core, lambda *_: None) is None
        assert bootstrap.link_signer(without) is None
    finally:
        store.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PUBLIC_URL": "https://links.example"}, "go together"),
        ({"KEY": "0123456789abcdefghijklmnopqrstuv"}, "go together"),
        ({"OLD_KEY": "0123456789abcdefghijklmnopqrstuv"}, "links.key is needed"),
        ({"KEY": "short"}, "at least 32 random characters"),
        ({"KEY": "ab" * 20}, "at least 32 random characters"),
        ({"PUBLIC_URL": "https://links.example/?a=b"}, "without a query"),
    ],
)
def test_settings_of_links_that_cannot_work_are_refused_without_the_key(
    given: dict[str, str], said: str
) -> None:
    environ = {f"KEURWACHT_LINKS__{name}": text for name, text in given.items()}
    with pytest.raises(SettingsError, match=said) as refused:
        load_settings(None, environ, {})
    assert given.get("KEY", "none") not in str(refused.value)
