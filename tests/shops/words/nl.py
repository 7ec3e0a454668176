"""Dutch."""

# Prose: a paragraph is a line.
# ruff: noqa: E501

from __future__ import annotations

from tests.shops.words.model import Words

TERMS = """\
Deze voorwaarden gelden voor elk aanbod, elke bestelling en elke levering van $company aan ondernemers en instellingen. U kunt ze vóór het bestellen lezen, bewaren en afdrukken. Afwijkingen gelden alleen als wij die schriftelijk hebben bevestigd.

## Artikel 1. Wie wij zijn
$company, gevestigd te $city, $street, $postcode. $register

## Artikel 2. Aanbod en overeenkomst
Ons aanbod beschrijft de aangeboden artikelen volledig en nauwkeurig. Kennelijke vergissingen in het aanbod binden ons niet. De overeenkomst komt tot stand zodra u het aanbod aanvaardt; wij bevestigen uw bestelling per e-mail. Zolang die bevestiging niet is verstuurd, mag u de bestelling intrekken.

## Artikel 3. Prijzen
Prijzen op deze website zijn in euro en worden exclusief en inclusief btw getoond. Verzendkosten staan in de winkelwagen voordat u bestelt. Een prijsverhoging na de bestelling berekenen wij niet door.

## Artikel 4. Betaling
U betaalt vooraf, of op rekening wanneer wij dat met u zijn overeengekomen. Bij betaling op rekening staat de betaaltermijn op de factuur. Bij te late betaling sturen wij eerst een kosteloze herinnering.

## Artikel 5. Levering en risico
Wij leveren op het adres dat u opgeeft. Het risico van beschadiging en vermissing gaat over op het moment dat u de zending ontvangt. Hoe lang dat duurt en wat het kost, leest u bij Verzending en levering.

## Artikel 6. Garantie en conformiteit
Wij staan ervoor in dat de artikelen voldoen aan de overeenkomst en aan de wettelijke eisen die op de datum van de bestelling gelden. Een garantie van de fabrikant komt daar bovenop en beperkt uw rechten niet.

## Artikel 7. Eigendomsvoorbehoud
Geleverde artikelen blijven eigendom van $company tot de koopprijs is betaald. U mag ze in de gewone uitoefening van uw bedrijf gebruiken en doorverkopen.

## Artikel 8. Aansprakelijkheid
Onze aansprakelijkheid voor indirecte schade is uitgesloten, behalve bij opzet of grove schuld. De overige aansprakelijkheid is beperkt tot het factuurbedrag van de bestelling.

## Artikel 9. Klachten
Bent u niet tevreden, dan lost u dat het liefst samen met ons op. De werkwijze staat op de pagina Klachten.

## Artikel 10. Recht en geschillen
Op elke overeenkomst is Nederlands recht van toepassing. Geschillen worden voorgelegd aan de bevoegde rechter in het arrondissement waar $company is gevestigd."""

PRIVACY = """\
$company verwerkt persoonsgegevens van bezoekers, klanten en hun medewerkers. In deze verklaring leest u welke gegevens dat zijn, met welk doel wij ze gebruiken en welke rechten u hebt. $company is de verwerkingsverantwoordelijke en is bereikbaar via $email.

## Welke persoonsgegevens
- naam, bedrijfsnaam, factuuradres en afleveradres;
- e-mailadres en telefoonnummer;
- bestellingen, facturen en betaalstatus;
- technische gegevens van uw bezoek, zoals IP-adres en apparaat.

## Doelen en grondslagen
Wij verwerken deze gegevens voor de volgende doelen: het uitvoeren van uw bestelling (overeenkomst), het bijhouden van onze administratie (wettelijke plicht), het beveiligen van de website (gerechtvaardigd belang) en het versturen van de nieuwsbrief (uw toestemming, die u op elk moment weer intrekt).

## Delen en bewaren
Vervoerders, betaaldienstverleners en onze hostingpartij verwerken gegevens in onze opdracht en alleen volgens onze instructies. Facturen bewaren wij zeven jaar, een account tot u het opzegt en technische gegevens hooguit dertig dagen. Gegevens blijven binnen de Europese Economische Ruimte.

## Uw rechten
U hebt recht op inzage in uw gegevens, op correctie van onjuiste gegevens en op verwijdering. U kunt bezwaar maken tegen verwerking op grond van een gerechtvaardigd belang en vragen om overdracht van uw gegevens. Stuur uw verzoek naar $email; u krijgt binnen een maand bericht. Komen wij er samen niet uit, dan kunt u terecht bij de Autoriteit Persoonsgegevens.

## Cookies en beveiliging
Wij plaatsen alleen een functionele cookie die nodig is voor de winkelwagen en het inloggen. Alle pagina's gaan over een versleutelde verbinding."""

WORDS = Words(
    language="nl",
    paths={
        "contact": "/contact/",
        "about": "/over-ons/",
        "terms": "/algemene-voorwaarden/",
        "privacy": "/privacyverklaring/",
        "complaints": "/klachten/",
        "returns": "/retourneren/",
        "delivery": "/verzending-en-levering/",
        "payment": "/betaalmethoden/",
        "login": "/account/inloggen/",
        "product": "/artikel/",
    },
    titles={
        "start": "Home",
        "contact": "Contact",
        "about": "Over ons",
        "terms": "Algemene voorwaarden",
        "privacy": "Privacyverklaring",
        "complaints": "Klachten",
        "returns": "Retourneren",
        "delivery": "Verzending en levering",
        "payment": "Betaalmethoden",
        "login": "Inloggen",
    },
    bodies={
        "terms": TERMS,
        "privacy": PRIVACY,
        "contact": """\
Hebt u een vraag over een artikel, een offerte of een lopende bestelling? Onze klantenservice is op werkdagen bereikbaar van 8.30 tot 17.00 uur.

## Bellen, mailen of schrijven
Telefoon: $phone
E-mail: $email
Bezoek- en postadres: $company, $street, $postcode $city

## Bedrijfsgegevens
$company
$register
$bank""",
        "about": """\
$brand is een handelsnaam van $company uit $city. Wij begonnen met een werkplaats en een kleine voorraad; nu leveren we uit eigen magazijn aan bedrijven, scholen en gemeenten in het hele land.

Bij ons koopt u van mensen die hun artikelen zelf gebruiken. Wij testen wat we verkopen, zeggen het wanneer iets niet past, en houden onderdelen op voorraad zolang de fabrikant ze maakt.

## Bedrijfsgegevens
$company, $street, $postcode $city
$register""",
        "complaints": """\
Gaat er iets mis, dan horen wij dat graag. Stuur uw klacht met het ordernummer naar $email of bel $phone. U kunt een klacht ook per post sturen naar $company, $street, $postcode $city.

U krijgt binnen 2 werkdagen een ontvangstbevestiging. Wij beantwoorden uw klacht inhoudelijk binnen 14 dagen nadat wij haar hebben ontvangen. Hebben wij meer informatie nodig, dan vragen wij die in dezelfde periode op.

Bent u het met ons antwoord niet eens, dan kunt u het geschil voorleggen aan een onafhankelijke bemiddelaar of aan de rechter.""",
        "returns": """\
Past een artikel niet, dan neemt $company het terug als het ongebruikt is en in de originele verpakking zit. Meld de retour vooraf via $email; u ontvangt dan een retourlabel.

U hebt een bedenktijd van 30 dagen na ontvangst. Wij betalen het aankoopbedrag terug zodra de retour is gecontroleerd. Maatwerk en op bestelling ingekochte artikelen kunnen wij niet terugnemen.""",
        "delivery": """\
Wat op voorraad is en op een werkdag vóór 16.00 uur is besteld, gaat dezelfde dag mee met de vervoerder. De levertijd is 1 tot 3 werkdagen in Nederland en België.

## Verzendkosten
De verzendkosten zijn € 6,95 per zending, exclusief btw. Bestelt u voor € 150,00 of meer, dan is de verzending gratis. Voor zendingen op een pallet rekenen wij € 39,00.

Is een artikel niet op voorraad, dan mailen wij u de verwachte leverdatum en kunt u de bestelling kosteloos annuleren.""",
        "payment": """\
U betaalt met iDEAL, Bancontact, creditcard of overschrijving. Vaste klanten kunnen na een eenmalige controle op rekening kopen.

Aan betalen zijn geen kosten verbonden. De factuur met gespecificeerde btw ontvangt u per e-mail.""",
    },
    kvk_line="KvK-nummer: $kvk",
    kbo_line="Ondernemingsnummer (KBO): $kbo",
    vat_line="Btw-nummer: $vat",
    welcome="""\
Welkom bij $brand. Wij leveren uit eigen voorraad aan ondernemers, scholen en gemeenten: duidelijk geprijsd, snel in huis en met advies van mensen die het vak kennen.

U bestelt zonder minimumbedrag en ontvangt bij elke bestelling een factuur met gespecificeerde btw. Liever eerst overleggen of een offerte op maat? Bel $phone of mail naar $email.""",
    assortment="Ons assortiment",
    product_text="$product wordt per stuk verpakt en komt uit ons magazijn in $city. Onderdelen en handleiding zijn los verkrijgbaar. Twijfelt u over maat of uitvoering, dan denkt onze binnendienst graag mee.",
    price_lines="€ $net excl. btw (€ $gross incl. 21% btw)",
    add_to_cart="In winkelwagen",
    newsletter="Nieuwsbrief",
    newsletter_consent="Eens per maand nieuws en aanbiedingen. Afmelden kan in elke mail.",
    subscribe="Aanmelden",
    email_label="E-mailadres",
    password_label="Wachtwoord",
    name_label="Naam",
    message_label="Uw vraag",
    send="Versturen",
    not_found="Deze pagina bestaat niet of niet meer. Gebruik het menu om verder te zoeken.",
    consent_wall="Wij gebruiken cookies. Kies eerst uw voorkeur om deze website te bekijken. Accepteer alle cookies of pas uw cookie-instellingen aan.",
    complaint_form="Klacht indienen bij de organisatie van het keurmerk",
)
