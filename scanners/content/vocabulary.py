"""The words by which pages, walls and languages are recognised, as data.

Four languages (nl, fr, en, de) for roles; some more for telling that a page is in
a language we do not read.  Words are folded (no accents, lower case) before they
are compared; a trailing ``*`` lets a word go on.  Source: label conditions, table
of page roles and rule AB.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

COVERED_LANGUAGES = ("nl", "fr", "en", "de")

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

# Parties whose own privacy, terms or contact pages are linked from every shop.
FOREIGN_PARTIES: frozenset[str] = frozenset(
    {
        "google.com",
        "google.nl",
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "pinterest.com",
        "tiktok.com",
        "whatsapp.com",
        "wa.me",
        "cloudflare.com",
        "paypal.com",
        "klarna.com",
        "mollie.com",
        "stripe.com",
        "adyen.com",
        "apple.com",
        "microsoft.com",
        "hotjar.com",
        "mailchimp.com",
        "trustpilot.com",
        "kiyoh.com",
        "webwinkelkeur.nl",
        "thuiswinkel.org",
        "becommerce.be",
        "trustedshops.com",
        "trustedshops.nl",
        "postnl.nl",
        "dhl.com",
        "dpd.com",
        "bpost.be",
        "shopify.com",
        "wordpress.org",
        "woocommerce.com",
        "lightspeedhq.com",
        "europa.eu",
        "autoriteitpersoonsgegevens.nl",
        "degeschillencommissie.nl",
        "cookiebot.com",
        "cookiedatabase.org",
        "youronlinechoices.com",
        "youronlinechoices.eu",
        "allaboutcookies.org",
    }
)

# Roles whose page may lie with a third party (policy generators, hosted documents).
EXTERNAL_ROLES: frozenset[str] = frozenset({"privacy", "terms", "cookies"})

_STOP_WORD_LISTS: Mapping[str, str] = {
    "nl": (
        "het een van en niet zijn voor met op wij uw ook naar bij deze wordt onze kunt u "
        "hebben heeft geen meer door worden onder"
    ),
    "fr": (
        "le les des et est pour vous nous votre dans avec une sur pas par nos que qui au "
        "aux ce cette sont vos plus"
    ),
    "en": (
        "the and of to for you your our with are this that from not by or be have we will "
        "on can has it"
    ),
    "de": (
        "der und die das ist nicht mit für sie wir auf den von zu ihre oder werden bei dem "
        "eine ein uns im auch sich"
    ),
    "es": ("el los las para por con una del su nuestro que se más como y sus"),
    "it": ("il gli per con una del della che sono nostro non di è più le e"),
    "pt": ("os para com uma do da não em seu são mais você ao dos das e"),
    "pl": ("i w na się nie do jest oraz z od dla przez że jak lub są"),
    "sv": ("och att det som för på är av inte till den vi du våra eller"),
    "da": ("og at det som på er af ikke til den vi du vores eller har"),
    "tr": ("ve bir bu için ile da de çok daha olarak en veya olan her"),
    "cs": ("a se na je v že pro jsou od nebo ale jako jsme naše vaše"),
}
STOP_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _STOP_WORD_LISTS.items()
}

CHALLENGE_WORDS: tuple[str, ...] = (
    "just a moment",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "verify that you are human",
    "are you a robot",
    "are you human",
    "robot or human",
    "not a robot",
    "enable javascript and cookies to continue",
    "needs to review the security of your connection",
    "attention required",
    "access denied",
    "access to this page has been denied",
    "pardon our interruption",
    "request unsuccessful. incapsula",
    "unusual traffic",
    "too many requests",
    "ddos protection by",
    "security check",
    "controleer of u een mens bent",
    "bevestig dat je een mens bent",
    "bevestig dat u een mens bent",
    "bent u een robot",
    "ik ben geen robot",
    "toegang geweigerd",
    "verifiez que vous etes humain",
    "confirmez que vous etes humain",
    "je ne suis pas un robot",
    "acces refuse",
    "ich bin kein roboter",
    "sind sie ein mensch",
    "bestatigen sie, dass sie ein mensch",
    "zugriff verweigert",
)

CHALLENGE_MARKUP: tuple[str, ...] = (
    "_cf_chl_opt",
    "cf-browser-verification",
    "cf_chl_prog",
    "captcha-delivery.com",
    "_incapsula_resource",
    "px-captcha",
    "sgcaptcha",
    "ddos-guard.net/check",
    "awswafcookiedomainlist",
    "challenge-container",
    "/.well-known/ddosify",
    "bm-verify",
)

CONSENT_WORDS: tuple[str, ...] = (
    "cookie",
    "consent",
    "toestemming",
    "accepteer",
    "accepteren",
    "akkoord",
    "consentement",
    "accepter",
    "accept all",
    "zustimm",
    "akzeptier",
    "einwillig",
    "temoins",
)

PARKING_WORDS: tuple[str, ...] = (
    "domain is for sale",
    "domain for sale",
    "domain name is for sale",
    "domain may be for sale",
    "buy this domain",
    "this domain has expired",
    "this domain is parked",
    "domain parking",
    "parked domain",
    "parked free",
    "sedoparking",
    "domein te koop",
    "domein is te koop",
    "domeinnaam te koop",
    "domeinnaam is te koop",
    "domein staat te koop",
    "domeinnaam staat te koop",
    "domeinnaam is gereserveerd",
    "domein is gereserveerd",
    "deze domeinnaam is geregistreerd",
    "dit domein is geregistreerd",
    "domaine est a vendre",
    "domaine a vendre",
    "nom de domaine est a vendre",
    "acheter ce domaine",
    "domaine est reserve",
    "domain steht zum verkauf",
    "domain zu verkaufen",
    "domain kaufen",
    "domain ist geparkt",
    "diese domain wurde registriert",
    "welcome to nginx",
    "apache2 debian default page",
    "apache2 ubuntu default page",
    "it works!",
    "default web site page",
    "index of /",
    "related searches",
)

NOT_FOUND_WORDS: tuple[str, ...] = (
    "404",
    "page not found",
    "pagina niet gevonden",
    "pagina bestaat niet",
    "page introuvable",
    "page non trouvee",
    "seite nicht gefunden",
    "seite existiert nicht",
)


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
