"""The words and paths by which page roles are recognised, as data (nl, fr, en, de).

Words are folded (no accents, lower case) before they
are compared; a trailing ``*`` lets a word go on.  Source: label conditions, table
of page roles and rule AB.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "contact": (
        "contact",
        "contacteer*",
        "contactez*",
        "contacter",
        "contactgegevens",
        "contactformulier",
        "contactpagina",
        "coordonnees",
        "klantenservice",
        "klantendienst",
        "service client*",
        "service clientele",
        "customer service*",
        "customer care",
        "customer support",
        "get in touch",
        "kontakt*",
        "kundenservice",
        "kundendienst",
    ),
    "about": (
        "over ons",
        "wie zijn wij",
        "wie we zijn",
        "ons bedrijf",
        "bedrijfsgegevens",
        "bedrijfsinformatie",
        "bedrijfsinfo",
        "colofon",
        "disclaimer",
        "wettelijke vermeldingen",
        "juridische informatie",
        "qui sommes nous",
        "a propos",
        "mentions legales",
        "informations legales",
        "about",
        "about us",
        "company details",
        "company information",
        "company info",
        "imprint",
        "legal notice",
        "legal information",
        "uber uns",
        "ueber uns",
        "impressum",
    ),
    "terms": (
        "algemene voorwaarden",
        "voorwaarden",
        "leveringsvoorwaarden",
        "verkoopvoorwaarden",
        "conditions generales*",
        "conditions de vente",
        "cgv",
        "terms and conditions",
        "terms conditions",
        "terms of sale",
        "terms of service",
        "terms of use",
        "general terms",
        "terms",
        "agb",
        "geschaftsbedingungen",
        "allgemeine geschaftsbedingungen",
    ),
    "privacy": (
        "privacy*",
        "vie privee",
        "confidentialite",
        "protection des donnees",
        "donnees personnelles",
        "rgpd",
        "gdpr",
        "avg verklaring",
        "gegevensbescherming",
        "data protection",
        "datenschutz*",
    ),
    "cookies": (
        "cookie*",
        "temoins",
    ),
    "complaints": (
        "klacht",
        "klachten*",
        "geschil",
        "geschillen*",
        "reclamation",
        "reclamations",
        "plainte",
        "plaintes",
        "litige",
        "litiges",
        "complaint",
        "complaints*",
        "dispute",
        "disputes",
        "beschwerde*",
        "reklamation*",
    ),
    "returns": (
        "retour",
        "retourneren",
        "retouren",
        "retourbeleid",
        "retourvoorwaarden",
        "ruilen",
        "herroeping*",
        "bedenktijd",
        "retours",
        "retractation",
        "returns",
        "return policy",
        "refund*",
        "withdrawal",
        "widerruf*",
        "ruckgabe*",
        "rucksendung*",
        "retoure*",
    ),
    "delivery": (
        "verzending",
        "verzenden",
        "verzendkosten",
        "verzendinformatie",
        "levering*",
        "levertijd*",
        "bezorging",
        "bezorgen",
        "bezorgkosten",
        "bestellen en leveren",
        "livraison*",
        "expedition",
        "delivery",
        "shipping",
        "shipment",
        "versand*",
        "lieferung*",
        "lieferzeit*",
        "lieferbedingungen",
    ),
    "payment": (
        "betalen",
        "betaling",
        "betaalmethoden",
        "betaalmogelijkheden",
        "betaalwijzen",
        "paiement*",
        "payment*",
        "zahlung*",
        "zahlungsarten",
    ),
    "account": (
        "inloggen",
        "log in",
        "login",
        "sign in",
        "mijn account",
        "account aanmaken",
        "registreren",
        "mon compte",
        "se connecter",
        "connexion",
        "my account",
        "register",
        "create account",
        "anmelden",
        "einloggen",
        "mein konto",
        "registrieren",
    ),
    "checkout": (
        "winkelwagen",
        "winkelmand*",
        "winkelmandje",
        "afrekenen",
        "kassa",
        "panier",
        "cart",
        "basket",
        "checkout",
        "warenkorb",
        "kasse",
    ),
}

# Leading part of a path token; "=" wants the whole token, "~" a whole word of it.
ROLE_PATHS: Mapping[str, tuple[str, ...]] = {
    "contact": (
        "~contact",
        "contactgegevens",
        "contactformulier",
        "contactpagina",
        "contacteer",
        "contactez",
        "contact-us",
        "~kontakt",
        "kontaktformular",
        "klantenservice",
        "klantendienst",
        "customer-service",
        "kundenservice",
        "service-client",
    ),
    "about": (
        "over-ons",
        "overons",
        "bedrijfsgegevens",
        "colofon",
        "disclaimer",
        "qui-sommes-nous",
        "a-propos",
        "mentions-legales",
        "mentionslegales",
        "about",
        "imprint",
        "legal-notice",
        "impressum",
        "uber-uns",
        "ueber-uns",
    ),
    "terms": (
        "algemene-voorwaarden",
        "algemenevoorwaarden",
        "voorwaarden",
        "verkoopvoorwaarden",
        "leveringsvoorwaarden",
        "terms",
        "conditions-generales",
        "conditions-de-vente",
        "=cgv",
        "=agb",
        "=av",
        "geschaeftsbedingungen",
    ),
    "privacy": (
        "privacy",
        "vie-privee",
        "confidentialite",
        "politique-de-confidentialite",
        "datenschutz",
        "gdpr",
        "rgpd",
        "gegevensbescherming",
    ),
    "cookies": ("cookie",),
    "complaints": (
        "klacht",
        "geschil",
        "complaint",
        "reclamation",
        "plainte",
        "litige",
        "beschwerde",
        "reklamation",
    ),
    "returns": (
        "retour",
        "herroep",
        "widerruf",
        "return",
        "refund",
        "retractation",
        "rueckgabe",
        "ruckgabe",
        "ruilen",
    ),
    "delivery": (
        "verzend",
        "levering",
        "levertijd",
        "bezorg",
        "livraison",
        "expedition",
        "shipping",
        "delivery",
        "versand",
        "lieferung",
    ),
    "payment": ("betal", "betaal", "paiement", "payment", "zahlung"),
    "account": ("login", "inloggen", "=account", "register", "registreren", "anmelden"),
    "checkout": (
        "winkelwagen",
        "winkelmand",
        "afrekenen",
        "panier",
        "=cart",
        "basket",
        "checkout",
        "warenkorb",
        "=kasse",
    ),
}

ROLES: tuple[str, ...] = ("start", *ROLE_WORDS)


def fold(text: str) -> str:
    """``text`` without accents, lower case, dashes and apostrophes as one space."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[\u2010-\u2015\-'’`´&/+_|]", " ", bare).split())


def fold_plain(text: str) -> str:
    """``text`` without accents, lower case, white space collapsed; signs are kept."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def _word_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [
        re.escape(w[:-1]) if w.endswith("*") else re.escape(w) + r"(?!\w)"
        for w in sorted(words, key=len, reverse=True)
    ]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")")


def _path_pattern(hints: tuple[str, ...]) -> re.Pattern[str]:
    ends = {"=": r"(?=$|[/?&#.])", "~": r"(?![a-z0-9])"}
    parts = [re.escape(h[1:]) + ends[h[0]] if h[0] in ends else re.escape(h) for h in hints]
    return re.compile(r"(?:^|[/=_\-])(?:" + "|".join(parts) + ")")


_WORDS = {role: _word_pattern(words) for role, words in ROLE_WORDS.items()}
_PATHS = {role: _path_pattern(hints) for role, hints in ROLE_PATHS.items()}


def roles_of_text(text: str) -> frozenset[str]:
    """The roles whose words stand in a link text (at most 90 characters count)."""
    folded = fold(text)
    if not folded or len(folded) > 90:  # noqa: PLR2004 - a longer link is a paragraph
        return frozenset()
    return frozenset(role for role, pattern in _WORDS.items() if pattern.search(folded))


def roles_of_path(path_and_query: str) -> frozenset[str]:
    """The roles a URL path (with query) hints at."""
    folded = fold_plain(path_and_query[:400]).replace("_", "-").replace("%20", "-")
    return frozenset(role for role, pattern in _PATHS.items() if pattern.search(folded))
