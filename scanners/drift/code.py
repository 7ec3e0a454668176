"""JavaScript as its skeleton and its strings, in linear time, without running any of it.

The skeleton is what a script does, without what it says: strings, numbers, lists and flat
objects of them are taken out, statements are a set.  A nonce, a basket, a list of products or
a campaign leaves it as it was.  A reader of tokens, not a parser: what it misreads it misreads
the same way every time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

CODE_MAX_CHARS = 160_000
TAIL_CHARS = 40_000
STRINGS_MAX = 20_000
STRING_MAX_CHARS = 20_000
NAME_MAX_CHARS = 40
DIGEST_BYTES = 8

# Possessive throughout: no alternative is tried twice, so time is linear in the text.
_TOKEN = re.compile(
    r"(?P<blank>\s++|(?://|<!--)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)"
    r"|(?P<text>\"(?:[^\"\\\n]++|\\(?:.|\n))*+\"?|'(?:[^'\\\n]++|\\(?:.|\n))*+'?"
    r"|`(?:[^`\\]++|\\(?:.|\n))*+`?)"
    r"|(?P<name>[A-Za-z_$\u0080-\uffff][\w$]*+)"
    r"|(?P<number>\.?\d[\w.]*+)"
    r"|(?P<pattern>(?<=[(,=:\[!&|?{};\n])/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,60}+\]){1,200}+/)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_DIGITS = re.compile(r"\d++")
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{2,3})|(.))", re.DOTALL
)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "\n": ""}
_CONSTANTS = frozenset({"true", "false", "null", "undefined", "NaN", "Infinity"})
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_VALUE = "@"


@dataclass(frozen=True, slots=True)
class Text:
    """One string of a script, escapes undone and joined with those it is added to.

    ``written`` is as it stood there; ``data`` when it is a member of a list or object that
    holds nothing but values.
    """

    value: str
    written: str
    data: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A script as it was read; ``shape`` are its statements, without values, sorted."""

    shape: tuple[str, ...]
    texts: tuple[Text, ...]

    @property
    def digest(self) -> str:
        """What a script is known by: 16 hex digits."""
        shape = "\n".join(self.shape).encode("utf-8", "replace")
        return blake2b(shape, digest_size=DIGEST_BYTES).hexdigest()


def bounded_code(text: str) -> str:
    """The beginning and the end of a script: what is put in the middle of more is not read."""
    if len(text) <= CODE_MAX_CHARS:
        return text
    return f"{text[: CODE_MAX_CHARS - TAIL_CHARS]}\n{text[-TAIL_CHARS:]}"


def read_code(text: str) -> Code:
    """The skeleton and the strings of a script, of at most ``CODE_MAX_CHARS`` characters."""
    reader = _Reader([], [], [])
    for match in _TOKEN.finditer(bounded_code(text)):
        kind = match.lastgroup
        if kind == "text":
            reader.text(match[0])
        elif kind == "name":
            reader.name(match[0])
        elif kind in ("number", "pattern"):
            reader.value()
        elif kind == "sign":
            reader.sign(match[0])
    return Code(_statements(reader.out), tuple(reader.texts))


def unescaped(written: str) -> str:
    """A string literal's value, its quotes left out (ECMA-262 12.9.4)."""
    return _ESCAPE.sub(_character, written) if "\\" in written else written


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        point = int(code, 16)
        return chr(point) if point <= 0x10FFFF else ""  # noqa: PLR2004 - Unicode's end
    if found[4]:
        return chr(int(found[4], 8))
    return _PLAIN_ESCAPES.get(found[5], found[5])


@dataclass(slots=True)
class _Open:
    """A bracket that is open: where its content begins, and is that nothing but values so far?"""

    sign: str
    at: int
    texts: list[int]
    pure: bool = True
    pending: bool = False


@dataclass(slots=True)
class _Reader:
    """Tokens in, skeleton out."""

    out: list[str]
    texts: list[Text]
    opened: list[_Open]
    adding: bool = False

    def text(self, written: str) -> None:
        quote = written[0]
        inner = written[1:-1] if len(written) > 1 and written[-1] == quote else written[1:]
        inner = inner[:STRING_MAX_CHARS]
        value = unescaped(inner)
        if self.adding and self.texts and self.out[-2:] == [_VALUE, "+"]:
            known = self.texts.pop()
            whole = (known.value + value)[:STRING_MAX_CHARS]
            self.texts.append(Text(whole, f"{known.written}\0{inner}"[:STRING_MAX_CHARS]))
        elif len(self.texts) < STRINGS_MAX:
            if self.opened:
                self.opened[-1].texts.append(len(self.texts))
            self.texts.append(Text(value, inner))
        self.value()
        self.adding = True

    def value(self) -> None:
        """A value: one that follows another in a list, or is added to it, counts once."""
        if len(self.out) > 1 and self.out[-1] in ",+-:" and self.out[-2] == _VALUE:
            self.out.pop()
        else:
            self.out.append(_VALUE)
        self._settle(pending=False)
        self.adding = False

    def name(self, name: str) -> None:
        if name in _CONSTANTS:
            self.value()
            return
        self._settle(pending=True)
        self.out.append(_DIGITS.sub("0", name[:NAME_MAX_CHARS]))
        self.adding = False

    def sign(self, sign: str) -> None:
        if sign == "+":
            self.adding = bool(self.out) and self.out[-1] == _VALUE and self.adding
            self.out.append(sign)
            return
        self.adding = False
        if sign in "([{":
            self.opened.append(_Open(sign, len(self.out), [], pure=sign != "("))
            self.out.append(sign)
        elif sign in _CLOSERS:
            self._close(sign)
        else:
            if self.opened:
                top = self.opened[-1]
                if sign == ":":
                    top.pending = False
                elif sign not in ",-!":
                    top.pure = False
            self.out.append(sign)

    def _settle(self, *, pending: bool) -> None:
        """A name counts as a key until what follows it is no colon."""
        if self.opened:
            top = self.opened[-1]
            top.pure = top.pure and not top.pending
            top.pending = pending

    def _close(self, sign: str) -> None:
        if not self.opened or self.opened[-1].sign != _CLOSERS[sign]:
            self.out.append(sign)
            return
        top = self.opened.pop()
        if top.pure and not top.pending:
            del self.out[top.at :]
            for at in top.texts:
                self.texts[at] = Text(self.texts[at].value, self.texts[at].written, data=True)
            self.value()
            return
        self.out.append(sign)
        if self.opened:
            self.opened[-1].pure = False


def _statements(out: list[str]) -> tuple[str, ...]:
    """The statements, each once and in no order: how often and in which turn is no matter."""
    found: set[str] = set()
    here: list[str] = []
    for sign in out:
        if sign in ";{}":
            found.add(" ".join(here))
            here = []
        else:
            here.append(sign)
    found.add(" ".join(here))
    return tuple(sorted(found - {""}))
