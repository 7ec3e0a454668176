"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, body: bytes, *, replace: bool = True) -> None:
    """Write a file for its owner alone, whole or not at all.

    Made under another name beside it, synced, then renamed: a reader finds the old file or
    the whole new one, whatever happens.  Raises OSError; FileExistsError when something
    is there and must not be replaced.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            part.replace(path)
        else:
            # A link never replaces: whoever made the file meanwhile keeps it.
            os.link(part, path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
