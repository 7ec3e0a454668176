"""Four small shops, one per language, read as a crawl would read them."""

from __future__ import annotations

from collections.abc import Mapping

from scanners.api import ScanOutcome
from scanners.content.crawl import Crawl
from scanners.content.extract import page_facts
from scanners.drift.evidence import DriftFacts
from scanners.drift.scanner import WATCHED_ROLES, PageRead, drift_facts
from scanners.drift.wording import sentences_of
from tests.unit.content_kit import AT, HOST, OWN, crawled, document, exchange

URL = f"https://{HOST}/"
Shop = Mapping[str, str]
OPINIONS = (
    '<section class="reviews"><article class="review">Fijn! Mail mij op piet@klant.example of'
    " NL20INGB0001234567, Reviewer Trading B.V., Wilgenlaan 3, 3511 AB Utrecht.</article></section>"
)

NL: Shop = {
    "start": "<main><h1>Bloemen</h1><p>Verse bloemen voor elk kantoor.</p>"
    + OPINIONS
    + "</main><footer><p>© 2024 Bloemen en Zonen B.V.</p><p>Dorpsstraat 12, 1234 AB Utrecht</p>"
    "<p>KvK 30198127</p><p>Betalen met iDEAL, PayPal, creditcard of bankoverschrijving</p>"
    "<p>Website door Webbureau Noord B.V.</p></footer>",
    "contact": "<h1>Contact</h1><p>Bloemen en Zonen B.V.</p><p>Dorpsstraat 12<br>"
    "1234 AB Utrecht</p>"
    "<p>info@example.nl, tel. 030 234 56 78</p><p>IBAN NL91 ABNA 0417 1643 00</p>",
    "terms": "<h1>Algemene voorwaarden</h1><p>Deze voorwaarden zijn die van Bloemen en Zonen B.V., "
    "ingeschreven bij de KvK onder 30198127.</p><p>Alle prijzen zijn inclusief btw.</p>"
    "<p>Op deze overeenkomst is Nederlands recht van toepassing.</p>"
    "<p>Geschillen gaan naar de rechtbank te Utrecht.</p>",
    "privacy": "<h1>Privacy</h1><p>Bloemen en Zonen B.V. is verantwoordelijk voor de verwerking "
    "van persoonsgegevens.</p><p>Wij delen betaalgegevens met onze betaalprovider Mollie B.V. te "
    "Amsterdam.</p><p>Wij verwijderen uw gegevens na 2 jaar.</p><p>U heeft recht op inzage, "
    "rectificatie en verwijdering van uw gegevens.</p><p>U kunt bezwaar maken en uw toestemming "
    "intrekken.</p><p>U heeft recht op beperking van de verwerking en op overdraagbaarheid.</p>"
    "<p>U kunt een klacht indienen bij de Autoriteit Persoonsgegevens.</p>",
    "returns": "<h1>Retour</h1><p>U heeft 14 dagen bedenktijd na ontvangst.</p>",
}
FR: Shop = {
    "start": "<main><h1>Fleurs</h1><p>Des fleurs pour chaque bureau.</p></main><footer>"
    "<p>© 2024 SRL Fleurs et Fils</p><p>Rue de la Loi 16, 1000 Bruxelles</p>"
    "<p>Paiement par Bancontact, PayPal, Visa ou virement bancaire</p></footer>",
    "contact": "<h1>Contact</h1><p>SRL Fleurs et Fils</p><p>Rue de la Loi 16<br>1000 Bruxelles</p>"
    "<p>info@example.nl</p><p>IBAN : BE68 5390 0754 7034</p>",
    "terms": "<h1>Conditions générales</h1><p>Les présentes conditions sont celles de la société "
    "Fleurs et Fils SRL.</p><p>Tous les prix sont TVA comprise.</p>"
    "<p>Le contrat est soumis au droit belge.</p>"
    "<p>Seuls les tribunaux de Bruxelles sont compétents.</p>",
    "privacy": "<h1>Vie privée</h1><p>Le responsable du traitement est Fleurs et Fils SRL.</p>"
    "<p>Nous partageons les paiements avec notre prestataire Mollie B.V.</p><p>Nous supprimons vos "
    "données après 2 ans.</p><p>Vous avez le droit d'accès, de rectification et d'effacement.</p>"
    "<p>Vous avez le droit à la limitation du traitement, à la portabilité et le droit "
    "d'opposition.</p><p>Vous pouvez retirer votre consentement à tout moment.</p>"
    "<p>Vous pouvez introduire une réclamation auprès de l'Autorité de protection des données.</p>",
    "returns": "<h1>Retours</h1><p>Vous disposez de 14 jours pour vous rétracter.</p>",
}
EN: Shop = {
    "start": "<main><h1>Flowers</h1><p>Flowers for each office.</p></main><footer>"
    "<p>© 2024 Flowers and Sons Ltd. All rights reserved.</p>"
    "<p>12 High Street, London SW1A 1AA</p>"
    "<p>We accept Visa, Mastercard, PayPal and bank transfer</p></footer>",
    "contact": "<h1>Contact</h1><p>Flowers and Sons Ltd</p><p>12 High Street<br>London<br>"
    "SW1A 1AA</p>"
    "<p>info@example.nl</p><p>IBAN GB82 WEST 1234 5698 7654 32</p>",
    "terms": "<h1>Terms and conditions</h1><p>These are the terms of Flowers and Sons Ltd, "
    "registered in England, company number 01234567.</p><p>All prices are including VAT.</p>"
    "<p>This contract is governed by the law of England and Wales.</p>",
    "privacy": "<h1>Privacy</h1><p>The controller is Flowers and Sons Ltd.</p><p>Payments are "
    "processed by Stripe Payments Europe, Ltd.</p><p>We delete your data after 2 years.</p>"
    "<p>You have the right to access, rectification and erasure of your data.</p>"
    "<p>You have the right to restrict processing and to data portability.</p>"
    "<p>You may object to the processing and withdraw your consent at any time.</p>"
    "<p>You can lodge a complaint with the supervisory authority.</p>",
    "returns": "<h1>Returns</h1><p>You may return goods within 14 days of receipt.</p>",
}
DE: Shop = {
    "start": "<main><h1>Blumen</h1><p>Blumen für jedes Büro.</p></main><footer>"
    "<p>© 2024 Blumen und Söhne GmbH</p><p>Hauptstraße 5, 10115 Berlin</p>"
    "<p>Zahlung per PayPal, Kreditkarte, Klarna oder Vorkasse</p></footer>",
    "contact": "<h1>Impressum</h1><p>Blumen und Söhne GmbH</p><p>Hauptstraße 5<br>10115 Berlin</p>"
    "<p>info@example.nl</p><p>IBAN DE89 3704 0044 0532 0130 00</p>",
    "terms": "<h1>AGB</h1><p>Vertragspartner ist die Blumen und Söhne GmbH.</p>"
    "<p>Alle Preise verstehen sich inkl. MwSt.</p>"
    "<p>Auf diesen Vertrag findet deutsches Recht Anwendung.</p>"
    "<p>Gerichtsstand: Die Gerichte in Berlin sind zuständig.</p>",
    "privacy": "<h1>Datenschutz</h1><p>Verantwortlich ist die Blumen und Söhne GmbH.</p>"
    "<p>Zahlungsdaten geben wir an die Klarna Bank AG weiter.</p><p>Wir löschen Ihre Daten nach 2 "
    "Jahren.</p><p>Sie haben das Recht auf Auskunft, Berichtigung und Löschung.</p>"
    "<p>Sie haben das Recht auf Einschränkung der Verarbeitung und auf Datenübertragbarkeit.</p>"
    "<p>Sie können der Verarbeitung widersprechen und Ihre Einwilligung jederzeit widerrufen.</p>"
    "<p>Sie haben ein Beschwerderecht bei der Aufsichtsbehörde.</p>",
    "returns": "<h1>Widerruf</h1><p>Sie können binnen 14 Tagen widerrufen.</p>",
}
SHOPS: Mapping[str, Shop] = {"nl": NL, "fr": FR, "en": EN, "de": DE}


def look(shop: Shop, lang: str = "nl", unread: tuple[str, ...] = ()) -> DriftFacts:
    """One observation; ``unread`` pages did not answer this time."""
    pages = []
    for role, body in shop.items():
        if role not in unread:
            path = "/" if role == "start" else f"/{role}"
            pages.append(crawled(exchange(document(body, lang=lang), path), role))
    read = tuple(
        PageRead(page, page_facts(page, OWN), sentences_of(page.lines), cut=False)
        for page in pages
        if page.roles & set(WATCHED_ROLES)
    )
    complete = frozenset(shop) - set(unread)
    crawl = Crawl(ScanOutcome.COMPLETE, "", tuple(pages), complete, {}, AT)
    return drift_facts(URL, crawl, read)


def changed(shop: Shop, old: str, new: str, roles: tuple[str, ...] = ()) -> dict[str, str]:
    """The shop with other words on all pages, or on those of some roles."""
    made = {
        role: body.replace(old, new) if role in (roles or shop) else body
        for role, body in shop.items()
    }
    if made == dict(shop):
        message = f"nothing of the shop reads {old!r}"
        raise ValueError(message)
    return made
