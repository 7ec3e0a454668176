"""The words and paths of page roles, as data (nl, fr, en, de).

Words are folded (no accents, lower case) before they are compared; a trailing ``*``
lets a word go on, a leading ``=`` wants it to be all there is ("Company" is a page,
"Chairs for your company" is not).  Source: label conditions, table of page roles and
rule AB; the menus of Dutch, Belgian, French and German shops.
"""

from __future__ import annotations

from collections.abc import Mapping


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "contact": _listed(
        "contact, contacteer*, contactez*, contacter, contactgegevens, contactformulier, "
        "contactpagina, coordonnees, klantenservice, klantendienst, service client*, service "
        "clientele, customer service*, customer care, customer support, get in touch, "
        "kundenservice, kundendienst, =contacteren, contact us, bereikbaarheid, stel een vraag, "
        "stel uw vraag, stel je vraag, =vragen, neem contact op, klantencontact, klanten "
        "service, customerservice, nous contacter, nous joindre, nous ecrire, ecrivez nous, "
        "relation client*, relations clients, service apres vente, =assistance, write to us, "
        "reach us, talk to us, kunden service, kundenbetreuung, ansprechpartner, schreiben sie "
        "uns, so erreichen sie uns, adres en openingstijden, openingsuren, openingstijden, "
        "adresgegevens, vestigingen, =winkels, onze winkels, nos magasins, filialen, store "
        "locator, kontakt, kontaktformular, kontaktieren*, kontaktdaten, kontaktaufnahme, "
        "kontaktseite, kontaktinformationen, kontaktmoglichkeiten"
    ),
    "about": _listed(
        "over ons, wie zijn wij, wie we zijn, ons bedrijf, bedrijfsgegevens, bedrijfsinformatie, "
        "bedrijfsinfo, colofon, disclaimer, wettelijke vermeldingen, juridische informatie, qui "
        "sommes nous, a propos, mentions legales, informations legales, about, about us, company "
        "details, company information, company info, imprint, legal notice, legal information, "
        "uber uns, ueber uns, impressum, over het bedrijf, over de winkel, over onze winkel, "
        "over de webshop, over onze onderneming, over de onderneming, wie zijn we, wie wij zijn, "
        "onze gegevens, =gegevens, =bedrijf, =het bedrijf, bedrijfsprofiel, bedrijfs gegevens, "
        "bedrijfs informatie, ondernemingsgegevens, =onderneming, onze onderneming, ons verhaal, "
        "ons team, onze winkel, firmagegevens, =identiteit, juridisch, juridische gegevens, "
        "juridische vermeldingen, juridische kennisgeving, wettelijke informatie, wettelijke "
        "gegevens, wettelijke kennisgeving, =verkoper, verkopersinformatie, verkopersgegevens, "
        "verkopersprofiel, verkoperinformatie, verkopergegevens, informatie over de verkoper, "
        "over de verkoper, =aanbieder, notre entreprise, notre societe, notre histoire, notre "
        "boutique, =l entreprise, =entreprise, =la societe, =societe, qui nous sommes, nos "
        "coordonnees, =mentions, =mention legale, mentions juridiques, informations juridiques, "
        "informations societe, informations sur l entreprise, editeur du site, identification du "
        "vendeur, informations vendeur, informations sur le vendeur, a propos du vendeur, "
        "=vendeur, juridique, who we are, =our company, our story, =the company, =company, "
        "company profile, =corporate, =legal, legal details, legal info, legal notices, legal "
        "statement, legal mentions, seller information, seller info, seller details, seller "
        "profile, about the seller, business information, business details, =business info, "
        "trader information, uber das unternehmen, =unternehmen, =das unternehmen, unser "
        "unternehmen, wer wir sind, wir uber uns, =firma, unsere firma, firmendaten, "
        "unternehmensdaten, firmeninformationen, anbieterkennzeichnung, =anbieter, "
        "anbieterinformationen, =verkaufer, verkauferinformationen, verkauferdaten, rechtliches, "
        "rechtliche hinweise, rechtliche angaben, rechtliche informationen, pflichtangaben"
    ),
    "terms": _listed(
        "algemene voorwaarden, voorwaarden, leveringsvoorwaarden, verkoopvoorwaarden, conditions "
        "generales*, conditions de vente, cgv, terms and conditions, terms conditions, terms of "
        "sale, terms of service, terms of use, general terms, terms, agb, geschaftsbedingungen, "
        "allgemeine geschaftsbedingungen, gebruiksvoorwaarden, betalingsvoorwaarden, leverings "
        "en betalingsvoorwaarden, handelsvoorwaarden, contractvoorwaarden, koopvoorwaarden, "
        "winkelvoorwaarden, conditions generales, conditions d utilisation, conditions d achat, "
        "=conditions, cgu, cgvu, =cg, conditions of sale, conditions of use, sales conditions, "
        "sales terms, general conditions, terms of trade, =t c, =t cs, =t c s, =tos, "
        "geschaeftsbedingungen, nutzungsbedingungen, verkaufsbedingungen, vertragsbedingungen, "
        "allgemeine bedingungen, =bedingungen"
    ),
    "privacy": _listed(
        "privacy*, vie privee, confidentialite, protection des donnees, donnees personnelles, "
        "rgpd, gdpr, avg verklaring, gegevensbescherming, data protection, datenschutz*, "
        "persoonsgegevens, persoonlijke gegevens, bescherming van gegevens, bescherming van uw "
        "gegevens, gegevensverwerking, verwerking van gegevens, verwerking van uw gegevens, uw "
        "gegevens, =avg, avg gdpr, avg beleid, dataprotectie, protection de vos donnees, "
        "protection de donnees, protection des donnees*, protection de la vie privee, donnees a "
        "caractere personnel*, vos donnees, vos donnees personnelles, politique de donnees, "
        "politique des donnees, politique de protection des donnees, confidentialites, charte de "
        "confidentialite, personal data, personal information, data policy, data privacy, data "
        "processing, your data, how we use your data, ccpa, dsgvo, ds gvo, daten schutz, "
        "personenbezogene daten, datenverarbeitung, ihre daten, avg privacy, avg statement"
    ),
    "cookies": _listed("cookie*, temoins, traceurs"),
    "complaints": _listed(
        "klacht, klachten*, geschil, geschillen*, reclamation, reclamations, plainte, plaintes, "
        "litige, litiges, complaint, complaints*, dispute, disputes, beschwerde*, reklamation*, "
        "klacht indienen, klachtafhandeling, geschilbeslechting, geschillenregeling, "
        "reclamatie*, mediation, mediateur, reglement des litiges, grievance*, beanstandung*, "
        "streitbeilegung, schlichtung*, streitschlichtung"
    ),
    "returns": _listed(
        "retour, retourneren, retouren, retourbeleid, retourvoorwaarden, ruilen, herroeping*, "
        "bedenktijd, retours, retractation, returns, return policy, refund*, withdrawal, "
        "widerruf*, ruckgabe*, rucksendung*, retoure*, retourzending*, retourzenden, "
        "retourrecht, terugsturen, terugzenden, terugbetaling*, omruilen, ruilen en retourneren, "
        "annuleren, annulering, droit de retractation, retourner un article, renvoi, renvoyer, "
        "remboursement*, echange, echanges, =return, =returning, exchanges, money back, "
        "cancellation*, ruckversand, umtausch, stornierung, erstattung*, retourner"
    ),
    "delivery": _listed(
        "verzending, verzenden, verzendkosten, verzendinformatie, levering*, levertijd*, "
        "bezorging, bezorgen, bezorgkosten, bestellen en leveren, livraison*, expedition, "
        "delivery, shipping, shipment, lieferung*, lieferzeit*, lieferbedingungen, =leveren, "
        "leveringen, levertermijn*, leveringsinformatie, leveringskosten, transportkosten, "
        "afhalen, frais de port, frais de livraison, delais de livraison, expeditions, =envoi, "
        "=envois, retrait en magasin, =deliveries, versandkosten, lieferzeiten, lieferkosten, "
        "lieferinformationen, zustellung, verzendmethoden, verzendmogelijkheden, verzendopties, "
        "verzendtijd*, verzending*, leveringsvoorwaarden, bezorging*, bezorgtijd*, "
        "bezorginformatie, bezorgopties, versand, versandinformationen, versandinfos, "
        "versandarten, versandbedingungen, versandkosten*"
    ),
    "payment": _listed(
        "betalen, betaling, betaalmethoden, betaalmogelijkheden, betaalwijzen, paiement*, "
        "payment*, zahlung*, zahlungsarten, betalingen, betalingswijzen, betaalinformatie, "
        "betalingsmogelijkheden, =payer, modes de paiement, moyens de paiement, =pay, =paying, "
        "ways to pay, =bezahlen, bezahlung, =zahlen, zahlungsmethoden, betaalmethode*, "
        "betaalopties, betaalvoorwaarden"
    ),
    "account": _listed(
        "inloggen, log in, login, sign in, mijn account, account aanmaken, registreren, mon "
        "compte, se connecter, connexion, my account, register, create account, anmelden, "
        "einloggen, mein konto, registrieren, aanmelden, mijn gegevens, mon espace, "
        "=identification, creer un compte, s identifier, s inscrire, signin, sign up, log on, "
        "=account, =konto, konto erstellen, mein account, kundenkonto"
    ),
    "checkout": _listed(
        "winkelwagen, winkelmand*, winkelmandje, afrekenen, kassa, panier, cart, basket, "
        "checkout, warenkorb, kasse, bestelling afronden, mijn winkelwagen, mon panier, "
        "=commander, my cart, shopping cart, shopping bag, zur kasse, einkaufswagen"
    ),
}

# Pages that often do nothing but lead to the pages of a role.
HUB_WORDS: tuple[str, ...] = _listed(
    "juridisch*, wettelijk*, =legal, =legals, juridique*, informations juridiques, =legales, "
    "rechtliches, rechtliche hinweise, rechtliche informationen, =service, =services, help, "
    "helpcenter, help center, helpdesk, hulp, aide, hilfe, =support, faq, faqs, veelgestelde "
    "vragen, questions frequentes, foire aux questions, frequently asked questions, haufige "
    "fragen, =info, service informatie, klanteninformatie, informations clients, customer "
    "information, kundeninformationen, service en contact, =infos, =informatie, =information, "
    "=informations, =informationen, informations pratiques, praktische informatie, "
    "klantenservice, klantendienst, customer service*, service client*, kundenservice, "
    "=policies, =beleid, site map, sitemap, plan du site"
)

# Leading part of a path token; "=" wants the whole token, "~" a whole word of it.
ROLE_PATHS: Mapping[str, tuple[str, ...]] = {
    "contact": _listed(
        "~contact, contactgegevens, contactformulier, contactpagina, contacteer, contactez, "
        "contact-us, ~kontakt, kontaktformular, klantenservice, klantendienst, customer-service, "
        "kundenservice, service-client, klanten-service, klantcontact, contactez-nous, "
        "nous-contacter, coordonnees, kundendienst, customerservice"
    ),
    "about": _listed(
        "over-ons, overons, bedrijfsgegevens, colofon, disclaimer, qui-sommes-nous, a-propos, "
        "mentions-legales, mentionslegales, about, imprint, legal-notice, impressum, uber-uns, "
        "ueber-uns, wie-zijn-we, wie-zijn-wij, wie-we-zijn, bedrijfsinformatie, bedrijfsinfo, "
        "onze-gegevens, ons-bedrijf, ons-verhaal, juridische, wettelijke, mention-legale, "
        "informations-legales, notre-entreprise, notre-societe, quisommesnous, company-info, "
        "company-details, our-company, who-we-are, legal-information, legal-info, "
        "legal-mentions, =legal, =juridisch, =rechtliches, anbieterkennzeichnung, "
        "verkopersinformatie, seller-info"
    ),
    "terms": _listed(
        "algemene-voorwaarden, algemenevoorwaarden, voorwaarden, verkoopvoorwaarden, "
        "leveringsvoorwaarden, terms, conditions-generales, conditions-de-vente, =cgv, =agb, "
        "=av, geschaeftsbedingungen, betalingsvoorwaarden, conditions-d-utilisation, "
        "conditions-utilisation, conditions-of-sale, general-conditions, =cgu, =conditions, "
        "nutzungsbedingungen, geschaftsbedingungen, verkaufsbedingungen, =tos, agb."
    ),
    "privacy": _listed(
        "privacy, vie-privee, confidentialite, politique-de-confidentialite, datenschutz, gdpr, "
        "rgpd, gegevensbescherming, persoonsgegevens, gegevensverwerking, vieprivee, "
        "protection-des-donnees, protection-de-vos-donnees, protection-donnees, "
        "donnees-personnelles, data-protection, personal-data, =avg, dsgvo, datenverarbeitung"
    ),
    "cookies": _listed("cookie"),
    "complaints": _listed(
        "klacht, geschil, complaint, reclamation, plainte, litige, beschwerde, reklamation"
    ),
    "returns": _listed(
        "retour, herroep, widerruf, return, refund, retractation, rueckgabe, ruckgabe, ruilen"
    ),
    "delivery": _listed(
        "verzend, levering, levertijd, bezorg, livraison, expedition, shipping, delivery, "
        "versand, lieferung"
    ),
    "payment": _listed("betal, betaal, paiement, payment, zahlung"),
    "account": _listed("login, inloggen, =account, register, registreren, anmelden"),
    "checkout": _listed(
        "winkelwagen, winkelmand, afrekenen, panier, =cart, basket, checkout, warenkorb, =kasse"
    ),
}
