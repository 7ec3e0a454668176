"""Words of a skimmer's trade in a script: what it reads, how it hides, where it sends.

Drift.md 6 and public write-ups of card skimmers.  One word is no verdict: many honest scripts
have some; policy looks at which came new, and where.
"""

from __future__ import annotations

import re

SENT_MAX_CHARS = 1_000_000

_SENDS = re.compile(
    r"sendbeacon|new\s+image\b|xmlhttprequest|\bfetch\s?\(|websocket\s?\(|rtcpeerconnection"
    r"|\.src\s?=|\$\.(?:ajax|post|get)\b|axios|createelement\(\s?[\"'](?:img|script|iframe)"
)
_DECODES = re.compile(
    r"\batob\b|fromcharcode|\bunescape\s?\(|decodeuricomponent\s?\(\s?escape|tostring\(36\)"
)
_RUNS_TEXT = re.compile(
    r"\beval\s?[(.]|[\"']eval[\"']|new\s+function\s?\(|[^.\w]function\s?\(\s?[\"'`]|settimeout\(\s?[\"'`]|constructor\s?\(\s?[\"'`]return"
)
_PACKER = re.compile(r"eval\(function\(p,a,c,k,e,")
_MANGLED = re.compile(r"\b_0x[0-9a-f]{2,8}\b")
MANGLED_MIN = 6
_CARD = re.compile(
    r"card[-_ ]?(?:number|num\b|nr\b|no\b|holder|cvc|cvv|code|exp)|credit[-_ ]?card|expiry"
    r"|cc[-_]?(?:number|num\b|cvc|cvv|cid|exp|name)|\bcv[cv]2?\b|kaartnummer|kartennummer"
    r"|kreditkarte|num(?:ero)?[-_ ]?(?:de[-_ ]?)?carte|vervaldatum|\biban\b"
)
_READS = re.compile(r"\.value\b|\.val\(|formdata|serialize|\.elements|queryselector")
_KEYS = re.compile(
    r"(?:\+=|push\()\s?\w{1,20}(?:\.originalevent)?\.(?:key|keycode|which|charcode|data)\b"
    r"|fromcharcode\(\s?\w{1,20}\.(?:keycode|which)"
)
_ALL_FIELDS = re.compile(
    r"queryselectorall\(\s?[\"'`](?:[a-z]{1,10}\s?,\s?|[a-z]{0,10}\s)?input"
    r"|getelementsbytagname\(\s?[\"']input|\$\(\s?[\"'](?:form\s)?:?input|document\.forms"
    r"|queryselectorall\(\s?[\"'`]form"
)
_MOVES_FORM = re.compile(
    r"\.action\s?=(?!=)\s?[\"'`a-z_]|setattribute\(\s?[\"']action|\.attr\(\s?[\"']action[\"']\s?,"
    r"|formaction\s?="
)
_WRITES_FIELDS = re.compile(r"<(?:input|form|iframe)\b")
_EVADES = re.compile(
    r"\bdebugger\b|firebug|devtools|navigator\.webdriver|outerwidth\s?-\s?(?:window\.)?innerwidth|phantomjs"
)
_MINES = re.compile(r"coinhive|cryptonight|coin-?imp|crypto-?loot|webminer|deepminer|minero\b")
_TILL_WORDS = re.compile(
    r"(?:location|href|pathname|url)[^;]{0,60}(?:checkout|onepage|afrekenen|kassa|paiement|commande|kasse|payment)"
)

WORDS = (
    "obfuscated", "hidden_host", "runs_hidden", "runs_text", "reads_card", "logs_keys",
    "reads_fields", "moves_form", "writes_fields", "evades", "mines", "waits_for_till",
)  # fmt: skip


def risks_in(raw: str, decoded: str, *, hidden: bool) -> tuple[str, ...]:
    """The risk words of a script; ``decoded`` is what was hidden in it, ``hidden`` a host of it."""
    code = f"{raw[:SENT_MAX_CHARS]}\n{decoded}".lower()
    sends = _SENDS.search(code) is not None
    runs = _RUNS_TEXT.search(code) is not None
    mangled = sum(1 for _, _ in zip(_MANGLED.finditer(code), range(MANGLED_MIN), strict=False))
    card = _CARD.search(code) is not None
    told = {
        "obfuscated": mangled >= MANGLED_MIN or _PACKER.search(code) is not None,
        "hidden_host": hidden,
        "runs_hidden": runs and _DECODES.search(code) is not None,
        "runs_text": runs,
        "reads_card": card and sends and _READS.search(code) is not None,
        "logs_keys": sends and _KEYS.search(code) is not None,
        "reads_fields": sends and _ALL_FIELDS.search(code) is not None,
        "moves_form": _MOVES_FORM.search(code) is not None,
        "writes_fields": card and _WRITES_FIELDS.search(code) is not None,
        "evades": _EVADES.search(code) is not None,
        "mines": _MINES.search(code) is not None,
        "waits_for_till": sends and _TILL_WORDS.search(code) is not None,
    }
    return tuple(word for word in WORDS if told[word])


def is_active(raw: str) -> bool:
    """Does a script load or send anything, so that addresses in it are more than words?"""
    lower = raw[:SENT_MAX_CHARS].lower()
    return _SENDS.search(lower) is not None or _LOADS.search(lower) is not None


_LOADS = re.compile(
    r"createelement|\bimport\b|importscripts|appendchild|insertbefore|document\.write|\.action\b"
    r"|location(?:\.href)?\s?=|atob|\beval\b|fromcharcode|settimeout|innerhtml|\bload\s?\(|open\("
)
