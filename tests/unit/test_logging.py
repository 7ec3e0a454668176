"""Log lines: one form, no secrets, no harm from hostile text."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.logging import (
    HIDDEN,
    REPEAT_S,
    REPEATS_MAX,
    Repeats,
    configure_logging,
    plain,
    redact,
)


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", "info", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_structlog_and_the_standard_library_write_the_same_form(out: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(site_id="s-1"):
        structlog.get_logger("ours").info("scan_finished", outcome="complete", token=7)
        logging.getLogger("theirs").warning("lost %s", "connection")
    ours, theirs = lines(out)
    assert (ours["event"], ours["level"], ours["logger"]) == ("scan_finished", "info", "ours")
    assert (ours["site_id"], ours["outcome"], ours["token"]) == ("s-1", "complete", 7)
    assert (theirs["event"], theirs["site_id"]) == ("lost connection", "s-1")
    for line in (ours, theirs):
        at = datetime.fromisoformat(str(line["timestamp"]))
        assert at.utcoffset() == UTC.utcoffset(None)


def test_lines_below_the_level_and_chatter_of_libraries_are_left_out(out: io.StringIO) -> None:
    structlog.get_logger("ours").debug("detail")
    logging.getLogger("httpx").info("HTTP Request: GET https://shop.example/")
    assert lines(out) == []


def test_a_failure_is_one_line_with_its_traceback(out: io.StringIO) -> None:
    try:
        int("bad \x1b[31m for jan@shop.example")
    except ValueError:
        structlog.get_logger("ours").exception("job_failed")
    (line,) = lines(out)
    trace = str(line["exception"])
    assert trace.startswith("Traceback")
    assert "\n" in trace
    assert "\x1b" not in trace
    assert "jan@" not in trace


def test_warnings_of_python_come_through_the_log(out: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old thing", UserWarning, stacklevel=1)
    assert "old thing" in str(lines(out)[0]["event"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("password", "geheim"),
        ("smtp_password", "geheim"),
        ("client_secret", "geheim"),
        ("Authorization", "geheim"),
        ("csrf-token", "geheim"),
        ("token", "geheim"),
        ("Set-Cookie", "sid=geheim"),
        ("api_key", "geheim"),
        ("recipient", "geheim@shop.example"),
        ("headers", {"Authorization": "geheim"}),
        ("detail", [{"deep": {"password": "geheim"}}]),
        ("url", "postgresql://kw:geheim@db/kw"),
        ("url", "https://:geheim@host/"),
        ("url", f"https://user:{'x' * 900}geheim@host/"),
        ("url", "https://user:p@ss:geheim@host/"),
        ("url", "https://geheim@host/"),
        ("note", "sent Authorization: Bearer geheim.abcdef"),
        ("note", "mail to geheim@shop.example refused"),
        ("event", "mail to <geheim@shop.example> refused"),
    ],
    ids=str,
)
def test_secrets_and_addresses_are_hidden(out: io.StringIO, key: str, value: object) -> None:
    fields = {} if key == "event" else {key: value}
    structlog.get_logger("ours").info(str(value) if key == "event" else "said", **fields)
    assert "geheim" not in out.getvalue()
    assert HIDDEN in out.getvalue()


def write(text: str) -> None:
    raise OSError(text)


def fail(text: str, *, ours: bool = True, **fields: object) -> None:
    try:
        write(text)
    except OSError:
        if ours:
            structlog.get_logger("ours").exception("job_failed", **fields)
        else:
            logging.getLogger("theirs").exception("failed %s", "again")


@pytest.mark.parametrize("ours", [True, False])
def test_a_failure_that_goes_on_is_told_once_and_then_once_a_minute(
    out: io.StringIO, ours: bool
) -> None:
    now = 0.0
    handlers = logging.getLogger().handlers
    (handler,) = [h for h in handlers if getattr(h, "stream", None) is out]
    handler.filters[:] = [Repeats(lambda: now)]
    for _ in range(1201):
        fail(f"no space, wanted {now:.1f}", ours=ours, site_id=f"shop-{now}")
        now += 0.125
    first, *minutes = lines(out)
    assert "Traceback" in str(first["exception"])
    assert len(minutes) == 2
    assert all("exception" not in line for line in minutes)
    if ours:
        assert [line["repeated"] for line in minutes] == [480, 480]
        assert str(minutes[0]["error"]) == "OSError: no space, wanted 60.0"
    else:
        assert all("repeated 480 times" in str(line["event"]) for line in minutes)
    now += REPEAT_S + 1
    fail("no space, wanted 9", ours=ours)
    assert "Traceback" in str(lines(out)[-1]["exception"])


def test_other_failures_and_errors_without_an_exception_are_all_told(out: io.StringIO) -> None:
    for job in ("tick", "wake"):
        for text in ("full", "locked"):
            fail(text, job=job)
    for site in ("a", "b"):
        structlog.get_logger("ours").error("job_given_up", site_id=site)
        structlog.get_logger("ours").warning("lease_lost")
    assert len(lines(out)) == 8
    assert sum("exception" in line for line in lines(out)) == 4


def test_what_is_remembered_of_failures_is_bounded() -> None:
    repeats = Repeats(lambda: 0.0)
    for number in range(REPEATS_MAX * 3):
        told = logging.LogRecord("theirs", logging.ERROR, "", 0, f"{number}", (), None)
        told.exc_info = (OSError, OSError("full"), None)
        assert repeats.filter(told)
    assert len(repeats._failures) <= REPEATS_MAX


@pytest.mark.parametrize("form", ["json", "console"])
def test_hostile_text_cannot_forge_a_line_or_move_the_cursor(out: io.StringIO, form: str) -> None:
    configure_logging(form, "info", out)
    hostile = "x\r\n2026 [error] forged\x1b]0;title\x07\x9b31m\u202eevil\u2028next\x00"
    structlog.get_logger("ours").info("seen", title=hostile, facts={hostile: [hostile]})
    logging.getLogger("theirs").warning("seen %s", hostile)
    text = out.getvalue()
    assert len(text.splitlines()) == 2
    assert not set(text) & set("\r\x1b\x07\x9b\x00\u202e\u2028")


def test_long_and_deep_values_are_cut(out: io.StringIO) -> None:
    deep: object = "end"
    for _ in range(50):
        deep = {"a": deep}
    structlog.get_logger("ours").info("seen", body="x" * 100_000, deep=deep, many=list(range(999)))
    structlog.get_logger("ours").info("seen", body=b"x" * 100_000)
    assert len(out.getvalue()) < 10_000
    assert lines(out)[1]["body"] == "[100000 bytes]"


@given(st.text(max_size=200))
def test_plain_text_is_printable(text: str) -> None:
    assert plain(text).isprintable()


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=200) | st.integers(), max_size=5))
def test_redaction_never_fails_and_leaves_no_control_character(event: dict[str, object]) -> None:
    cleaned = redact(None, "info", {**event, "event": "seen"})
    for key, value in cleaned.items():
        assert key.startswith("_") or key.isprintable()
        assert key.startswith("_") or not isinstance(value, str) or value.isprintable()
