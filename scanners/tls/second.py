"""Starts the sslyze child, waits for its word, and kills it when time is over."""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess

from scanners.net.guard import Endpoint
from scanners.net.names import is_address

PRELOAD = "scanners.tls.child"
Word = tuple[str, dict[str, bool | None]]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    # Imported once in the fork server: a scan then costs a fork, not an import.
    context.set_forkserver_preload([PRELOAD])
    return context


async def cheap_commands(host: str, endpoint: Endpoint, deadline_s: float) -> Word | None:
    """(sslyze's version, weakness -> yes, no, not known); None when it did not end in time.

    Leaves no process behind, cancelled or not.
    """
    if is_address(host) or deadline_s <= 0:
        return None
    ours, process = await asyncio.to_thread(_start, host, endpoint)
    try:
        return await _word(ours, deadline_s)
    finally:
        process.kill()
        ours.close()
        await asyncio.shield(asyncio.to_thread(_reap, process))


def _start(host: str, endpoint: Endpoint) -> tuple[Connection, ForkServerProcess]:
    context = _context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_run, args=(theirs, host, endpoint.address, endpoint.port), daemon=True
    )
    process.start()
    theirs.close()
    return ours, process


def _run(pipe: Connection, host: str, address: str, port: int) -> None:
    """In the child: the import is here, so that the parent never loads sslyze."""
    from scanners.tls.child import run  # noqa: PLC0415

    run(pipe, host, address, port)


def _reap(process: ForkServerProcess) -> None:
    process.join(5)
    process.close()


async def _word(pipe: Connection, deadline_s: float) -> Word | None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(pipe.fileno(), ready.set)
    try:
        async with asyncio.timeout(deadline_s):
            await ready.wait()
    except TimeoutError:
        return None
    finally:
        loop.remove_reader(pipe.fileno())
    try:
        word: Word = pipe.recv()
    except EOFError:
        return None
    return word
