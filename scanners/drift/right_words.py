"""The rights of people over their data (GDPR 7, 12 to 22, 77) in nl, fr, en and de.

Patterns are for folded sentences: lower case, no accents.  A right is named where the sentence,
or one shortly before it, speaks of rights or of what the visitor may ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scanners.drift.durations import fold

# A list of rights may go on for so many characters after the words that open it.
LIST_CHARS = 900
SENTENCE_MAX_CHARS = 2_000

RIGHTS: Mapping[str, re.Pattern[str]] = {
    "access": re.compile(
        r"inzage|\binzien|in te zien|recht (?:op|van|tot) toegang|toegang (?:tot|krijgen)"
        r"|^toegang\b"
        r"|\bopvragen|op te vragen|kopie van (?:uw|je|de)"
        r"|\bd.?acces\b|\bacces a\b|\bacces aux\b|acceder a|^acces\b|consulter (?:vos|les)"
        r"|right (?:of|to) access|\baccess (?:to )?(?:your|the|their|personal)|^access\b|access,"
        r"|\baccess (?:and|or)\b|access request|copy of (?:your|the)"
        r"|auskunft|einsicht|zugang zu (?:ihren|den)"
    ),
    "rectification": re.compile(
        r"rectific|correctie|corriger|\bverbeter|\bwijzigen|aanpassen|aan te passen|te wijzigen"
        r"|rectifi|\bcorrect(?:ion|ed|ing)?\b|\bamend|update your|modifier vos|mise a jour de vos"
        r"|berichtig|korrig|korrektur"
    ),
    "erasure": re.compile(
        r"verwijder|\bwissen\b|wissing|vergetelheid|vergeten te worden|effac|suppr|\boubli\b"
        r"|\beras|\bdelet|be forgotten|\bremov(?:e|al)|losch|vergessen"
    ),
    "restriction": re.compile(
        r"beperking|beperken|limit(?:ation|er)|restrict|limit the|einschrank"
    ),
    "portability": re.compile(
        r"overdraagba|portabili|overdraging|overdracht van (?:uw|je|de)|gegevensoverdracht"
        r"|gegevens over te dragen|portable"
        r"|ubertragbar|portieren"
    ),
    "objection": re.compile(
        r"bezwaar|\bverzet|\boppos|\bobject(?:ion|ing|s)?\b|widerspr|widersprechen"
    ),
    "withdrawal": re.compile(
        r"intrekk?en|in te trekken|intrekking|trekt? .{0,40}toestemming .{0,20}\bin\b"
        r"|retir(?:er|ez|ant).{0,40}consentement|retrait (?:de|du).{0,25}consentement|revoquer"
        r"|withdraw|revoke|widerruf"
    ),
    "complaint": re.compile(
        r"(?:klacht|klagen).{0,160}(?:autoriteit|toezichthou|gegevensbescherming|\bgba\b|\bap\b)"
        r"|(?:autoriteit|toezichthou|gegevensbescherming).{0,160}(?:klacht|klagen)"
        r"|(?:reclamation|plainte).{0,160}(?:cnil|autorite|apd)"
        r"|(?:cnil|autorite|apd).{0,160}(?:reclamation|plainte)"
        r"|complain.{0,160}(?:authorit|\bico\b|commissioner|supervisory|regulator|cnil)"
        r"|(?:authorit|\bico\b|commissioner|supervisory|regulator).{0,160}complain"
        r"|beschwer.{0,160}(?:behorde|beauftragt|datenschutzaufsicht)"
        r"|(?:behorde|beauftragt|datenschutzaufsicht).{0,160}beschwer"
    ),
}  # fmt: skip
_ANCHOR = re.compile(
    r"recht(?:en|e)?\b|\b(?:rights?|droits?)\b|verzoek|\brequest|\bdemand|anfrage|anspruch"
    r"|betroffenenrecht|\b(?:kunt|kan|mag|kun) (?:u|je|jij|men)\b|\b(?:u|je|jij) (?:kunt|kan|mag"
    r"|heeft|hebt)\b|\byou (?:can|may|have|are entitled)|\bvous (?:pouvez|avez|disposez)"
    r"|\bsie (?:konnen|haben|durfen)|\b(?:konnen|haben) sie\b|te allen tijde|at any time"
    r"|a tout moment|jederzeit|klacht|complaint|plainte|reclamation|beschwerde"
)
# What the shop does by itself, denies, or keeps for itself is nobody's right.
_NO_RIGHT = re.compile(
    r"rechten voorbehouden|rights reserved|droits reserves|rechte vorbehalten"
    r"|behoud\w{0,4} (?:ons|wij)"
    r"|behoudt zich|reserves? the right|reserv\w{0,4} le droit|behalten uns|behalt sich"
    r"|geen recht|no right|aucun droit|kein\w{0,2} recht|herroepingsrecht|retourrecht"
    r"|widerrufsrecht"
    r"|right of withdrawal from|droit de retractation"
    r"|\b(?:wij|we) (?:\w+ ){0,3}(?:verwijderen|wissen|delete|erase|remove|anonymi)"
    r"|worden (?:\w+ ){0,8}(?:verwijderd|gewist|vernietigd)|\bnous (?:supprim|effac)"
    r"|(?:sont|seront|est) (?:\w+ ){0,3}(?:supprime|efface)|wir loschen|loschen wir"
    r"|(?:werden|wird) (?:\w+ ){0,8}geloscht|(?:are|is) (?:\w+ ){0,3}(?:deleted|erased|removed)"
)
_RIGHT_WORD = re.compile(r"recht(?:en|e)?\b|\b(?:rights?|droits?)\b")
_COOKIES = re.compile(r"cookie|browser|navigateur")


def rights_in(sentences: Iterable[str]) -> dict[str, str]:
    """The rights that a privacy statement names, each with the first sentence that does."""
    found: dict[str, str] = {}
    left, before = 0, ""
    for sentence in sentences:
        folded = fold(sentence[:SENTENCE_MAX_CHARS])
        opens = _ANCHOR.search(folded) is not None
        if not opens and left <= len(folded):
            left = 0
            continue
        if _NO_RIGHT.search(folded) and not _names_own(folded):
            continue
        left = LIST_CHARS if opens else left - len(folded)
        if _COOKIES.search(folded) and not _RIGHT_WORD.search(folded):
            continue
        for name, pattern in RIGHTS.items():
            # "A complaint? Then write to the authority."
            said = f"{before} {folded}" if name == "complaint" else folded
            if name not in found and pattern.search(said):
                found[name] = sentence
        before = folded[-200:]
    return found


def _names_own(folded: str) -> bool:
    """A sentence on what the shop does may name the right as well."""
    return bool(
        re.search(r"\b(?:recht op|right to|droit (?:a|de|d)|recht auf)\b", folded)
    ) and not (re.search(r"geen recht|no right|aucun droit|kein\w{0,2} recht", folded))
