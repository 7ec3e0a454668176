"""Clauses a lawyer should look at: an assist list, never a verdict (tz-4.1c, tz-4.3).

Word lists hit harmless sentences; what is found here only leads a reviewer's eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scanners.content.law_words import courts_in, laws_in

_SAVED = re.compile(
    r"(?i)opzet|grove\s(?:schuld|nalatigheid)|bewuste\sroekeloosheid|intent|gross\snegligence|wil[l]?ful"
    r"|fraud|faute\s(?:lourde|intentionnelle)|dol(?!\w)|vorsatz|vors[äa]tzlich|grob\w{0,3}\sfahrl|dwingend"
    r"|mandatory|imp[ée]rati|zwingend|wettelijk|extent\spermitted"
)
_LIABILITY = re.compile(
    r"(?i)(?:iedere|elke|alle|enige)\s(?:vorm\svan\s)?aansprakelijkheid\b[^.]{0,80}(?:uitgesloten|af(?!\w)"
    r"|afgewezen)|(?:sluit|wijst|wijzen|sluiten)\s[^.]{0,60}(?:iedere|elke|alle)\s(?:vorm\svan\s)?aansprakelijk"
    r"|(?:nooit|nimmer|in\sgeen\sgeval|op\sgeen\senkele\swijze)\s[^.]{0,40}aansprakelijk"
    r"|aansprakelijk\w{0,5}\s[^.]{0,60}(?:volledig|geheel)\suitgesloten"
    r"|(?:not|never|no\sevent|no\scircumstances)[^.]{0,60}(?:liable|responsible)"
    r"|(?:all|any)\sliability[^.]{0,60}(?:excluded|disclaimed)|(?:exclude|disclaim)s?\s(?:all|any)\sliability"
    r"|(?:aucune|toute)\sresponsabilit[ée][^.]{0,80}(?:exclu|d[ée]clin|ne\s(?:pourra|peut|saurait))"
    r"|d[ée]clin\w{0,4}\stoute\sresponsabilit|en\saucun\scas[^.]{0,60}responsable"
    r"|(?:jede|jegliche|s[äa]mtliche)\s?\w{0,12}\s?haftung[^.]{0,80}(?:ausgeschlossen|ausgeschlo)"
    r"|haften?\s[^.]{0,40}(?:nicht|in\skeinem\sfall)|haftung[^.]{0,40}ausgeschlossen"
)
_RENEWAL = re.compile(
    r"(?i)stilzwijgend[^.]{0,100}(?:verleng|jaar|maanden)|automatisch[^.]{0,60}verlengd?"
    r"|tacite(?:ment)?[^.]{0,60}(?:reconduc|renouvel)|reconduction\stacite|automatically\srenew"
    r"|tacitly|renew\w{0,4}\sautomatically|stillschweigend[^.]{0,60}verl[äa]nger|verl[äa]nger\w{0,4}\ssich"
)
_PREPAID = re.compile(
    r"(?i)100\s?%[^.]{0,40}(?:vooruit|vooraf|in\sadvance|upfront|prepa|avance|acompte|vorkasse|voraus)"
    r"|(?:volledige|gehele|hele)\s(?:bedrag|koopsom|vooruitbetaling|betaling\svooraf)[^.]{0,40}(?:vooruit|vooraf)?"
    r"|full\s(?:payment|prepayment)\sin\sadvance|paiement\sint[ée]gral[^.]{0,30}(?:avance|commande)"
    r"|(?:voll|gesamt)\w{0,6}\s?(?:vorkasse|vorauszahlung)"
)
_PRICES = re.compile(
    r"(?i)prijswijziging\w{0,2}(?:\sen\sdrukfouten)?[^.]{0,30}voorbehouden|prijs\w{0,8}[^.]{0,60}te\sallen\stijde"
    r"|(?:changes?|alter)\s?\w{0,12}\sprices?[^.]{0,40}(?:reserved|without\snotice|any\stime)"
    r"|prices[^.]{0,40}(?:change|subject\sto\schange)[^.]{0,30}(?:notice|any\stime)"
    r"|modifier\s[^.]{0,30}prix\s[^.]{0,30}(?:tout\smoment|sans\spr[ée]avis)"
    r"|preis[äa]nderungen\s[^.]{0,30}vorbehalten|(?:tarif|prix)[^.]{0,40}sous\sr[ée]serve\sde\smodif"
)
_NO_RETURN = re.compile(
    r"(?i)(?:geen|zonder)\s(?:retour|herroepingsrecht|recht\sop\sretour)|retour\w{0,6}\s(?:is|zijn)\sniet"
    r"|no\s(?:returns|refunds)|non-refundable|ni\srepris\sni\s[ée]chang|aucun\s(?:retour|remboursement)"
    r"|vom\sumtausch\sausgeschlossen|kein\w{0,2}\s(?:r[üu]ckgabe|umtausch|widerruf)"
)
_ONE_SIDED = re.compile(
    r"(?i)(?:voorwaarden|overeenkomst|terms|agreement|conditions|bedingungen)[^.]{0,60}(?:eenzijdig"
    r"|te\sallen\stijde|at\sany\stime|unilateral|[àa]\stout\smoment|unilat[ée]ral|jederzeit|einseitig)"
    r"[^.]{0,60}(?:wijzig|chang|modif|amend|[äa]nder)"
    r"|(?:wijzig|chang|modif|amend|[äa]nder)\w{0,6}\s[^.]{0,60}(?:zonder\s(?:voorafgaande\s)?(?:kennisgeving"
    r"|aankondiging)|without\s(?:prior\s)?notice|sans\spr[ée]avis|ohne\s(?:vorherige\s)?ank[üu]ndigung)"
)
_EXCLUSIVE = re.compile(
    r"(?i)uitsluitend|exclusie|exclusive|solely|exclusiv|seuls?(?!\w)|ausschlie(?:ß|ss)lich"
)
# kind: words of which one must stand in the sentence (quick to look for), the pattern.
_PATTERNS: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "liability excluded": (("aansprak", "responsab", "responsib", "liab", "haft"), _LIABILITY),
    "tacit renewal": (
        ("stilzwijg", "automati", "tacit", "renew", "stillschweig", "verlänger", "verlanger"),
        _RENEWAL,
    ),
    "full prepayment": (
        ("100", "volledig", "gehele", "hele ", "full ", "intégral", "integral", "voll", "gesamt"),
        _PREPAID,
    ),
    "prices may change": (("prij", "pric", "prix", "tarif", "preis"), _PRICES),
    "no returns": (
        (
            "retour",
            "return",
            "refund",
            "repris",
            "rembours",
            "herroep",
            "umtausch",
            "widerruf",
            "rückgabe",
            "ruckgabe",
        ),
        _NO_RETURN,
    ),
    "one-sided changes": (("wijzig", "chang", "modif", "amend", "änder", "ander"), _ONE_SIDED),
}
# "No rights can be derived" stands on nearly every Dutch site and says nothing by itself.
_USUAL = re.compile(
    r"(?i)geen\srechten\s(?:worden\s|kunnen\sworden\s)?ontleend|no\srights\s(?:can|may)\sbe\sderived"
)


def suspects_in(sentences: Iterable[str], expected: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(kind, sentence) of clauses to look at; ``expected`` are the home countries (ISO codes)."""
    found: list[tuple[str, str]] = []
    for said in sentences:
        low = said.casefold()
        kinds = [
            kind
            for kind, (hints, pattern) in _PATTERNS.items()
            if any(hint in low for hint in hints) and pattern.search(said)
        ]
        if "liability excluded" in kinds and (_SAVED.search(said) or _USUAL.search(said)):
            kinds.remove("liability excluded")
        if _EXCLUSIVE.search(said):
            named = (*courts_in(said), *laws_in(said))
            if named and not any(n.code in expected for n in named):
                kinds.append("foreign court or law")
        found.extend((kind, said) for kind in kinds)
    return tuple(found)
