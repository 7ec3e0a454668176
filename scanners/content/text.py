"""What a visitor can read of a page: its text in lines, by one walk over the tree."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.html import TEXT_MAX_CHARS, normalise, parse, split_lines

LINE = "\x1e"
_TEXT = "-text"
_INVISIBLE = frozenset(
    ("script", "style", "template", "noscript", "noframes", "head", "iframe", "object")
)
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "br", "button", "caption", "dd", "details", "div",
     "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section",
     "select", "summary", "table", "td", "textarea", "th", "tr", "ul")
)  # fmt: skip
_SPACED = frozenset(("a", "span", "label", "img", "input"))


@dataclass(frozen=True, slots=True)
class PageText:
    """Visible text: ``lines`` as blocks, ``tight`` the same without added spaces.

    ``tight`` serves mail addresses that are cut into spans.
    """

    lines: tuple[str, ...]
    tight: str

    @property
    def flat(self) -> str:
        """All lines with single spaces."""
        return " ".join(self.lines)


def read_text(body: str) -> PageText:
    """The text of an HTML document."""
    return text_of(parse(body))


def text_of(tree: LexborHTMLParser) -> PageText:
    """What a visitor can read.  Text folded away by CSS counts as readable.

    The tree stays as it is.
    """
    return text_within(tree, tree.body)


def text_within(tree: LexborHTMLParser, root: LexborNode | None) -> PageText:
    """What a visitor can read inside one element of the tree."""
    if root is None:
        return PageText((), "")
    mails = {
        node.mem_id: decode_cfemail(node.attributes.get("data-cfemail") or "")
        for node in tree.css("[data-cfemail]")
    }
    unseen = {node.mem_id for node in tree.css("svg title")}
    said: list[str] = []
    parted: list[str] = []
    # What comes after the elements that are open, and what parts them from it.
    waiting: list[tuple[LexborNode | None, str]] = []
    node = root.first_child
    while node is not None or waiting:
        if node is None:
            node, mark = waiting.pop()
            parted.append(mark)
            continue
        tag = node.tag or ""
        mail = mails.get(node.mem_id) if mails and tag != _TEXT else None
        if tag == _TEXT or mail is not None:
            words = f" {mail} " if mail is not None else node.text_content or ""
            if LINE in words:
                words = words.replace(LINE, " ")
            said.append(words)
            parted.append(words)
            node = node.next
        elif tag in _INVISIBLE or (unseen and node.mem_id in unseen):
            node = node.next
        else:
            mark = LINE if tag in _BLOCKS else " " if tag in _SPACED else ""
            parted.append(mark)
            waiting.append((node.next, mark))
            node = node.first_child
    tight = normalise("".join(said)[: TEXT_MAX_CHARS * 4])[:TEXT_MAX_CHARS]
    return PageText(split_lines("".join(parted), LINE), tight)


def decode_cfemail(code: str) -> str:
    """Address hidden by Cloudflare (hex, XOR with the first byte); "" when it is none."""
    try:
        raw = bytes.fromhex(code[:400])
    except ValueError:
        return ""
    return "".join(chr(b ^ raw[0]) for b in raw[1:]) if raw else ""
