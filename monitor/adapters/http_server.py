"""A small HTTP/1 listener on a thread and an event loop of its own.

A connection has a few seconds as a whole, however slowly bytes come, so slow
clients hold no thread; beyond the limit of open connections the oldest is dropped.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor

import structlog

log = structlog.get_logger(__name__)

HEAD_MAX_BYTES = 8192
CONNECTIONS_MAX = 64
CONNECTION_MAX_S = 5.0
STOP_MAX_S = 5.0
TURN_S = 0.01


class HttpServer(ABC):
    """Serves one answer a connection; what it says is that of the class built on it.

    ``name`` names its thread; ``connection_max_s`` bounds a connection as a whole.
    """

    def __init__(
        self, bind: str, port: int, name: str, *, connection_max_s: float = CONNECTION_MAX_S
    ) -> None:
        self._address = (bind, port)
        self._name = name
        self._connection_max_s = connection_max_s
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None
        self._started = threading.Event()
        # What may wait for the database does it here, one at a time.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._open: dict[asyncio.Task[None], None] = {}

    @abstractmethod
    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        """The whole answer to the request that comes; bytes of HTTP/1."""

    @property
    def port(self) -> int:
        """The port that is listened on; the wanted one before ``start``."""
        if self._listener is None:
            return self._address[1]
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Listen and serve; OSError when the address cannot be had."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._listener = socket.create_server(self._address, family=family, backlog=64)
        self._thread = threading.Thread(target=self._main, name=self._name, daemon=True)
        self._thread.start()
        self._started.wait(STOP_MAX_S)

    def stop(self) -> None:
        """Close every connection and end the thread; idempotent."""
        if self._loop is not None and self._stopped is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopped.set)
        if self._thread is not None:
            self._thread.join(STOP_MAX_S)
            self._thread = None
        # Work that hangs must not keep the process from ending.
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _main(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(
            self._connected, sock=self._listener, limit=HEAD_MAX_BYTES
        )
        self._started.set()
        await self._stopped.wait()
        # Closed in the turn of an accept, asyncio would lose that connection unclosed.
        await asyncio.sleep(TURN_S)
        server.close()
        await asyncio.sleep(TURN_S)
        for task in list(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(list(self._open), timeout=1)
        # Aborted transports close their sockets in the next turn of the loop.
        await asyncio.sleep(TURN_S)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        if len(self._open) >= CONNECTIONS_MAX:
            next(iter(self._open)).cancel()
        self._open[task] = None
        try:
            async with asyncio.timeout(self._connection_max_s):
                writer.write(await self._answer(reader))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (
            TimeoutError,
            ConnectionError,
            asyncio.IncompleteReadError,
            # Dropped for a newer one, or at the stop: the end of this task all the same.
            asyncio.CancelledError,
        ):
            log.debug("http_client_dropped", server=self._name)
        finally:
            self._open.pop(task, None)
            writer.transport.abort()
