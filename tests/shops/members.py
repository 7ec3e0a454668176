"""Who the members of the demonstration fleet are; every name and number is made up.

Company numbers are in ranges the registers do not hand out; VAT numbers hold
their check digits and belong to nobody on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.shops.pages import Product, Seal, ShopText

THUISWINKEL = "thuiswinkel-zakelijk"
BECOMMERCE = "becommerce-b2b"
WEBWINKELKEUR = "webwinkelkeur"
COMPLAINT_FORM = "https://www.thuiswinkel.org/klachtenformulier"


@dataclass(frozen=True, slots=True)
class Member:
    """One member with one shop; ``labels`` are held with standing certified."""

    key: str
    text: ShopText
    labels: tuple[str, ...]
    owner: str
    technician: str
    customers: tuple[str, ...] = ("b2b",)
    jurisdiction: str = "NL"


def _products(*rows: tuple[str, str, int]) -> tuple[Product, ...]:
    return tuple(Product(slug, name, cents) for slug, name, cents in rows)


def _seals(labels: tuple[str, ...], slug: str) -> tuple[Seal, ...]:
    known = {
        THUISWINKEL: Seal(
            f"https://www.thuiswinkel.org/leden/{slug}/certificaat",
            "/static/thuiswinkel-zakelijk.svg",
            "Thuiswinkel Zakelijk",
        ),
        WEBWINKELKEUR: Seal(
            f"https://www.webwinkelkeur.nl/webshop/{slug}_1{len(slug):02d}4711",
            "/static/webwinkelkeur.svg",
            "WebwinkelKeur",
        ),
        BECOMMERCE: Seal(
            "https://www.becommerce.be/fr/membres/chercher-un-membre/d/certificate/90417",
            "/static/becommerce.svg",
            "BeCommerce",
        ),
    }
    return tuple(known[label] for label in labels)


def _dutch(
    key: str,
    host: str,
    names: tuple[str, str],
    place: tuple[str, str, str],
    numbers: tuple[str, str, str],
    people: tuple[str, str],
    products: tuple[Product, ...],
    *,
    labels: tuple[str, ...] = (THUISWINKEL,),
    language: str = "nl",
    customers: tuple[str, ...] = ("b2b",),
    iban: str = "",
) -> Member:
    """A Dutch member: names are (legal, brand), numbers are (kvk, vat, phone)."""
    text = ShopText(
        host=host,
        company=names[0],
        brand=names[1],
        street=place[0],
        postcode=place[1],
        city=place[2],
        country="Nederland",
        phone=numbers[2],
        email=f"info@{host}",
        language=language,
        products=products,
        kvk=numbers[0],
        vat=numbers[1],
        iban=iban,
        seals=_seals(labels, host.partition(".")[0]),
        complaint_form=COMPLAINT_FORM if THUISWINKEL in labels else "",
    )
    return Member(key, text, labels, people[0], people[1], customers)


_HEALTHY = _dutch(
    "healthy",
    "fietsgemak.example",
    ("Fietsgemak Zakelijk B.V.", "Fietsgemak"),
    ("Rijwielstraat 12", "3812 PK", "Amersfoort"),
    ("99104128", "NL862143081B01", "+31 33 712 04 10"),
    ("Marieke Vos", "Joris Brandsma"),
    _products(
        ("dienstfiets-28", "Dienstfiets 28 inch", 64900),
        ("fietspomp-vast", "Vaste fietspomp", 4450),
        ("kettingslot-art2", "Kettingslot ART 2", 3995),
        ("fietsrek-6", "Fietsenrek voor 6 fietsen", 18900),
        ("led-set", "Ledverlichting, set", 1895),
    ),
    iban="NL91 ABNA 0417 1643 00",
)
_EXPIRED = _dutch(
    "expired",
    "papiervak.example",
    ("Papiervak Groothandel B.V.", "Papiervak"),
    ("Vellenweg 3", "7323 LM", "Apeldoorn"),
    ("99117203", "NL857301251B01", "+31 55 203 11 40"),
    ("Henk Dorresteijn", "Fatima el Amrani"),
    _products(
        ("a4-80g", "Kopieerpapier A4, 80 grams", 2150),
        ("a3-90g", "Kopieerpapier A3, 90 grams", 3980),
        ("envelop-c5", "Envelop C5, doos 500", 2795),
        ("karton-wit", "Wit karton, pak 100", 1640),
        ("kraftrol", "Kraftpapier op rol", 5290),
    ),
)
_EXPIRES = _dutch(
    "expires",
    "koffieopkantoor.example",
    ("Koffie op Kantoor B.V.", "Koffie op Kantoor"),
    ("Branderskade 41", "3011 VN", "Rotterdam"),
    ("99123876", "NL854412360B01", "+31 10 304 55 71"),
    ("Sanne de Wit", "Ruben Kolk"),
    _products(
        ("bonen-huis", "Huismelange bonen, 1 kilo", 1495),
        ("filter-110", "Filterpapier 110 mm", 695),
        ("melkopschuimer", "Melkopschuimer", 8900),
        ("theedoos-12", "Theedoos met 12 vakken", 3450),
        ("ontkalker", "Ontkalker, 1 liter", 1125),
    ),
    labels=(THUISWINKEL, WEBWINKELKEUR),
)
_WRONG_HOST = _dutch(
    "wrong_host",
    "verfmagazijn.example",
    ("Het Verfmagazijn V.O.F.", "Verfmagazijn"),
    ("Kwastlaan 8", "5651 GW", "Eindhoven"),
    ("99131550", "NL861970457B01", "+31 40 218 90 03"),
    ("Peter van Gestel", "Noor Hendrix"),
    _products(
        ("muurverf-10l", "Witte muurverf, 10 liter", 5695),
        ("grondverf-2l", "Grondverf, 2,5 liter", 3840),
        ("rolset-25", "Verfrolset 25 cm", 1275),
        ("afplaktape", "Afplaktape, 50 meter", 445),
        ("ladder-2x8", "Reformladder 2 x 8", 14900),
    ),
)
_OLD_TLS = _dutch(
    "old_tls",
    "werkkleidung-grenzland.example",
    ("Grensland Werkkleding B.V.", "Werkkleidung Grenzland"),
    ("Textielhof 20", "7581 AB", "Losser"),
    ("99140082", "NL859226189B01", "+31 53 602 18 55"),
    ("Anke Schulte", "Jan Wessels"),
    _products(
        ("bundhose-grau", "Bundhose grau", 4790),
        ("sicherheitsschuh-s3", "Sicherheitsschuh S3", 7950),
        ("warnweste", "Warnweste", 690),
        ("winterjacke", "Winterjacke wasserdicht", 11900),
        ("handschuhe-12", "Arbeitshandschuhe, 12 Paar", 2640),
    ),
    language="de",
)
_PRIVACY_GONE = _dutch(
    "privacy_gone",
    "benchandlab.example",
    ("Bench and Lab Supplies B.V.", "Bench & Lab"),
    ("Microscoopweg 5", "2333 CK", "Leiden"),
    ("99158314", "NL863305726B01", "+31 71 408 27 16"),
    ("Emma Clarke", "Thijs Molenaar"),
    _products(
        ("beaker-250", "Beaker 250 ml, box of 12", 4200),
        ("pipette-tips", "Pipette tips, 1000 pieces", 3150),
        ("lab-coat", "Lab coat, cotton", 2890),
        ("stirrer-hot", "Magnetic stirrer with heating", 32900),
        ("goggles", "Safety goggles", 1180),
    ),
    language="en",
)
_KVK_SWAPPED = _dutch(
    "kvk_swapped",
    "terrasmeubelpro.example",
    ("Terrasmeubel Pro B.V.", "Terrasmeubel Pro"),
    ("Zonneweide 77", "2671 JX", "Naaldwijk"),
    ("99166047", "NL856648917B01", "+31 174 512 668"),
    ("Carla Poot", "Bas Zwinkels"),
    _products(
        ("bistroset", "Bistroset voor 2 personen", 21900),
        ("parasol-3m", "Horecaparasol 3 meter", 34500),
        ("stapelstoel", "Stapelstoel aluminium", 8950),
        ("plantenbak", "Plantenbak van cortenstaal", 12800),
        ("terrasheater", "Elektrische terrasheater", 27400),
    ),
    labels=(THUISWINKEL, WEBWINKELKEUR),
)
_BOT_WALL = _dutch(
    "bot_wall",
    "printershop-noord.example",
    ("Printershop Noord B.V.", "Printershop Noord"),
    ("Inktpad 2", "9723 BH", "Groningen"),
    ("99172291", "NL858890239B01", "+31 50 207 33 19"),
    ("Wietske Postma", "Sjoerd Bakema"),
    _products(
        ("toner-zwart", "Toner zwart, 6000 afdrukken", 7450),
        ("toner-kleur", "Toner kleur, set van 3", 19900),
        ("labelprinter", "Labelprinter", 13900),
        ("etiket-62", "Etiketten 62 mm, rol", 895),
        ("drum-unit", "Drumunit", 9800),
    ),
)
_TARPIT = _dutch(
    "tarpit",
    "schoonmaakdepot.example",
    ("Schoonmaakdepot Midden B.V.", "Schoonmaakdepot"),
    ("Sopstraat 19", "3542 DA", "Utrecht"),
    ("99185536", "NL855517645B01", "+31 30 711 46 02"),
    ("Dennis Blom", "Yara Martina"),
    _products(
        ("allesreiniger", "Allesreiniger, 5 liter", 1350),
        ("moppenset", "Moppenset microvezel", 4290),
        ("handzeep", "Handzeep, 12 flacons", 3360),
        ("vuilniszak", "Vuilniszakken, doos 200", 2575),
        ("papierrol", "Poetspapier, 2 rollen", 2990),
    ),
)
_PARKED = _dutch(
    "parked",
    "kantoorstoelenhuis.example",
    ("Kantoorstoelenhuis B.V.", "Kantoorstoelenhuis"),
    ("Zitwerf 6", "6541 CH", "Nijmegen"),
    ("99190774", "NL860731856B01", "+31 24 809 15 20"),
    ("Ingrid Thijssen", "Mark Peeters"),
    _products(
        ("bureaustoel-n", "Bureaustoel met armleuning", 27900),
        ("zitsta", "Zit-stabureau 160 cm", 49900),
        ("voetensteun", "Voetensteun", 4450),
        ("monitorarm", "Monitorarm", 8900),
        ("bureaulamp", "Bureaulamp led", 5950),
    ),
)
_WEBWINKELKEUR = _dutch(
    "webwinkelkeur",
    "breigarenwinkel.example",
    ("Breigarenwinkel", "Breigarenwinkel"),
    ("Wolmarkt 30", "8601 BE", "Sneek"),
    ("99203319", "NL864219374B01", "+31 515 409 220"),
    ("Tineke Hoekstra", "Tineke Hoekstra"),
    _products(
        ("merino-50", "Merinowol, bol van 50 gram", 495),
        ("katoen-100", "Katoen, bol van 100 gram", 385),
        ("naald-4", "Rondbreinaald 4 mm", 725),
        ("patroon-trui", "Breipatroon trui", 650),
        ("wolmand", "Wolmand van vilt", 2395),
    ),
    labels=(WEBWINKELKEUR,),
    customers=("b2c", "b2b"),
)
_BELGIAN = Member(
    "belgian",
    ShopText(
        host="outillage-sambre.example",
        company="Outillage de la Sambre SRL",
        brand="Outillage Sambre",
        street="Rue des Forges 27",
        postcode="5000",
        city="Namur",
        country="Belgique",
        phone="+32 81 40 27 15",
        email="info@outillage-sambre.example",
        language="fr",
        products=_products(
            ("perceuse-18v", "Perceuse sans fil 18 V", 13900),
            ("cles-mixtes", "Jeu de 12 clés mixtes", 6450),
            ("servante", "Servante d'atelier", 38900),
            ("meule-125", "Disques à tronçonner 125 mm", 2290),
            ("gants-10", "Gants de travail, 10 paires", 1850),
        ),
        kbo="0999041206",
        vat="BE0999041206",
        iban="BE68 5390 0754 7034",
        seals=_seals((BECOMMERCE,), "outillage-sambre"),
    ),
    (BECOMMERCE,),
    "Luc Delvaux",
    "Nadia Marchal",
    jurisdiction="BE",
)

MEMBERS: tuple[Member, ...] = (
    _HEALTHY,
    _EXPIRED,
    _EXPIRES,
    _WRONG_HOST,
    _OLD_TLS,
    _PRIVACY_GONE,
    _KVK_SWAPPED,
    _BOT_WALL,
    _TARPIT,
    _PARKED,
    _BELGIAN,
    _WEBWINKELKEUR,
)

PARKING = ShopText(
    host="domeinetalage.example",
    company="Domeinetalage",
    brand="Domeinetalage",
    street="Postbus 100",
    postcode="1000 AA",
    city="Amsterdam",
    country="Nederland",
    phone="+31 20 809 00 12",
    email="verkoop@domeinetalage.example",
    language="nl",
    products=(),
)
