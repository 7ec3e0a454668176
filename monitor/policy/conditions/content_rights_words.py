"""The words of privacy statements (pattern P10), and where one may stand on a page."""

from __future__ import annotations

import re
from typing import Final

from monitor.policy.conditions.content_seen import View, start_of
from monitor.policy.conditions.content_texts import is_heading
from monitor.policy.conditions.folding import fold
from scanners.api import clip
from scanners.content.evidence import ImageSeen, PageFacts

PRIVACY_MIN_CHARS: Final = 600
PROSE_MIN_WORDS: Final = 12
LANGUAGES: Final = frozenset({"nl", "fr", "en", "de"})
# A picture this large on a page almost without text may be the text.
PICTURE_MIN_WIDTH: Final = 300
PICTURE_MIN_HEIGHT: Final = 400
PART_HEADING_MAX_CHARS: Final = 60
# A statement has said what, why and how long before this.
TOLD_WITHIN_CHARS: Final = 20_000

_DOING = (
    r"(?:af|uit|be|ver)?(?:handel|voer|lever|zend|stur|zorg|antwoord)\w{0,6}|verwerken|nemen"
    r"|bellen|mailen|informeren|voldoen|verbeteren|factureren"
)
# Pattern P10: which data, why, and what is done with them.
WHAT_IS_TOLD: Final[dict[str, re.Pattern[str]]] = {
    "data": re.compile(
        r"(?i)persoonsgegevens|persoonlijke\s(?:gegevens|informatie)|personal\s(?:data|information"
        r"|details)|donn[ée]es\s(?:[àa]\scaract[èe]re\s)?personnel|informations\spersonnel"
        r"|personenbezogen|pers[öo]nliche\w*\sdaten"
        r"|(?:naam|name|nom)\W.{0,80}(?:adres|address|e-?mail|courriel|anschrift)"
        r"|(?:adres|address|anschrift)\w{0,8}\W.{0,60}(?:e-?mail|courriel|telefo|t[ée]l[ée]ph|phone)"
    ),
    "purpose": re.compile(
        r"(?i)doel(?:einde|en\b|\b|stelling)|purpose|finalit|zweck|om\suw\sbestelling|aux\sfins"
        r"|afin\s(?:de|d['’]|que)|in\sorder\sto|ten\sbehoeve\svan|\bzodat\s(?:wij|we)\b|\bobjectif"
        rf"|\bom\s(?:[\w\-]+\s){{0,6}}te\s(?:kunnen\s)?(?:{_DOING})\b"
        r"|\bvoor\s(?:de|het|uw|je|onze)\s(?:\w+\s)?(?:afhandel|uitvoer|lever|verzend|bezorg|factur"
        r"|administrat|(?:be)?antwoord|communicatie|verwerk\w{1,3}\svan\s(?:uw|je|de)\sbestel)"
        r"|[àa]\sdes\sfins|en\svue\s(?:de|d['’])|servent\s[àa]|permet(?:tent|tant|tre)?\s(?:\w+\s)?de\s|n[ée]cessaires?\s[àa]\sl"
        r"|(?:for|f[üu]r)\s(?:the\s|die\s)?(?:performance|fulfil?ment|delivery"
        r"|administration|\w*abwicklung|erf[üu]llung|bearbeitung|durchf[üu]hrung|lieferung)"
        r"|dans\sle\sbut|\bpour\s(?:vous\s)?(?:(?:trait|g[ée]r|livr|exp[ée]di|assur|factur|contact"
        r"|pr[ée]par|adress|envoy|inform|am[ée]lior|honor)er|r[ée]pondre|ex[ée]cuter|fournir"
        r"|(?:la|le|l['’])\s?(?:gestion|traitement|ex[ée]cution|livraison|facturation|suivi))\b"
        r"|\b(?:so\s(?:that\s)?we\scan|(?:so|why)\swe|(?:used?|uses|process|processed|collect"
        r"|collected|needs?|needed)\s.{0,60}\b(?:to|for)\s(?:the\s)?(?:fulfil|process|deliver|ship"
        r"|handl|send|provid|contact|answer|respond|complet|improv|comply|manag|prevent|administ"
        r"|invoic))"
        r"|\bdamit\swir\b|\bzur\s(?:\w*abwicklung|erf[üu]llung|bearbeitung|durchf[üu]hrung|lieferung"
        r"|beantwortung|verbesserung|abrechnung|rechnungsstellung|zahlung)"
        r"|\bum\s(?:\w+\s){1,8}zu\s(?:k[öo]nnen|bearbeiten|liefern|erf[üu]llen|beantworten|versenden"
        r"|verbessern|erm[öo]glichen)"
    ),
    "processing": re.compile(
        r"(?i)verwerk|process|trait(?:e[rmns]|ons|[ée])|verarbeit|collect|verzamel|erheb|erhoben"
        r"|gebruiken\s|gebruikt\s|bewaren|bewaard|utilis|opslaan|opgeslagen|speicher|verwend|\bnutzen"
        r"|\bstor(?:e|ed)\b|we\suse\b|\bretain|recueill|conserv[éeo]"
    ),
}
PRIVACY_HEADING: Final = re.compile(
    r"(?i)privacy|vie\spriv[ée]e|confidentialit|datenschutz|persoonsgegevens|personal\sdata"
    r"|donn[ée]es\s(?:[àa]\scaract[èe]re\s)?personnel|personenbezogen|\b(?:avg|gdpr|rgpd|dsgvo)\b"
)
# Where the part on privacy of a page about everything ends.
_OTHER_PART = re.compile(
    r"voorwaarden|\bterms\b|conditions (?:generales|de vente)|\bcgv\b|\bagb\b|geschaftsbedingung"
    r"|^contact|^kontakt|^over ons|^about|propos|^impressum|mentions legales|^levering|^verzend"
    r"|^delivery|^shipping|^livraison|^versand|^lieferung|retour|^returns|^klacht|^complaint"
    r"|reclamation|^betal|^payment|^paiement|^zahlung|^producten|^products|^produits|^produkte"
    r"|^assortiment|^colofon|herroeping|widerruf|retractation"
)
_PICTURED = re.compile(
    r"privacy|vie ?privee|confidential|datenschutz|verklaring|statement|policy|politique|cookie"
    r"|\b(?:avg|gdpr|rgpd|dsgvo)\b|pagina|\bpage\b|\bseite\b|\bscan|tekst|\btext"
)


def told_groups(text: str) -> frozenset[str]:
    """Which of ``WHAT_IS_TOLD`` a text has words for."""
    head = text[:TOLD_WITHIN_CHARS]
    return frozenset(name for name, pattern in WHAT_IS_TOLD.items() if pattern.search(head))


def privacy_part(page: PageFacts) -> str:
    """What a page about everything says under a heading on privacy, "" without one.

    It goes on over headings of its own as far as one about something else.
    """
    headings, kept, inside = frozenset(page.headings), list[str](), False
    for line in page.text.split("\n"):
        if len(line) <= PART_HEADING_MAX_CHARS and is_heading(line, headings):
            if PRIVACY_HEADING.search(line):
                inside = True
            elif _OTHER_PART.search(fold(line)):
                inside = False
        if inside:
            kept.append(line)
    return "\n".join(kept)


def _may_hold_text(image: ImageSeen) -> bool:
    name = fold(image.src.partition("?")[0].rsplit("/", 1)[-1].rpartition(".")[0])
    return bool(
        (image.width >= PICTURE_MIN_WIDTH and image.height >= PICTURE_MIN_HEIGHT)
        or _PICTURED.search(f"{name} {fold(image.alt[:200])}")
    )


def pictured(page: PageFacts, view: View) -> str:
    """The picture of a page that may hold its text (rule AB 7), "" when there is none.

    What the start page shows too is decoration.
    """
    start = start_of(view)
    shared = frozenset(i.src for i in start.images) if start is not None else frozenset()
    alone = [i for i in page.images if "start" in page.roles or i.src not in shared]
    hit = next((i for i in alone if _may_hold_text(i)), None)
    return "" if hit is None else clip(hit.src.rsplit("/", 1)[-1] or hit.alt, 100) or "picture"
