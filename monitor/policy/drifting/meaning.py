"""Whether a sentence of a legal text binds anybody, and whether a rewording changes what it says.

Shops add "Print this page" and "Was this helpful?" to their terms, and mend typing errors.
Neither is what a label body has to hear of.  In doubt a sentence binds: what was cut off, or
is in no language of ours, counts in full.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

CALL_WORDS_MAX = 12
TYPO_MIN_CHARS = 6
TYPO_MAX_EDITS = 2
_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(r"\d|%|€|\$|£")


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Stems, folded: what rights, duties, money, time, liability and data are written with.
_STEMS = _list(
    # Dutch
    "recht kost betaal betal bedrag toeslag retour herroep bedenk ontbind annul opzeg garant "
    "aansprak schade verplicht uitgeslot uitsluit uitzonder gegevens derden verkop verkoop "
    "verstrek doorg bewaar bewaart toestem rechter rechtbank rechtspraak geschil klacht klachten "
    "termijn boete incasso rente eigendom lever risico wettelijk toepassel kosteloos gratis "
    "vergoed terugbetal terugstort restitu afwijk wijzig vervall verval bezwaar inzage "
    "ongebruikt oorspronk verzegel gebreken conform aanbetal vooruit "
    # French
    "droit frais cout payer paiement paye retract annul resili garanti responsab dommage "
    "oblig exclu donnee partag tiers vend cede transm conserv consent tribuna juridic juridi "
    "litige reclam plainte delai penalit interet propriet livr risque legal applicab gratuit "
    "rembours renonc perd modifi opposi acces defaut conformit acompte emballage origine "
    # English
    "right cost fee charg pay paid price refund return withdraw cancel terminat warrant "
    "guarant liab damage shall exclu data share third sell sold disclos retain consent court "
    "jurisdict dispute complain penalt interest owner title deliver risk statutor applicab govern "
    "waiv forfeit reimburs restock deduct object unopened original defect conform deposit "
    # German
    "kosten zahl preis rucksend widerruf ruckgab storn kundig gewahrleist haft schaden "
    "ausgeschloss ausschl ausnahm daten weitergeb weitergeg "
    "dritt verkauf speicher einwillig gericht "
    "streit beschwerd frist strafe zins eigentum liefer risiko gesetz anwendbar kostenlos "
    "erstatt entfall verfall auskunft mangel anzahlung verpack unbenutzt"
)
# Whole words that turn a sentence.
_TURNS = frozenset(
    _list(
        "niet geen nooit noch zonder moet moeten mag mogen kan kunnen alleen uitsluitend tenzij "
        "ne pas aucun aucune jamais sans doit doivent peut peuvent sauf seulement uniquement "
        "not no never without must may can cannot only unless except nicht kein keine keinen "
        "keiner nie ohne muss mussen darf durfen kann konnen nur sofern behalve dag dagen jour "
        "jours day days tag tage tagen week weken weeks wochen semaines "
    )
)
# How buttons and pointers begin.
_CALLS = frozenset(
    _list(
        "print download lees bekijk klik volg deel abonneer contacteer bel mail chat schrijf ga "
        "terug naar zoek vind stel heeft heb was vond read view click follow share subscribe "
        "call write go back see find ask did have need questions lire voir cliquez telechargez "
        "imprimez suivez partagez abonnez contactez appelez ecrivez retour consultez decouvrez "
        "avez cette drucken herunterladen lesen klicken folgen teilen abonnieren rufen "
        "schreiben zuruck siehe finden haben war fragen vragen besoin leestijd lesezeit reading "
        "laatst derniere zuletzt last gerelateerd verwante related ahnliche aussi ook also auch "
    )
)


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def binds(text: str) -> bool:
    """May this sentence give or take something?  What was cut off always may."""
    if text.endswith("…") or text.startswith("…"):
        return True
    words = _WORD.findall(fold(text))
    turns = not _TURNS.isdisjoint(words)
    if words and words[0] in _CALLS and len(words) <= CALL_WORDS_MAX and not turns:
        return _FIGURE.search(text) is not None and _weighty(words)
    return turns or _FIGURE.search(text) is not None or _weighty(words)


def _weighty(words: list[str]) -> bool:
    return any(word.startswith(_STEMS) for word in words)


def only_spelling(before: str, after: str) -> bool:
    """Is the second text the first with letters of long words mended, and nothing else?

    One word for one word, six letters at least, two edits at most, the same figures;
    a word that binds or turns never counts as misspelt for another one.
    """
    if "…" in (before[:1], before[-1:], after[:1], after[-1:]):
        return False
    one, other = _WORD.findall(fold(before)), _WORD.findall(fold(after))
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if b - a != d - c or not all(map(_misspelt, one[a:b], other[c:d])):
            return False
    return True


def _misspelt(one: str, other: str) -> bool:
    if min(len(one), len(other)) < TYPO_MIN_CHARS or one[0] != other[0]:
        return False
    if any(c.isdecimal() for c in one + other):
        return False
    same = sum(block.size for block in SequenceMatcher(None, one, other).get_matching_blocks())
    if max(len(one), len(other)) - same > TYPO_MAX_EDITS:
        return False
    # inclusief and exclusief, verplicht and onverplicht begin otherwise; these do not.
    stems = [next((s for s in _STEMS if word.startswith(s)), "") for word in (one, other)]
    return stems[0] == stems[1]
