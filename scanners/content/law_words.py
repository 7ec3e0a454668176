"""The words for the law and the courts of countries, in Dutch, French, English and German.

Pattern P7 of the label conditions, made wider: an adjective or a country name beside a word
for law, and what makes it a clause on the law of a contract.  Codes are ISO 3166-1; "UK" stands
for all its legal systems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

CONTEXT_WORDS = 3

# code: adjectives (of the four languages), names (as they stand after "law of", "droit des").
_COUNTRIES: Mapping[str, tuple[str, str]] = {
    "NL": (
        (r"nederlands|ned\.|n[ée]erlandais|hollandais|hollands|dutch|netherlands|niederl[äa]ndisch"
        r"|holl[äa]ndisch"),
        r"nederland(?:en)?|pays-bas|netherlands|holland|niederlanden?|hollande",
    ),
    "BE": (r"belgisch|belge|belgian", r"belgi[ëe]n?|belgique|belgium"),
    "DE": (
        r"duits|allemand|german|deutsch|bundesdeutsch",
        r"duitsland|allemagne|germany|deutschlands?|bundesrepublik",
    ),
    "FR": (r"frans|fran[çc]ais|french|franz[öo]sisch", r"frankrijk|france|frankreichs?"),
    "UK": (
        (r"engels|brits|schots|anglais|britannique|[ée]cossais|english|british|scottish|scots|welsh|uk"
        r"|englisch|britisch|schottisch"),
        (r"engeland|schotland|angleterre|[ée]cosse|england|wales|scotland|schottlands?|englands?"
        r"|verenigd\skoninkrijk|royaume-uni|united\skingdom|uk|great\sbritain|vereinigten\sk[öo]nigreichs"),
    ),
    "LU": (r"luxemburgs|luxembourgeois|luxembourg|luxemburgisch", r"luxemburgs?|luxembourg"),
    "AT": (r"oostenrijks|autrichien|austrian|[öo]sterreichisch",
           r"oostenrijk|autriche|austria|[öo]sterreichs?"),
    "CH": (r"zwitsers|suisse|swiss|schweizer(?:isch)?", r"zwitserland|suisse|switzerland|schweiz"),
    "IE": (r"iers|irlandais|irish|irisch", r"ierland|irlande|ireland|irlands?"),
    "IT": (r"italiaans|italien|italian|italienisch", r"itali[ëe]n?|italie|italy|italiens?"),
    "ES": (r"spaans|espagnol|spanish|spanisch", r"spanje|espagne|spain|spaniens?"),
    "PT": (r"portugees|portugais|portuguese|portugiesisch", r"portugal"),
    "PL": (r"pools|polonais|polish|polnisch", r"polen|pologne|poland"),
    "DK": (r"deens|danois|danish|d[äa]nisch", r"denemarken|danemark|denmark|d[äa]nemarks?"),
    "SE": (r"zweeds|su[ée]dois|swedish|schwedisch", r"zweden|su[èe]de|sweden|schwedens?"),
    "NO": (r"noors|norv[ée]gien|norwegian|norwegisch", r"noorwegen|norv[èe]ge|norway|norwegens?"),
    "FI": (r"fins|finlandais|finnish|finnisch", r"finland|finlande|finnlands?"),
    "CZ": (r"tsjechisch|tch[èe]que|czech|tschechisch",
           r"tsjechi[ëe]|tch[ée]quie|czechia|tschechiens?"),
    "EE": (r"ests|estonien|estonian|estnisch", r"estland|estonie|estonia"),
    "LT": (r"litouws|lituanien|lithuanian|litauisch", r"litouwen|lituanie|lithuania|litauens?"),
    "HU": (r"hongaars|hongrois|hungarian|ungarisch", r"hongarije|hongrie|hungary|ungarns?"),
    "RO": (r"roemeens|roumain|romanian|rum[äa]nisch",
           r"roemeni[ëe]|roumanie|romania|rum[äa]niens?"),
    "GR": (r"grieks|grec|greek|griechisch", r"griekenland|gr[èe]ce|greece|griechenlands?"),
    "MT": (r"maltees|maltais|maltese|maltesisch", r"malta|malte"),
    "CY": (r"cypriotisch|chypriote|cypriot|zyprisch", r"cyprus|chypre|zyperns?"),
    "TR": (r"turks|turc|turkish|t[üu]rkisch", r"turkije|turquie|turkey|t[üu]rkei"),
    "US": (
        r"amerikaans|am[ée]ricain|american|amerikanisch|u\.?s\.?|californian|delaware|new\syork",
        (r"verenigde\sstaten|[ée]tats-unis|united\sstates|usa|california|delaware|new\syork|nevada|texas"
        r"|florida|washington|vereinigten\sstaaten"),
    ),
    "CA": (r"canadees|canadien|canadian|kanadisch", r"canada|ontario|qu[ée]bec|kanadas?"),
    "AU": (r"australisch|australien|australian", r"australi[ëe]|australie|australia|australiens?"),
    "CN": (r"chinees|chinois|chinese|chinesisch", r"china|chine|chinas"),
    "HK": (r"hong\skongs?", r"hong\s?kong"),
    "SG": (r"singaporees|singapourien|singaporean|singapurisch", r"singapore|singapour|singapurs?"),
    "IL": (r"isra[ëe]lisch|isra[ée]lien|israeli", r"isra[ëe]l"),
    "IN": (r"indiaas|indien|indian|indisch", r"india|inde|indiens?"),
}  # fmt: skip

_ENDING = r"(?:e[nmrs]?|s|es)?"
_ADJECTIVES = {code: re.compile(rf"(?i)(?:{a}){_ENDING}") for code, (a, _) in _COUNTRIES.items()}
_NAMES = {code: re.compile(rf"(?i)(?:{n})") for code, (_, n) in _COUNTRIES.items()}
_ADJECTIVE = "(?:" + "|".join(a for a, _ in _COUNTRIES.values()) + ")" + _ENDING
_NAME = "(?:" + "|".join(n for _, n in _COUNTRIES.values()) + ")"
_AND = r"(?:,|\s?/\s?|\s(?:en|of|et|ou|and|or|und|oder|respectievelijk))"
# "Dutch substantive law", "droit matériel français": one word of a kind of law between.
_KIND = (
    r"(?:(?:materieel|materi[ëe]le|intern|interne|burgerlijk|privaat|civiel|inhoudelijk|nationaal|nationale"
    r"|dwingend|dwingende|substantive|internal|national|domestic|civil|private|contract|positif"
    r"|mat[ée]riel|civil|priv[ée]|interne|materielle[nsm]?|sachliche[ns]?|materiell|geltende[ns]?|geldend"
    r"|geldende|applicable|mandatory|exclusive|state)\s){0,2}"
)
_LAW_AFTER = (
    r"(?:recht(?:s|sregels|sstelsel|sorde)?|wetgeving|wet|wetten|privaatrecht|wettelijke\s(?:bepalingen"
    r"|voorschriften|regels)|wet-\sen\sregelgeving|laws?|legislation|gesetze?[ns]?|privatrecht"
    r"|gesetzgebung)(?![\w-])"
)
_LAW_BEFORE = (
    r"(?<![\w-])(?:recht|rechts|wetgeving|wetten|wet|laws?|legislation|droits?|lois?|l[ée]gislations?"
    r"|gesetze?[ns]?)"
)
_OF = (
    r"\s(?:(?:van|of|in|de|du|des|der|d['’]|den|l['’]|la|le|the|het|en|au|aux|applicable|geldend|force|vigueur"
    r"|state|staat|dat|[ée]tat|kingdom|koninkrijk|royaume|k[öo]nigreichs|republic|r[ée]publique|federal"
    r"|f[ée]d[ée]rale|bundesrepublik|zoals)\s?){1,7}"
)
# "Applicable law: the Netherlands", "la loi applicable est celle des Pays-Bas".
_WHICH_LAW = (
    r"(?<!\w)(?:toepasselijke?\s(?:recht|wet|wetgeving)|rechtskeuze|(?:applicable|governing)\slaw|choice\sof\slaw"
    r"|(?:droit|loi|l[ée]gislation)\sapplicable|anwendbares\srecht|rechtswahl)"
)
_THAT_OF = (
    r"\s?[:\-–]?\s?(?:(?:is|est|ist|shall|be|sera|zal|zijn|het|the|that|dat|die|celui|celle|das|dasjenige|van|of|de|des"
    r"|der|du|la|le)\s|[dl]['’]){0,6}"
)
_LAW = re.compile(
    rf"(?i)(?<![\w-])(?P<a>{_ADJECTIVE})(?:{_AND}\s?(?:het\s|the\s)?(?P<b>{_ADJECTIVE}))?\s{_KIND}{_LAW_AFTER}"
    rf"|{_LAW_BEFORE}\s{_KIND}(?P<c>{_ADJECTIVE})(?![\w-])(?:{_AND}\s(?P<d>{_ADJECTIVE})(?![\w-]))?"
    rf"|{_LAW_BEFORE}{_OF}(?P<e>{_NAME})(?![\w])(?:{_AND}\s(?P<f>{_NAME})(?![\w]))?"
    rf"|(?<![\w-])(?P<g>{_ADJECTIVE}-recht)(?!\w)"
    rf"|(?<!\w)in\s(?:de\s|the\s|den\s)?(?P<i>{_NAME})\s(?:geldende|geltende[nmsr]?)\s"
    r"(?:recht|wetgeving|gesetze?)(?!\w)"
    rf"|{_WHICH_LAW}{_THAT_OF}(?:(?P<j>{_ADJECTIVE})|(?P<k>{_NAME}))(?![\w-])"
)
_COURT_AFTER = (
    r"(?:rechter|rechters|\w{0,20}rechtbank|\w{0,20}rechtbanken|kantonrechter|gerechtshof|hof|hoven|courts?|judges?"
    r"|gerichte?[nsm]?|gerichtsbarkeit|jurisdiction|rechtscolleges?|arbeidsrechtbank)(?![\w-])"
)
_COURT_BEFORE = (
    r"(?<![\w-])(?:rechter|rechters|\w{0,20}rechtbank|\w{0,20}rechtbanken|kantonrechter|gerechtshof|hoven|courts?"
    r"|judges?|tribunal|tribunaux|cours?|juges?|juridictions?|gerichte?[nsm]?|gerichtsstand|rechtscolleges?"
    r"|jurisdiction)"
)
_CITIES: Mapping[str, str] = {
    "NL": (
        r"amsterdam|rotterdam|den\shaag|'s-gravenhage|the\shague|la\shaye|utrecht|eindhoven|groningen"
        r"|maastricht|arnhem|zwolle|breda|haarlem|leeuwarden|almelo|assen|lelystad|middelburg|zutphen"
        r"|alkmaar|dordrecht|roermond|'s-hertogenbosch|den\sbosch|almere|tilburg|nijmegen|gelderland"
        r"|overijssel|midden-nederland|noord-nederland|noord-holland|oost-brabant|zeeland-west-brabant"
        r"|limburg|apeldoorn|hilversum|delft|leiden|gouda|amersfoort|venlo|deventer|enschede|hoorn|emmen"
        r"|sneek|heerenveen|bergen\sop\szoom|roosendaal|helmond|hoofddorp"
    ),
    "BE": (
        r"antwerpen|anvers|antwerp|brussel|bruxelles|brussels|gent|gand|ghent|brugge|bruges|leuven"
        r"|louvain|li[èe]ge|luik|namur|namen|charleroi|hasselt|mechelen|kortrijk|turnhout|nivelles"
        r"|mons|bergen|dendermonde|tongeren|tournai|oudenaarde|eupen|br[üu]ssel"
        r"|brabant\s(?:wallon|flamand)|(?:waals|vlaams)-brabant|hainaut|henegouwen|huy|verviers|arlon"
        r"|dinant|ypres|ieper|veurne|aalst|sint-niklaas|halle|vilvoorde|hal-vilvorde"
    ),
    "DE": (
        r"berlin|m[üu]nchen|munich|hamburg|k[öo]ln|cologne|frankfurt|stuttgart|d[üu]sseldorf|leipzig"
        r"|dortmund|n[üu]rnberg|hannover|bremen|dresden|mannheim|karlsruhe|m[üu]nster|bielefeld|aachen"
        r"|bonn|d[üu]sburg|duisburg|freiburg|augsburg|wiesbaden|kiel"
    ),
    "FR": (
        r"paris|parijs|lyon|marseille|lille|rijsel|bordeaux|toulouse|nantes|strasbourg|nanterre"
        r"|rennes|versailles|grenoble|montpellier|aix-en-provence|annecy|bobigny|cr[ée]teil|reims|dijon|metz"
        r"|rouen|caen|angers|orl[ée]ans|clermont-ferrand|saint-[ée]tienne|perpignan|n[îi]mes"
    ),
    "UK": r"londen|london|londres|edinburgh|manchester",
    "IE": r"dublin",
    "LU": r"luxembourg|luxemburg",
}
_CITY_OF = {code: re.compile(f"(?i)(?:{words})") for code, words in _CITIES.items()}
_CITY = "(?:" + "|".join(_CITIES.values()) + ")"
_COURT = re.compile(
    rf"(?i)(?<![\w-])(?P<a>{_ADJECTIVE})\s(?:(?:bevoegde|burgerlijke|competent|zust[äa]ndigen?|civil"
    rf"|ordentlichen?|overheids|gewone|state)\s?)?{_COURT_AFTER}"
    rf"|{_COURT_BEFORE}\s(?:comp[ée]tents?\s|civile?s?\s)?(?P<c>{_ADJECTIVE})(?![\w-])"
    rf"|{_COURT_BEFORE}(?:\s\w{{2,12}})?{_OF}(?P<e>{_NAME})(?!\w)"
    rf"|{_COURT_BEFORE}(?:\s\(?(?:[dl]['’])?\w{{1,20}}){{0,6}}?\s\(?(?:[dl]['’])?(?P<h>{_CITY})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A country's law or court in a sentence: ISO code, offsets of the phrase, end exclusive."""

    code: str
    start: int
    end: int


def _code(patterns: Mapping[str, re.Pattern[str]], word: str) -> str:
    return next((code for code, pattern in patterns.items() if pattern.fullmatch(word)), "")


def _named(pattern: re.Pattern[str], sentence: str) -> tuple[Named, ...]:
    found: list[Named] = []
    for match in pattern.finditer(sentence):
        for group, word in match.groupdict().items():
            if not word:
                continue
            table = _NAMES if group in "efik" else _CITY_OF if group == "h" else _ADJECTIVES
            code = _code(table, word.removesuffix("-recht").removesuffix("-Recht"))
            found.append(Named(code, match.start(), match.end()))
    return tuple(found)


# Most sentences have no word for either: the long patterns are for those that have.
_LAW_HINT = re.compile(r"(?i)recht|\bwet|laws?\b|legislati|l[ée]gislati|droit|\blois?\b|gesetz")
_COURT_HINT = re.compile(
    r"(?i)recht|hof\b|hoven|court|judge|tribuna|\bcours?\b|\bjuges?\b|juridiction|jurisdiction|gericht"
)


def laws_in(sentence: str) -> tuple[Named, ...]:
    """Every country's law that a sentence names, in order."""
    return _named(_LAW, sentence) if _LAW_HINT.search(sentence) else ()


def courts_in(sentence: str) -> tuple[Named, ...]:
    """Every country's court that a sentence names, by the country or a city."""
    return _named(_COURT, sentence) if _COURT_HINT.search(sentence) else ()


_NOT = re.compile(
    r"(?i)^(?:niet|geen|nooit|noch|not|no|never|neither|nor|nicht|kein\w{0,2}|weder|nie|pas|jamais"
    r"|aucun\w?|ni|non|inapplicable)$"
)
# Behind the phrase only the participle speaks of it: "Dutch law excluding the CISG" is Dutch law.
_EXCLUDED = re.compile(
    r"(?i)^(?:uitgesloten|uitgezonderd|excluded|disapplied|ausgeschlossen|ausgenommen|exclu[es]{0,2}"
    r"|[ée]cart[ée]e?)$"
)
_EXCLUDING = re.compile(
    r"(?i)(?:(?<!bij\s)uitsluiting|uitgezonderd|behalve|excluding|exclusion|except(?:ion)?|ausschlu(?:ss|ß)"
    r"|au(?:ß|ss)er|sauf|hormis)(?:\s(?:van|of|for|des|der|dem|von|du|de|la|le|the|het)){0,3}\s*$"
)
_STOPS = re.compile(r"(?i)^(?:maar|but|rather|mais|sondern|wel|en|and|und|et)$")
_ONLY = frozenset({"alleen", "only", "seulement", "nur", "slechts"})
_CLAUSE = re.compile(r"[,;:()]|\s[-–]\s")
# "no law other than Dutch law" asks for Dutch law.
_NO_OTHER = re.compile(
    r"(?i)(?:geen|no|kein\w{0,2}|aucune?)\s(?:ander\w{0,2}\s)?(?:recht|law|droit|loi)\s(?:other\sthan|dan|als"
    r"|autre\sque|que)|(?:niets|nothing)\s(?:anders\sdan|but|other\sthan)"
)


def is_denied(sentence: str, named: Named) -> bool:
    """Does a word of denial stand within three words of the phrase, in the same clause?"""
    before = _NO_OTHER.sub(" ", sentence[: named.start])
    if _EXCLUDING.search(before[-80:]):
        return True
    behind = _words(_CLAUSE.split(before)[-1])[-CONTEXT_WORDS:]
    ahead = _words(_CLAUSE.split(sentence[named.end :])[0])[:CONTEXT_WORDS]
    behind = list(reversed(_until_stop(list(reversed(behind)))))
    ahead = _until_stop(ahead)
    # "not only Dutch law" denies nothing.
    if _ONLY.intersection(word.casefold() for word in (*behind, *ahead)):
        return False
    return any(_NOT.match(w) for w in (*behind, *ahead)) or any(_EXCLUDED.match(w) for w in ahead)


def _words(clause: str) -> list[str]:
    return [word.strip(".'\"’«»") for word in clause.split()]


def _until_stop(words: list[str]) -> list[str]:
    stop = next((i for i, word in enumerate(words) if _STOPS.match(word)), len(words))
    return words[:stop]


# What makes a sentence that names a law a clause on the law that applies.
APPLIES = re.compile(
    r"(?i)toepass|toepasbaar|toegepast|d['’]application|beheers|onderworpen|onderhevig|(?<!\w)geld(?:t|en)(?!\w)|val(?:t|len)\sonder"
    r"|geregeerd|ge[ïi]nterpreteerd|uitgelegd|(?<!\w)appli(?:ca|qu)|r[ée]gi|soumis|gouvern|interpr[ée]t"
    r"|rel[èe]v|assujetti|(?<!\w)appl(?:y|ies|icable|ied)|govern|subject\sto|constru|interpret|regulated"
    r"|falls?\sunder|(?<!\w)gilt|(?<!\w)gelten|anwend|anzuwenden|unterlieg|unterst|unterworfen|ma(?:ß|ss)geb"
    r"|richte[nt]\ssich"
)
# "besloten vennootschap naar Nederlands recht", "société de droit belge".
_COMPANY = re.compile(
    r"(?i)(?:vennootschap|onderneming|bedrijf|rechtspersoon|stichting|vereniging|b\.?v\.?|n\.?v\.?|company"
    r"|corporation|entity|partnership|foundation|incorporated|organi[sz]ed|established|registered"
    r"|existing|soci[ée]t[ée]|entreprise|association|constitu[ée]e|gesellschaft|unternehmen|gmbh)"
    r"(?:\s\S{1,25}){0,4}\s(?:naar|onder|under|by|in|de|du|nach|gem[äa](?:ß|ss)|conform)"
    r"(?:\s(?:the|het))?\s*$"
)
# The law of the consumer's own country that nobody can contract away.
RESERVED = re.compile(
    r"(?i)dwingend|mandatory|imp[ée]rati|zwingend|consumentenbescherm|consumer\sprotection|verbraucherschutz"
    r"|protection\sd(?:u|es)\sconsommateur|bescherming\s(?:die|van\sde\sconsument)"
    r"|ontneemt|deprive|priver|entzogen|onverminderd|without\sprejudice|sans\spr[ée]judice|unbeschadet"
)
# Other law of the country in a sentence on something else than the contract.
ASIDE = re.compile(
    r"(?i)privacy|persoonsgegevens|personal\sdata|donn[ée]es\s(?:personnelles|[àa]\scaract)|datenschutz"
    r"|verpakking|packaging|verpackung|auteursrecht|copyright|intellectual|urheber"
    r"|taalversie|language\sversion"
)


def of_a_company(sentence: str, named: Named) -> bool:
    """Is it the law that a company was founded under?"""
    return bool(_COMPANY.search(sentence[max(0, named.start - 120) : named.start]))
