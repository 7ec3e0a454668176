"""Made-up companies with numbers that hold their check digits, in two countries."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from stdnum import iban as iban_number
from stdnum.be import vat as be_vat
from stdnum.nl import bsn

LAWS = {
    "NL": {
        "nl": "Nederlands recht",
        "fr": "le droit néerlandais",
        "en": "Dutch law",
        "de": "niederländisches Recht",
    },
    "BE": {
        "nl": "Belgisch recht",
        "fr": "le droit belge",
        "en": "Belgian law",
        "de": "belgisches Recht",
    },
}
AUTHORITIES = {
    "NL": {
        "nl": "de Autoriteit Persoonsgegevens",
        "fr": "l'Autoriteit Persoonsgegevens",
        "en": "the Dutch Data Protection Authority",
        "de": "der Autoriteit Persoonsgegevens",
    },
    "BE": {
        "nl": "de Gegevensbeschermingsautoriteit",
        "fr": "l'Autorité de protection des données",
        "en": "the Belgian Data Protection Authority",
        "de": "der Datenschutzbehörde",
    },
}
STREETS = {
    ("NL", "nl"): ("Dorpsstraat", "Stationsweg", "Molenlaan", "Kerkstraat"),
    ("NL", "en"): ("Havenstraat", "Industrieweg", "Parklaan", "Marktstraat"),
    ("NL", "de"): ("Venlosestraat", "Grensweg", "Maasstraat", "Bergstraat"),
    ("BE", "nl"): ("Kerkstraat", "Nieuwstraat", "Molenstraat", "Stationsstraat"),
    ("BE", "fr"): ("rue de la Gare", "avenue des Tilleuls", "rue du Moulin", "place du Marché"),
    ("BE", "en"): ("Kerkstraat", "Leuvensesteenweg", "Nieuwstraat", "Brugstraat"),
    ("BE", "de"): ("Klosterstraße", "Bahnhofstraße", "Marktplatz", "Gospertstraße"),
}
CITIES = {
    ("NL", "nl"): ("Utrecht", "Zwolle", "Breda", "Arnhem"),
    ("NL", "en"): ("Amsterdam", "Rotterdam", "Haarlem", "Delft"),
    ("NL", "de"): ("Venlo", "Enschede", "Roermond", "Heerlen"),
    ("BE", "nl"): ("Gent", "Leuven", "Hasselt", "Brugge"),
    ("BE", "fr"): ("Liège", "Namur", "Mons", "Tournai"),
    ("BE", "en"): ("Antwerpen", "Gent", "Leuven", "Mechelen"),
    ("BE", "de"): ("Eupen", "Kelmis", "Sankt Vith", "Raeren"),
}
FORMS = {"NL": ("B.V.",), "BE": ("BV", "SRL", "BV", "GmbH")}
NAMES = ("Noorderlicht", "Vandermeer", "Lindenhof", "Ambacht", "Zilverberg", "Delmotte", "Kastanje")


@dataclass(frozen=True)
class Company:
    """Who keeps a shop; every value as it stands on the pages."""

    country: str
    brand: str
    name: str
    street: str
    postcode: str
    city: str
    register: str
    vat: str
    iban: str
    phone: str
    dial: str
    email: str
    host: str
    law: str
    authority: str

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}"


def dutch_vat(rng: Random) -> str:
    """A Dutch VAT number whose nine digits hold the old check."""
    while True:
        digits = f"{rng.randrange(10_000_000, 999_999_999):09d}"
        if bsn.is_valid(digits):
            return f"NL{digits}B01"


def belgian_number(rng: Random) -> str:
    """A Belgian company number, ten digits."""
    while True:
        head = f"0{rng.randrange(4_000_000, 7_999_999)}"
        digits = f"{head}{97 - int(head) % 97:02d}"
        if be_vat.is_valid(digits):
            return digits


def account(country: str, rng: Random) -> str:
    """An IBAN of ``country`` in groups of four."""
    if country == "NL":
        bban = f"{rng.choice(('INGB', 'RABO', 'ABNA'))}{rng.randrange(10**9, 10**10):010d}"
    else:
        head = rng.choice(("363", "001", "734")) + f"{rng.randrange(10**6, 10**7):07d}"
        bban = f"{head}{int(head) % 97 or 97:02d}"
    raw = f"{country}{iban_number.calc_check_digits(f'{country}00{bban}')}{bban}"
    return " ".join(raw[at : at + 4] for at in range(0, len(raw), 4))


def dotted(number: str) -> str:
    """A Belgian number as people write it."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def phone(country: str, rng: Random) -> tuple[str, str]:
    """A landline as written and as dialled."""
    if country == "NL":
        area = rng.choice(("30", "38", "76", "26"))
        rest = f"{rng.randrange(2_000_000, 7_999_999)}"
        return f"0{area} {rest[:3]} {rest[3:5]} {rest[5:]}", f"+31{area}{rest}"
    area = rng.choice(("9", "2", "3", "4"))
    rest = f"{rng.randrange(2_000_000, 7_999_999)}"
    return f"0{area} {rest[:3]} {rest[3:5]} {rest[5:]}", f"+32{area}{rest}"


def company(language: str, country: str, key: str) -> Company:
    """The company of the shop ``key``; always the same for the same arguments."""
    rng = Random(f"company {key} {language} {country}")
    base = rng.choice(NAMES)
    brand = f"{base} {rng.choice(('Kantoor', 'Office', 'Bureau', 'Werk'))}"
    form = FORMS[country][("nl", "fr", "en", "de").index(language) % len(FORMS[country])]
    places = (country, language)
    written, dial = phone(country, rng)
    host = f"www.{base.lower()}-{key.lower()}-{language}.example"
    if country == "NL":
        register, vat = f"{rng.randrange(20_000_000, 79_999_999)}", dutch_vat(rng)
        postcode = f"{rng.randrange(1000, 9999)} {rng.choice(('AB', 'KL', 'XT', 'HG'))}"
    else:
        number = belgian_number(rng)
        register, vat = dotted(number), f"BE {dotted(number)}"
        postcode = f"{rng.randrange(1000, 9992)}"
    at = rng.randrange(4)
    number_of_house = rng.randrange(2, 180)
    street = STREETS[places][at]
    house = f"{street} {number_of_house}"
    return Company(
        country=country,
        brand=brand,
        name=f"{base} {rng.choice(('Handel', 'Groep', 'Retail'))} {form}",
        street=house,
        postcode=postcode,
        city=CITIES[places][at],
        register=register,
        vat=vat,
        iban=account(country, rng),
        phone=written,
        dial=dial,
        email=f"info@{host.removeprefix('www.')}",
        host=host,
        law=LAWS[country][language],
        authority=AUTHORITIES[country][language],
    )
