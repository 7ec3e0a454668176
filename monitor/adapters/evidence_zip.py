"""An evidence pack as a zip: the same files give the same bytes; whole or not there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from monitor.adapters.whole_file import write_whole

# The first moment a zip can hold: nothing in the file tells when it was made.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,40}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
_UNIX = 3


class PackTargetError(Exception):
    """The place of the pack is taken, or is none for a file."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The bytes of the zip, entries by name; ValueError for a name that is no plain one.

    One folder deep at most, no dots that lead anywhere: what unpacks it writes
    below its own folder and nowhere else.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            if not _NAME.fullmatch(name) or ".." in name:
                raise ValueError(f"{name!r} is no name for a file of a pack")
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return made.getvalue()


def write_pack(files: Mapping[str, bytes], to: Path, *, replace: bool = False) -> int:
    """Write the zip to ``to``, for its owner alone; returns its bytes.

    PackTargetError when something is there (unless ``replace``) or it is no place for a file.
    """
    if to.is_symlink() or (to.exists() and not to.is_file()):
        raise PackTargetError(f"{to} is no plain file")
    if to.exists() and not replace:
        raise PackTargetError(f"{to} is there already; --force replaces it")
    if not to.parent.is_dir():
        raise PackTargetError(f"{to.parent} is no folder")
    data = zipped(files)
    try:
        write_whole(to, data, replace=replace)
    except FileExistsError as error:
        raise PackTargetError(f"{to} is there already; --force replaces it") from error
    return len(data)
