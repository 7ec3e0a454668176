"""On which line of a TOML text each key stands (tomllib does not tell).

Works on text that tomllib has accepted.  Keys inside an inline table have the
line of the key that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KeyPath = tuple[str, ...]
_OPEN, _CLOSE = "[{", "]}"
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_QUOTES = ('"""', "'''", '"', "'")


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Line (from 1) of every table header and key; an item of an array of tables has its index."""
    scan = _Scan(text.replace("\r\n", "\n"))
    while scan.place < len(scan.text):
        scan.statement()
    return scan.lines


@dataclass(slots=True)
class _Scan:
    text: str
    place: int = 0
    line: int = 1
    table: KeyPath = ()
    lines: dict[KeyPath, int] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)

    def statement(self) -> None:
        """One header, one key with its value, or one line without either."""
        self._blank()
        if self._at("[["):
            self.place += 2
            self._item(self._key())
        elif self._at("["):
            self.place += 1
            self.table = self._indexed(self._key())
            self._note(self.table)
        elif not self._at("\n") and not self._at("#") and self.place < len(self.text):
            here = self.line
            path = (*self.table, *self._key())
            self._note(path, here)
        self._rest_of_statement()

    def _item(self, name: KeyPath) -> None:
        number = self.arrays.get(name, -1) + 1
        self.arrays[name] = number
        self._note(name)
        self.table = (*name, str(number))
        self._note(self.table)

    def _indexed(self, name: KeyPath) -> KeyPath:
        for length in range(len(name), 0, -1):
            if name[:length] in self.arrays:
                return (*name[:length], str(self.arrays[name[:length]]), *name[length:])
        return name

    def _note(self, path: KeyPath, line: int | None = None) -> None:
        at = self.line if line is None else line
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], at)

    def _key(self) -> KeyPath:
        parts = []
        while True:
            self._blank()
            parts.append(self._part())
            self._blank()
            if not self._at("."):
                return tuple(parts)
            self.place += 1

    def _part(self) -> str:
        quote = self.text[self.place : self.place + 1]
        start = self.place
        if quote in ('"', "'"):
            self._string()
            return self.text[start + 1 : self.place - 1]
        while self.place < len(self.text) and self.text[self.place] in _BARE:
            self.place += 1
        if start == self.place:
            # Not TOML that tomllib takes; go on rather than stand still.
            self.place += 1
        return self.text[start : self.place]

    def _rest_of_statement(self) -> None:
        """Past the end of the line that is outside every string and bracket."""
        depth = 0
        while self.place < len(self.text):
            char = self.text[self.place]
            if char in "\"'":
                self._string()
                continue
            if char == "#":
                end = self.text.find("\n", self.place)
                self.place = len(self.text) if end < 0 else end
                continue
            self.place += 1
            depth += (char in _OPEN) - (char in _CLOSE)
            if char == "\n":
                self.line += 1
                if depth <= 0:
                    return

    def _string(self) -> None:
        quote = next(q for q in _QUOTES if self._at(q))
        self.place += len(quote)
        while self.place < len(self.text):
            if self._at("\\") and quote[0] == '"':
                self.line += self.text.startswith("\n", self.place + 1)
                self.place += 2
                continue
            if self._at(quote):
                self.place += len(quote)
                while len(quote) > 1 and self._at(quote[0]):  # """a quote at the end""""
                    self.place += 1
                return
            self.line += self._at("\n")
            self.place += 1

    def _blank(self) -> None:
        while self.place < len(self.text) and self.text[self.place] in " \t":
            self.place += 1

    def _at(self, text: str) -> bool:
        return self.text.startswith(text, self.place)
