"""Takes everything from a page that may be a mark of somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.api import clip
from scanners.content.html import absolute, base_of, first, parse
from scanners.net.names import ascii_host, registrable_domain
from scanners.seal.evidence import Reference
from scanners.seal.inline import code_addresses, style_addresses

OWN_MAX = 2_000
FOREIGN_MAX = 2_000
NODES_MAX = 5_000
SRCSET_MAX = 50
SRCDOC_MAX = 20
SRCDOC_MAX_CHARS = 100_000
PART_MAX_CHARS = 200
WORDS_MAX_CHARS = 600
TARGET_MAX_CHARS = 500
TEXT_NODES_MAX = 100
_PICTURES = "img, object[data], input[src], svg image, video[poster]"
_SOURCES = (
    "data-src", "data-lazy-src", "data-original", "src", "data", "poster", "href", "xlink:href",
)  # fmt: skip
_SRCSETS = ("srcset", "data-srcset")
_LOADED = ("src", "data-src", "data-lazy-src")
_CODE_TYPES = ("javascript", "ecmascript", "module", "text/plain")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where references stand: what they are resolved against, and the page."""

    base: str
    url: str


@dataclass(slots=True)
class Collector:
    """Gathers references of the pages of one site, each distinct one once.

    Own and foreign references have caps of their own, so that a shop's pictures
    cannot crowd out a widget.  ``left_out`` says what was more than the caps hold.
    """

    own: frozenset[str]
    left_out: set[str] = field(default_factory=set)
    _mine: dict[tuple[str, str, str], Reference] = field(default_factory=dict)
    _foreign: dict[tuple[str, str, str], Reference] = field(default_factory=dict)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Foreign ones first, each group in the order of finding."""
        return (*self._foreign.values(), *self._mine.values())

    def page(self, tree: LexborHTMLParser, url: str) -> None:
        """Take up one page, and documents written into its frames."""
        place = _Place(base_of(tree, url), url)
        self._document(tree, place)
        for node in self._nodes(tree, "iframe[srcdoc]", SRCDOC_MAX):
            inner = (node.attributes.get("srcdoc") or "")[:SRCDOC_MAX_CHARS]
            self._document(parse(inner), place)

    def _document(self, tree: LexborHTMLParser, place: _Place) -> None:
        self._links(tree, place)
        self._pictures(tree, place)
        self._loaded(tree, place)
        self._styles(tree, place)

    def _nodes(
        self, tree: LexborHTMLParser, selector: str, limit: int = NODES_MAX
    ) -> list[LexborNode]:
        nodes = tree.css(selector)
        if len(nodes) > limit:
            self.left_out.add("elements_of_one_page")
        return nodes[:limit]

    def _links(self, tree: LexborHTMLParser, place: _Place) -> None:
        for node in self._nodes(tree, "a[href], area[href]"):
            target = (node.attributes.get("href") or "",)
            pictured = node.tag == "area" or first(node, "img, svg, picture, object, input[src]")
            if pictured or style_addresses(node.attributes.get("style") or ""):
                inner = [_words(n) for n in node.css("img, svg, input[src]")[:3]]
                # A picture that leads to an own page is found by itself, with its words.
                labels = _labels(node)
                words = " ".join((labels, *inner))
                self._add("linked_image", target, place, words, with_own=bool(labels))
            else:
                said, labels = _text(node), _labels(node)
                kind = "link" if said else "bare_link"
                self._add(kind, target, place, f"{said} {labels}", with_own=False)

    def _pictures(self, tree: LexborHTMLParser, place: _Place) -> None:
        for node in self._nodes(tree, _PICTURES):
            attributes = node.attributes
            sources = [v for name in _SOURCES if (v := attributes.get(name))]
            sets = [u for name in _SRCSETS for u in _srcset(attributes.get(name) or "")]
            if any(_has_address(s) for s in sources):
                sources = [s for s in sources if _has_address(s)]
            self._add("image", (*sources, *sets), place, _words(node))
        for node in self._nodes(tree, "source[srcset]"):
            # The picture beside it carries the words; own variants would only repeat it.
            variants = _srcset(node.attributes.get("srcset") or "")
            self._add("image", variants, place, _file_names(variants[:1]), with_own=False)
        for node in self._nodes(tree, "svg"):
            self._add("image", ("data:image/svg+xml",), place, _words(node))

    def _loaded(self, tree: LexborHTMLParser, place: _Place) -> None:
        for node in self._nodes(tree, "script"):
            targets = [v for name in _LOADED if (v := node.attributes.get(name))]
            if targets:
                self._add("script", targets, place, "", with_own=False)
            elif _is_code(node.attributes.get("type")):
                self._code(node.text(deep=True), place)
        for node in self._nodes(tree, "iframe, frame, embed[src]"):
            targets = [v for name in _LOADED if (v := node.attributes.get(name))]
            self._add("frame", targets, place, _labels(node), with_own=False)

    def _code(self, text: str, place: _Place) -> None:
        hosts: set[str] = set()
        for address in code_addresses(text):
            if address.script:
                self._add("inline_script", (address.url,), place, "", with_own=False)
            elif (host := host_of(address.url)) not in hosts:
                # Data in code names thousands of pictures: one address of a host is enough.
                hosts.add(host)
                self._add("inline_url", (address.url,), place, "", with_own=False)

    def _styles(self, tree: LexborHTMLParser, place: _Place) -> None:
        for node in self._nodes(tree, "[style]"):
            for url in style_addresses(node.attributes.get("style") or ""):
                self._add("image", (url,), place, f"{_labels(node)} {_file_names((url,))}")
        for node in self._nodes(tree, "style"):
            for url in style_addresses(node.text(deep=True)):
                self._add("background", (url,), place, _file_names((url,)))

    def _add(
        self,
        kind: str,
        sources: Iterable[str],
        place: _Place,
        words: str,
        *,
        with_own: bool = True,
    ) -> None:
        """One reference for each host among the sources of one element."""
        said = clip(words, WORDS_MAX_CHARS)
        hosts: set[str] = set()
        for source in sources:
            target = _target(place.base, source)
            host = host_of(target)
            if not target or host in hosts:
                continue
            hosts.add(host)
            is_own = not host or registrable_domain(host) in self.own
            if not is_own:
                self._keep(Reference(kind, target, host, said, place.url), self._foreign)
            elif with_own and said:
                self._keep(Reference(kind, target, host, said, place.url), self._mine)

    def _keep(self, found: Reference, among: dict[tuple[str, str, str], Reference]) -> None:
        key = (found.kind, found.target, found.words)
        if key in among:
            return
        mine = among is self._mine
        if len(among) >= (OWN_MAX if mine else FOREIGN_MAX):
            self.left_out.add("own_pictures" if mine else "foreign_references")
            return
        among[key] = found


def host_of(url: str) -> str:
    """The host as browsers read it: decoded, A-labels, without a final dot; "" for none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    plain = unquote(host)
    try:
        return ascii_host(plain)
    except ValueError:
        return plain.rstrip(".").lower()


def _target(base: str, source: str) -> str:
    """Absolute http(s) address, ``data:`` and its type for a picture in place, or ""."""
    trimmed = source.strip()[:2_000]
    if trimmed[:5].lower() == "data:":
        return f"data:{clip(trimmed[5:60].partition(';')[0].partition(',')[0], 40)}"
    # Browsers take a backslash before the query for a slash (WHATWG URL 4.4).
    path, mark, query = trimmed.partition("?")
    return absolute(base, path.replace("\\", "/") + mark + query)[:TARGET_MAX_CHARS]


def _has_address(source: str) -> bool:
    return source.strip()[:5].lower() != "data:"


def _srcset(value: str) -> tuple[str, ...]:
    """The addresses of a ``srcset`` (HTML 4.8.4.2.1), without widths and densities."""
    pieces = (p.strip(",") for p in value[:20_000].split()[: 2 * SRCSET_MAX])
    return tuple(p for p in pieces if p and not _is_descriptor(p))


def _is_descriptor(piece: str) -> bool:
    return piece[-1] in "wxh" and piece[:-1].replace(".", "", 1).isdecimal()


def _labels(node: LexborNode) -> str:
    names = ("alt", "title", "aria-label")
    parts = (node.attributes.get(name) for name in names)
    return " ".join(part[:PART_MAX_CHARS] for part in parts if part)


def _words(node: LexborNode) -> str:
    """Alt text, title, label and file names: where a picture says what it is."""
    names = _file_names(_sources(node))
    drawn = ""
    if node.tag == "svg":
        title, use = first(node, "title"), first(node, "use")
        drawn = _text(title) if title is not None else ""
        names = (use.attributes.get("href") or "")[-PART_MAX_CHARS:] if use is not None else ""
    return " ".join(part for part in (_labels(node), drawn, names) if part)


def _sources(node: LexborNode) -> tuple[str, ...]:
    return tuple(v for name in _SOURCES if (v := node.attributes.get(name)))


def _file_names(sources: Iterable[str]) -> str:
    """The last part of each path, decoded; nothing of ``data:``."""
    names = []
    for source in sources:
        path = source[:2_000].partition("?")[0].partition("#")[0] if _has_address(source) else ""
        name = path.replace("\\", "/").rpartition("/")[2]
        names.append(unquote(name)[-PART_MAX_CHARS:])
    return " ".join(name for name in names if name)


def _text(node: LexborNode) -> str:
    """The beginning of a node's text; a whole subtree is never copied."""
    parts: list[str] = []
    length = 0
    for count, inner in enumerate(node.traverse(include_text=True)):
        if count >= TEXT_NODES_MAX or length >= PART_MAX_CHARS:
            break
        if inner.tag == "-text":
            part = " ".join(inner.text(deep=False)[: 2 * PART_MAX_CHARS].split())
            parts.append(part)
            length += len(part)
    return " ".join(parts)[:PART_MAX_CHARS].strip()


def _is_code(kind: str | None) -> bool:
    """Is the script of this type run by browsers, or kept until consent?"""
    said = (kind or "").strip().lower()
    return not said or any(word in said for word in _CODE_TYPES)
