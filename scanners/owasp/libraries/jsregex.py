"""JavaScript regular expressions (ECMA-262, without flags) in Python's notation.

What has no exact counterpart is refused, not guessed at: a pattern that matches something
else would accuse somebody.  One difference stays: a character outside the basic plane is
two units in JavaScript and one here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PATTERN_MAX_CHARS = 2_000
_SPACES = r"\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_INSIDE = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
_OUTSIDE = {
    "d": "[0-9]", "D": "[^0-9]", "w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]",
    "s": f"[{_SPACES}]", "S": f"[^{_SPACES}]",
}  # fmt: skip
_CONTROLS = {"t": "\t", "n": "\n", "v": "\x0b", "f": "\x0c", "r": "\r"}
_LINE_ENDS = r"[^\n\r\u2028\u2029]"
_BRACES = re.compile(r"\{(\d{1,5})(,(\d{1,5})?)?\}")
_HEX = {"x": 2, "u": 4}


class UntranslatableError(ValueError):
    """The pattern has no exact counterpart; the argument says what is in the way."""


@dataclass(frozen=True, slots=True)
class Translated:
    """``pattern`` is to be compiled with ``re.ASCII``.

    ``literal`` stands in every text that matches; "" when none is known.
    """

    pattern: str
    literal: str


@dataclass(slots=True)
class _Group:
    """An open group: its number (0 when it captures nothing) and the captures inside it."""

    number: int
    assertion: bool
    inner: set[int] = field(default_factory=set)


def translate(source: str) -> Translated:
    """The same expression for Python; UntranslatableError when there is none."""
    if len(source) > PATTERN_MAX_CHARS:
        raise UntranslatableError("too long")
    return _Translator(source).run()


class _Translator:
    """One pass over one pattern."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._groups: list[_Group] = []
        self._count = 0
        self._closed: set[int] = set()
        self._referred: set[int] = set()
        self._repeated: set[int] = set()
        self._run = ""
        self._best = ""
        self._alternatives = False

    def run(self) -> Translated:
        """Read it all."""
        while self._at < len(self._source):
            self._step()
        if self._groups:
            raise UntranslatableError("a group that is not closed")
        # JavaScript forgets what a group captured when a group around it starts anew.
        if self._repeated & (self._referred | {1}):
            raise UntranslatableError("a capture inside a repetition")
        self._break()
        pattern = "".join(self._out)
        try:
            re.compile(pattern, re.ASCII)
        except (re.error, OverflowError, RecursionError) as error:
            raise UntranslatableError(str(error)) from error
        return Translated(pattern, "" if self._alternatives else self._best)

    def _step(self) -> None:
        char = self._source[self._at]
        if char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char == "[":
            self._atom(self._class())
        elif char == "\\":
            self._escape()
        elif char in "^$":
            self._at += 1
            self._assertion("^" if char == "^" else r"\Z")
        elif char == "|":
            self._at += 1
            self._break()
            self._alternatives = self._alternatives or not self._groups
            self._out.append("|")
        elif char == ".":
            self._at += 1
            self._atom(_LINE_ENDS)
        elif char in "*+?" or (char == "{" and _BRACES.match(self._source, self._at)):
            raise UntranslatableError("nothing to repeat")
        else:
            self._at += 1
            self._literal(char)

    def _break(self) -> None:
        """The run of literal characters ends here."""
        if len(self._run) > len(self._best):
            self._best = self._run
        self._run = ""

    def _literal(self, char: str) -> None:
        quantifier, least, _ = self._quantifier()
        self._out.append(re.escape(char) + quantifier)
        if self._groups:
            return
        if quantifier:
            if least:
                self._run += char
            self._break()
        else:
            self._run += char

    def _atom(self, text: str, captures: frozenset[int] = frozenset()) -> None:
        self._break()
        quantifier, _, most = self._quantifier()
        if most > 1:
            self._repeated |= captures
        self._out.append(text + quantifier)

    def _assertion(self, text: str) -> None:
        self._break()
        if self._quantifier()[0]:
            raise UntranslatableError("a repeated assertion")
        self._out.append(text)

    def _quantifier(self) -> tuple[str, int, float]:
        """(its text, least, most) of what follows; ("", 1, 1) when nothing does."""
        char = self._source[self._at : self._at + 1]
        braces = _BRACES.match(self._source, self._at)
        if char and char in "*+?":
            found, end = char, self._at + 1
            least, most = (1 if char == "+" else 0), (1.0 if char == "?" else float("inf"))
        elif braces is not None:
            found, end, least = braces[0], braces.end(), int(braces[1])
            most = float(braces[3]) if braces[3] else float("inf") if braces[2] else float(least)
        else:
            return "", 1, 1.0
        if self._source[end : end + 1] == "?":
            found, end = f"{found}?", end + 1
        if self._source[end : end + 1] in ("*", "+", "?") or _BRACES.match(self._source, end):
            raise UntranslatableError("a repetition of a repetition")
        self._at = end
        return found, least, most

    def _open(self) -> None:
        self._break()
        rest = self._source[self._at : self._at + 4]
        name = re.compile(r"\(\?<([A-Za-z_]\w{0,40})>", re.ASCII).match(self._source, self._at)
        if name is not None:
            self._count += 1
            self._groups.append(_Group(self._count, assertion=False))
            self._out.append(f"(?P<{name[1]}>")
            self._at = name.end()
            return
        for start in ("(?:", "(?=", "(?!", "(?<=", "(?<!"):
            if rest.startswith(start):
                self._groups.append(_Group(0, assertion=start != "(?:"))
                self._out.append(start)
                self._at += len(start)
                return
        if rest.startswith("(?"):
            raise UntranslatableError(f"{rest[:3]} is no group of this language")
        self._count += 1
        self._groups.append(_Group(self._count, assertion=False))
        self._out.append("(")
        self._at += 1

    def _close(self) -> None:
        if not self._groups:
            raise UntranslatableError("a group that was not opened")
        self._at += 1
        group = self._groups.pop()
        inner = frozenset(group.inner)
        if group.number:
            self._closed.add(group.number)
            group.inner.add(group.number)
        if self._groups:
            self._groups[-1].inner |= group.inner
        if group.assertion:
            self._assertion(")")
        else:
            self._atom(")", inner)

    def _escape(self) -> None:
        char = self._source[self._at + 1 : self._at + 2]
        if char in ("b", "B"):
            self._at += 2
            self._assertion(f"\\{char}")
        elif char in _OUTSIDE:
            self._at += 2
            self._atom(_OUTSIDE[char])
        elif char.isascii() and char.isdigit() and char != "0":
            self._reference()
        elif char == "k":
            raise UntranslatableError("a reference by name")
        else:
            self._literal(self._character())

    def _reference(self) -> None:
        digits = re.compile(r"\d{1,3}", re.ASCII).match(self._source, self._at + 1)
        number = int(digits[0]) if digits else 0
        if number not in self._closed:
            raise UntranslatableError("a reference to no finished group")
        self._at += 1 + len(str(number))
        self._referred.add(number)
        # A group that took no part matches nothing here; in Python the whole would fail.
        self._atom(f"(?:(?({number})\\{number}))")

    def _character(self) -> str:
        """The one character an escape at ``_at`` stands for; moves behind it."""
        char = self._source[self._at + 1 : self._at + 2]
        if not char:
            raise UntranslatableError("a lone backslash at the end")
        if char in _CONTROLS:
            self._at += 2
            return _CONTROLS[char]
        if char in _HEX:
            digits = self._source[self._at + 2 : self._at + 2 + _HEX[char]]
            if len(digits) == _HEX[char] and re.fullmatch(r"[0-9A-Fa-f]+", digits):
                self._at += 2 + len(digits)
                return chr(int(digits, 16))
        follows = self._source[self._at + 2 : self._at + 3]
        if char == "0" and not follows.isdigit():
            self._at += 2
            return "\0"
        if char == "c" and follows.isascii() and follows.isalpha():
            self._at += 3
            return chr(ord(follows) % 32)
        if char.isalnum() and char not in "aeghijlmoqyzACEFGHIJKLMNOQRTUVXYZ":
            raise UntranslatableError(f"the escape \\{char}")
        self._at += 2
        return char

    def _class(self) -> str:
        """A bracket expression; moves behind it."""
        self._at += 1
        negated = self._source[self._at : self._at + 1] == "^"
        self._at += negated
        members: list[tuple[str, bool]] = []
        while True:
            char = self._source[self._at : self._at + 1]
            if not char:
                raise UntranslatableError("a class that is not closed")
            if char == "]":
                self._at += 1
                break
            members.append(self._member(char))
        if not members:
            return r"[\s\S]" if negated else "(?!)"
        return f"[{'^' if negated else ''}{_members(members, negated=negated)}]"

    def _member(self, char: str) -> tuple[str, bool]:
        """(text, is it a whole set) of one member."""
        follows = self._source[self._at + 1 : self._at + 2]
        if char != "\\":
            self._at += 1
            return char, False
        if follows in ("d", "w", "s", "D", "W", "S"):
            self._at += 2
            return follows, True
        if follows == "b":
            self._at += 2
            return "\x08", False
        return self._character(), False


def _members(members: list[tuple[str, bool]], *, negated: bool) -> str:
    sets = {text for text, whole in members if whole}
    # Python's \S leaves out fewer spaces than JavaScript's.
    if "S" in sets and (negated or "s" not in sets):
        raise UntranslatableError(r"\S inside a class")
    out: list[str] = []
    place = 0
    while place < len(members):
        text, whole = members[place]
        if whole:
            out.append(_INSIDE.get(text, f"\\{text}"))
            place += 1
            continue
        if place + 2 < len(members) and members[place + 1] == ("-", False):
            end, end_whole = members[place + 2]
            if not end_whole:
                if text > end:
                    raise UntranslatableError("a range in the wrong order")
                out.append(f"{_in_class(text)}-{_in_class(end)}")
                place += 3
                continue
        out.append(_in_class(text))
        place += 1
    return "".join(out)


def _in_class(char: str) -> str:
    if char.isalnum() or not char.isascii():
        return char
    return f"\\{char}" if char.isprintable() else f"\\x{ord(char):02x}"
