"""The words of companies: legal forms, and what tells an own name from a partner's.

Patterns but for the forms are for folded text (lower case, no accents).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanners.drift.counting import words

# Legal forms of NL, BE, FR, DE, AT, LU, UK and US as they are written; longest first.
# "b.v." in small letters is "for instance" as well, "CV" a letter of application.
FORMS: Mapping[str, str] = {
    "gmbhcokg": r"GmbH\s?(?:&|und|\+)\s?Co\.?\s?KG",
    "ughaftungsbeschrankt": r"UG\s?\(haftungsbeschr[äa]nkt\)",
    "gmbh": r"[Gg]Gmb[Hh]|G[Mm][Bb]H",
    "ug": r"UG",
    "ag": r"AG",
    "kg": r"KG",
    "ohg": r"[oO]HG",
    "ek": r"e\.\s?K(?:fm|fr)?\.?|eK",
    "gbr": r"GbR",
    "bvba": r"BVBA|B\.V\.B\.A\.?",
    "cvba": r"CVBA|C\.V\.B\.A\.?",
    "bv": r"B[Vv]|B\.\s?[Vv]\.?|b\.v\.(?=\s{0,2}(?:$|\n|[,|(·•;–-]))",
    "nv": r"NV|N\.\s?V\.?",
    "vof": r"VOF|[Vv]of(?!\s?de)|V\.\s?[Oo]\.\s?[Ff]\.?|v\.o\.f\.?",
    "cv": r"C\.\s?V\.?",
    "sprl": r"SPRLU?|S\.P\.R\.L\.?",
    "srl": r"SRL|S\.\s?R\.\s?L\.?",
    "sasu": r"SASU",
    "sas": r"SAS|S\.A\.S\.?",
    "sarl": r"S[Aa][Rr][Ll]|S\.\s?[àa]\.?\s?[rR]\.?\s?[lL]\.?|S\.A\.R\.L\.?",
    "sa": r"SA|S\.A\.?",
    "eurl": r"EURL",
    "snc": r"SNC",
    "scs": r"SCS",
    "asbl": r"ASBL|asbl",
    "vzw": r"VZW|vzw",
    "ltd": r"L[Tt][Dd]\.?|Limited(?!\s[A-Z])",
    "llp": r"LLP",
    "llc": r"LLC|L\.L\.C\.?",
    "inc": r"Inc\.?|INC\.?",
    "plc": r"PLC|plc",
    "eenmanszaak": r"[Ee]enmanszaak",
    "ei": r"[Ee]ntreprise individuelle|[Aa]uto-?entrepreneur|[Mm]icro-?entreprise",
    "einzelunternehmen": r"Einzelunternehmen",
}
# Those that are written before the name as well.
LEADING = frozenset(
    {"bv", "nv", "vof", "bvba", "cvba", "sprl", "srl", "sa", "sas", "sasu", "sarl", "eurl", "snc"}
    | {"scs", "asbl", "vzw", "eenmanszaak", "einzelunternehmen", "ei"}
)
FORM = re.compile(
    r"(?<![\w.&@/-])(?:" + "|".join(f"(?P<{name}>{form})" for name, form in FORMS.items())
    + r")(?![\w@/]|-\w)"
)  # fmt: skip

# One of these stands in every form, and is found faster.
FORM_HINT = re.compile(
    r"[A-Z][A-Za-z]?[A-Z]|[A-Z]\.|[bv]\.[vo]\.|mb[hH]|Bv|Vof|oHG|e\.?\s?K|L[tT][dD]|Limited|In[cC]"
    r"|SaRL|asbl|vzw|plc|nmanszaak|[ntm]trepr|entrepr|Einzel|S[Aa][Rr]"
)

# Small words inside a name.
CONNECTORS = frozenset(
    words("& + en et und and van de der den het du des la le les the of voor pour fur in 't d l te")
)
# What a name does not begin with, though a sentence does.
OPENERS = frozenset(
    words(
        "de het een la le les l' the a die der das den dem von van by bij door chez bei avec met "
        "with welkom welcome bienvenue willkommen copyright firma firme societe company bedrijf "
        "onderneming bedrijfsnaam handelsnaam verkoper seller vendeur anbieter contact adres "
        "adresse address wij we nous wir is en et und and for voor pour fur aan a naar to nach "
        "deze dit cette ce this naam name nom kvk btw vat tva tussen entre between zwischen als "
        "also ook onze ons notre nos our unsere uw votre your ihre alle elke "
        "rechtspersoon statutaire raison sociale"
    )
)
# A name behind such a label needs no legal form.
NAME_LABEL = re.compile(
    r"(?i)^\W{0,3}(?:statutaire\s(?:naam|handelsnaam)|bedrijfsnaam|handelsnaam|firmanaam"
    r"|naam\s(?:van\s(?:de\s)?)?(?:onderneming|ondernemer|bedrijf)|naam\sondernemer"
    r"|handelend\sonder(?:\sde\snaam)?"
    r"|raison\ssociale|d[ée]nomination(?:\ssociale)?|nom\scommercial|nom\sde\sl['’]entreprise"
    r"|company\sname|legal\sname|trading\sname|registered\sname|business\sname"
    r"|firmenname|firma|unternehmensname|handelsname)\s{0,2}[:\-–]?\s{0,2}"
)
# What stands before the name at the head of a line.
LEAD_IN = re.compile(
    r"^[\W\d_]{0,20}(?:(?:de|het|la|le|the|die|der) )?(?:(?:copyright"
    r"|(?:statutaire |onze )?(?:bedrijfsnaam|handelsnaam|firmanaam)"
    r"|bedrijf|onderneming|naam|adres|adresse|address|company(?: name)?|legal name|trading name"
    r"|registered name|name|nom|societe|raison sociale|denomination(?: sociale)?|firma|firmenname"
    r"|unternehmen|anbieter|verkoper|vendeur|seller|ondernemer|vestigingsadres|bezoekadres"
    r"|postadres|retouradres|impressum|colofon|contact|contactgegevens|all rights reserved"
    r"|alle rechten voorbehouden|tous droits reserves|alle rechte vorbehalten)[\W\d_]{0,20}){0,3}"
    r"(?:(?:de|het|la|le|the|die) )?$"
)
# Said of the shop itself.
OWN = re.compile(
    r"verwerkingsverantwoordelijke|verantwoordelijk(?:e)? (?:voor|is)|controller"
    r"|responsable d[ue]|verantwortlich|handelend onder|handelsna(?:am|men) van|onderdeel van"
    r"|trading as|trading name|trade name of|t/a |h\.?o\.?d\.?n\.?|nom commercial"
    r"|marque de la societe"
    r"|exploite|edite(?:e)? par|editeur|operated by|owned by|is run by|betrieben von|betreiber"
    r"|wordt (?:beheerd|geexploiteerd)|eigendom van"
    r"|is een (?:winkel|website|webshop|initiatief) van"
    r"|identite[iy]t|(?:de )?(?:verkoper|ondernemer|gebruiker|leverancier van deze)\b|seller"
    r"|vendeur"
    r"|verkaufer|anbieter|vertragspartner|hierna|hereinafter|hereafter|ci-apres|nachfolgend"
    r"|nachstehend|in het vervolg|\bwij zijn\b|\bnous sommes\b|\bwir sind\b|\bwe are\b"
    r"|deze (?:web)?(?:site|winkel|shop)|this (?:web)?(?:site|shop|store)|ce site|cette boutique"
    r"|diese[rs]? (?:web)?(?:seite|site|shop)|overeenkomst (?:met|tussen)|contract (?:with|between)"
    r"|contrat avec|vertrag mit|are those of"
    r"|voorwaarden van|terms of|celles de la societe|conditions (?:of|de)|agb der"
)
# Said of others: who carries, pays out, counts visitors.
PARTNER = re.compile(
    r"verwerkers?\b|sub-?verwerker|processors?\b|sous-traitant|auftragsverarbeit|betaaldienst"
    r"|betaalprovider|betaalpartner|payment|paiement|prestataire|zahlungs|afhandel|via |powered"
    r"|door middel van|bezorg|vervoer|transport|verzend|livr|deliver|versand|liefer|hosting"
    r"|heberg|gehost|hosted|gedeeld met|delen|share|partage|weitergegeben|weitergabe"
    r"|(?<!vertrags)partner|google|meta|facebook|microsoft|mollie|adyen|stripe|klarna|paypal"
    r"|nieuwsbrief|newsletter"
    r"|analy|cookie|verzekera|verzekering bij|incasso|\bbank\b|boekhoud|accounting|comptab|keurmerk"
    r"|label|label de|merk van|marque de(?! la societe)|marke der|leverancier(?!s? van deze)"
    r"|supplier"
    r"|fournisseur|lieferant|producent|fabrikant|manufacturer|fabricant|hersteller|concurrent"
    r"|ten name van derden|geschillen|ombuds|mediat"
)
# Near a name in a legal text these say that it is the shop's own block.
REGISTERED = re.compile(
    r"k\.?v\.?k|kamer van koophandel|handelsregister|ondernemingsnummer|\bkbo\b|\bbce\b|\brpr\b"
    r"|\brpm\b"
    r"|\brcs\b|siren|siret|\bhrb\b|\bhra\b|btw|\btva\b|\bvat\b|\bust\b|ust-?id|chamber of commerce"
    r"|company number|registered (?:office|in)|gevestigd te|siege social"
)
