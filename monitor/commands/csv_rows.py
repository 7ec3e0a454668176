"""CSV files with errors in them: every record by its line, whatever the one before it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

# A cell that people wrote on several lines has a few; a quote that is never closed has no end.
RECORD_MAX_LINES = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first and last line, counted from 1, and its cells or what is wrong."""

    line: int
    last: int
    cells: tuple[str, ...]
    error: str = ""


class Records:
    """The records of a CSV text, empty lines left out.

    After an error reading goes on with the next line, so that a quote that is
    never closed hides nothing.
    """

    def __init__(self, text: str, delimiter: str) -> None:
        self._lines = list(io.StringIO(text, newline=""))
        self._delimiter = delimiter

    def __iter__(self) -> Iterator[Record]:
        """Every record in order."""
        at = 0
        while at < len(self._lines):
            record = self._read(at, RECORD_MAX_LINES)
            at = record.last if not record.error else record.line
            if record.cells or record.error:
                yield record

    def inside(self, record: Record, width: int) -> Iterator[Record]:
        """The lines after the first of ``record`` that are whole records of ``width`` cells.

        For one that turned out bad: a quote may have swallowed the rows after it.
        """
        for at in range(record.line, record.last):
            # An odd quote belongs to the cell around it.
            if self._lines[at].count('"') % 2:
                continue
            found = self._read(at, 1)
            if not found.error and len(found.cells) == width:
                yield found

    def _read(self, at: int, lines_max: int) -> Record:
        """The record that begins at line ``at`` (from 0) and has at most ``lines_max`` lines."""
        piece = self._lines[at : at + lines_max]
        reader = csv.reader(piece, delimiter=self._delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error as error:
            end = at + reader.line_num
            endless = reader.line_num == RECORD_MAX_LINES and end < len(self._lines)
            said = f"no closing quote within {RECORD_MAX_LINES} lines" if endless else str(error)
            return Record(at + 1, end, (), said)
        return Record(at + 1, at + reader.line_num, tuple(cells))
