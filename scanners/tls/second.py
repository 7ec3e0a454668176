"""Starts the sslyze child, waits for its word, and kills it when time is over."""

from __future__ import annotations

import asyncio
import json
import math
import multiprocessing
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess

from scanners.net.guard import Endpoint
from scanners.net.names import is_address

PRELOAD = "scanners.tls.child"
WORD_MAX_BYTES = 65_536
GRACE_S = 5


@dataclass(frozen=True, slots=True)
class Word:
    """What sslyze found: weakness -> yes, no or not known (None), and what it took."""

    version: str
    weaknesses: Mapping[str, bool | None]
    connections: int
    cpu_s: float


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    # Imported once in the fork server: a scan then costs a fork, not an import.
    context.set_forkserver_preload([PRELOAD])
    return context


async def cheap_commands(host: str, endpoint: Endpoint, deadline_s: float) -> Word | None:
    """The word of sslyze's cheap commands; None when it could not say one in time.

    An address is not asked about: sslyze would send it as SNI (RFC 6066 3 forbids
    it).  Leaves no process behind, cancelled or not.
    """
    if is_address(host) or deadline_s <= 0:
        return None
    loop = asyncio.get_running_loop()
    ends = loop.time() + deadline_s
    # Starting happens in a thread and cannot be stopped half-way: whoever is
    # cancelled meanwhile leaves the started child to be killed when it is there.
    starting = asyncio.ensure_future(asyncio.to_thread(_start, host, endpoint, deadline_s))
    try:
        async with asyncio.timeout_at(ends):
            ours, process = await asyncio.shield(starting)
    except (TimeoutError, asyncio.CancelledError) as error:
        starting.add_done_callback(_discard)
        if isinstance(error, TimeoutError):
            return None
        raise
    except (OSError, EOFError):
        return None  # no process to be had now: nothing is known
    try:
        return await _word(ours, ends)
    finally:
        process.kill()
        ours.close()
        await asyncio.shield(asyncio.to_thread(_reap, process))


def _discard(starting: asyncio.Future[tuple[Connection, ForkServerProcess]]) -> None:
    """Kill a child that nobody waits for any more."""
    if starting.cancelled() or starting.exception() is not None:
        return
    ours, process = starting.result()
    process.kill()
    ours.close()
    _reap(process)


def _start(
    host: str, endpoint: Endpoint, deadline_s: float
) -> tuple[Connection, ForkServerProcess]:
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    try:
        process = context.Process(
            target=_run, args=(theirs, host, endpoint.address, endpoint.port, deadline_s),
            daemon=True,
        )  # fmt: skip
        process.start()
    except (OSError, EOFError):
        ours.close()
        raise
    finally:
        theirs.close()
    return ours, process


def _run(pipe: Connection, host: str, address: str, port: int, deadline_s: float) -> None:
    """In the child: the import is here, so that the parent never loads sslyze."""
    from scanners.tls.child import run  # noqa: PLC0415

    # Should the parent die, the child ends by itself.
    run(pipe, host, address, port, math.ceil(deadline_s) + GRACE_S)


def _reap(process: ForkServerProcess) -> None:
    process.join(GRACE_S)
    if process.exitcode is not None:
        process.close()


async def _word(pipe: Connection, ends: float) -> Word | None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(pipe.fileno(), ready.set)
    try:
        async with asyncio.timeout_at(ends):
            await ready.wait()
    except TimeoutError:
        return None
    finally:
        loop.remove_reader(pipe.fileno())
    return _received(pipe)


def _received(pipe: Connection) -> Word | None:
    """JSON, not pickle: the child reads hostile bytes with an old OpenSSL."""
    try:
        said = json.loads(pipe.recv_bytes(WORD_MAX_BYTES))
        return Word(
            str(said["version"])[:40],
            {
                str(word)[:40]: state if isinstance(state, bool) else None
                for word, state in said["weaknesses"].items()
            },
            int(said["connections"]),
            float(said["cpu_s"]),
        )
    except (EOFError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
