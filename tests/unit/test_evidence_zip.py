"""The zip of an evidence pack: the same bytes for the same files, whole or not there."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.adapters.evidence_zip import PackTargetError, write_pack, zipped

FILES = {"b.txt": b"two", "evidence/" + "a" * 64 + ".txt": b"one", "a.json": b"{}"}


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def test_the_order_in_which_files_came_and_the_hour_change_no_byte() -> None:
    made = zipped(FILES)
    assert made == zipped(dict(reversed(FILES.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name: archive.read(name) for name in archive.namelist()} == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "a/../b",
        "a/b/c",
        "a\\b",
        ".hidden",
        "",
        "x\n",
        "é.txt",
        "a//b",
        "c:x",
        "a" * 200,
        "a..b",
    ],
)
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a file of a pack"):
        zipped({name: b""})


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    assert write_pack(FILES, out) == out.stat().st_size
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes() == zipped(FILES)
    assert names(tmp_path) == ["pack.zip"]


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    out.write_bytes(b"mine")
    with pytest.raises(PackTargetError, match="is there already"):
        write_pack(FILES, out)
    assert out.read_bytes() == b"mine"
    write_pack(FILES, out, replace=True)
    assert out.read_bytes() == zipped(FILES)


def test_folders_links_and_places_that_are_none_are_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.zip"
    link.symlink_to(tmp_path / "elsewhere")
    for out in (tmp_path, link):
        with pytest.raises(PackTargetError, match="is no plain file"):
            write_pack(FILES, out, replace=True)
    with pytest.raises(PackTargetError, match="is no folder"):
        write_pack(FILES, tmp_path / "gone" / "pack.zip")
    assert not (tmp_path / "elsewhere").exists()


def test_a_pack_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name"):
        write_pack({"../x": b""}, tmp_path / "pack.zip")
    assert names(tmp_path) == []


def test_whoever_made_the_file_meanwhile_keeps_it(tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"

    class Slow(dict[str, bytes]):
        def __iter__(self) -> Iterator[str]:
            out.write_bytes(b"theirs")
            return super().__iter__()

    with pytest.raises(PackTargetError, match="is there already"):
        write_pack(Slow(FILES), out)
    assert out.read_bytes() == b"theirs"
    assert names(tmp_path) == ["pack.zip"]
