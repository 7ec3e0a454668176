"""Terms of sale in four languages, long enough to be that, for the tests of the terms."""

from __future__ import annotations

from tests.unit.content_kit import document

ARTICLES: dict[str, tuple[str, ...]] = {
    "nl": (
        "Deze algemene voorwaarden gelden voor ieder aanbod en iedere overeenkomst met de koper.",
        "De overeenkomst komt tot stand zodra wij uw bestelling per e-mail hebben bevestigd.",
        "Alle prijzen zijn in euro en exclusief btw, tenzij anders vermeld bij het product.",
        "Betaling geschiedt binnen dertig dagen na de factuurdatum op onze rekening.",
        "Levering vindt plaats op het adres dat u bij de bestelling hebt opgegeven.",
        "Wij garanderen dat de producten voldoen aan de overeenkomst en de specificaties.",
        "Geleverde zaken blijven onze eigendom totdat u alles hebt betaald wat u ons nog moet.",
        "Reclames over zichtbare gebreken meldt u zo snel mogelijk nadat u deze hebt ontdekt.",
    ),
    "fr": (
        "Les présentes conditions générales valent pour chaque offre et chaque commande du client.",
        "Le contrat est formé dès que nous avons confirmé votre commande par e-mail.",
        "Tous les prix sont en euros et hors TVA, sauf mention contraire auprès du produit.",
        "Le paiement a lieu dans les trente jours de la date de la facture sur notre compte.",
        "La livraison se fait à l'adresse que vous avez indiquée lors de la commande.",
        "Nous garantissons que les produits sont conformes au contrat et aux spécifications.",
        "Les marchandises restent notre propriété jusqu'au paiement de tout ce que vous devez.",
        "Les réclamations sur des défauts visibles nous parviennent dès que vous les découvrez.",
    ),
    "en": (
        "These general terms are part of every offer and of every agreement with the buyer.",
        "The agreement is made as soon as we have confirmed your order to you by e-mail.",
        "All prices are in euros and do not include VAT, unless the product page says so.",
        "Payment is made within thirty days of the date of the invoice to our account.",
        "Delivery takes place at the address that you have given to us with the order.",
        "We guarantee that the products are as agreed and as the specifications tell.",
        "The goods stay our property, and ownership passes once you have paid what you owe us.",
        "Complaints about visible faults are to reach us as soon as you have found them.",
    ),
    "de": (
        "Diese allgemeinen Bedingungen sind Teil jedes Angebots und jedes Vertrags mit dem Käufer.",
        "Der Vertrag kommt zustande, sobald wir Ihre Bestellung per E-Mail bestätigt haben.",
        "Alle Preise sind in Euro und ohne Mehrwertsteuer, wenn nicht anders angegeben ist.",
        "Die Zahlung erfolgt binnen dreißig Tagen nach dem Datum der Rechnung auf unser Konto.",
        "Die Lieferung erfolgt an die Anschrift, die Sie bei der Bestellung angegeben haben.",
        "Wir leisten Gewähr dafür, dass die Waren dem Vertrag und den Angaben entsprechen.",
        "Die Waren bleiben unser Eigentum, bis Sie alles bezahlt haben, was Sie uns schulden.",
        "Reklamationen wegen sichtbarer Mängel melden Sie uns, sobald Sie diese entdecken.",
    ),
}
TITLES = {
    "nl": "Algemene voorwaarden",
    "fr": "Conditions générales de vente",
    "en": "Terms and conditions",
    "de": "Allgemeine Geschäftsbedingungen",
}
START = {
    "nl": "Welkom bij onze winkel. Wij verkopen kantoormeubelen en alles wat u voor uw bedrijf"
    " nodig hebt, met een eigen showroom in Utrecht en een team dat u graag helpt met uw keuze.",
    "fr": "Bienvenue dans notre boutique. Nous vendons des meubles de bureau et tout ce qu'il faut"
    " pour votre entreprise, avec une salle d'exposition et une équipe qui vous aide.",
    "en": "Welcome to our shop. We sell office furniture and all that you need for your business,"
    " with a showroom of our own and a team that is glad to help you with your choice.",
    "de": "Willkommen in unserem Geschäft. Wir verkaufen Büromöbel und alles, was Sie für Ihr"
    " Unternehmen brauchen, mit einer eigenen Ausstellung und einem Team, das Ihnen gerne hilft.",
}


def articles(language: str = "nl", *more: str) -> str:
    """The inside of a page of terms (about 1,900 characters), ``more`` as last articles."""
    said = (*ARTICLES[language], *(f"{s} (bis)" for s in ARTICLES[language]), *ARTICLES[language])
    lines = (*said, *more)
    return "".join(f"<h2>{n}. </h2><p>{line}</p>" for n, line in enumerate(lines, 1))


def terms(language: str = "nl", *more: str, title: str = "", head: str = "") -> str:
    """A page of terms of sale."""
    name = title or TITLES[language]
    body = f"<h1>{name}</h1><main>{articles(language, *more)}</main>"
    page = document(body, lang=language, head=head)
    return page.replace("<title>Winkel</title>", f"<title>{name}</title>")


def start(language: str = "nl", extra: str = "") -> str:
    """A start page that links to the terms."""
    links = f'<footer><a href="/terms">{TITLES[language]}</a></footer>'
    return document(f"<p>{START[language]}</p>" * 3 + extra + links, lang=language)
