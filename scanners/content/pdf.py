"""Text of a PDF, read in a child process: hostile PDFs may loop or swallow memory.

``read_pdf`` is for callers; ``python -m scanners.content.pdf`` is the child (PDF on
standard input, JSON ``{"problem", "text"}`` on standard output).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import resource
import sys
from dataclasses import dataclass

import msgspec
import pypdf
from pypdf.errors import PyPdfError

from scanners.api import mended_text

PAGES_MAX = 30
TEXT_MAX_CHARS = 60_000
TEXT_MIN_CHARS = 40
DEADLINE_S = 15.0
MEMORY_MAX_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class PdfText:
    """``problem`` is "", ``pdf_without_text`` or ``pdf_unreadable``."""

    problem: str
    text: str


async def read_pdf(body: bytes, deadline_s: float = DEADLINE_S) -> PdfText:
    """The text layer of at most 30 pages.  Any trouble of the PDF is a problem, not an error."""
    if not body.lstrip()[:5].startswith(b"%PDF"):
        return PdfText("pdf_unreadable", "")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "scanners.content.pdf",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(max(0.1, min(deadline_s, DEADLINE_S))):
            output, _ = await child.communicate(body)
        return msgspec.json.decode(output, type=PdfText)
    except (TimeoutError, msgspec.DecodeError, BrokenPipeError, ConnectionResetError):
        return PdfText("pdf_unreadable", "")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def extract(body: bytes) -> PdfText:
    """The same without the child's walls; for the child itself."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return PdfText("pdf_unreadable", "")
        parts: list[str] = []
        for page in reader.pages[:PAGES_MAX]:
            parts.append(page.extract_text())
            if sum(map(len, parts)) > TEXT_MAX_CHARS:
                break
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError):
        return PdfText("pdf_unreadable", "")
    except (RecursionError, MemoryError, ZeroDivisionError, NotImplementedError, AssertionError):
        return PdfText("pdf_unreadable", "")
    text = mended_text("\n".join(parts)[:TEXT_MAX_CHARS])
    readable = sum(c.isalnum() for c in text) >= TEXT_MIN_CHARS
    return PdfText("" if readable else "pdf_without_text", text)


def main() -> None:
    """The child: limits first, then standard input to standard output."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(DEADLINE_S), int(DEADLINE_S) + 1))
    sys.stdout.buffer.write(msgspec.json.encode(extract(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
