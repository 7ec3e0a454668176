"""The term for an answer to a complaint, on a corpus of sentences in four languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.conditions.content_answers import told_in
from monitor.policy.conditions.content_durations import durations, has_unread_term
from tests.unit.content_kit import document, judge, seen_of

TITLES = {"nl": "Klachtenregeling", "fr": "Réclamations", "en": "Complaints", "de": "Beschwerden"}
REST = {
    "nl": "Wij nemen elke klacht serieus en bekijken die zorgvuldig.",
    "fr": "Nous prenons chaque réclamation au sérieux et avec soin.",
    "en": "We take every complaint seriously and look at it with care.",
    "de": "Wir nehmen jede Beschwerde ernst und prüfen sie sorgfältig.",
}

# One line each: what is to be seen, in which language, the sentence.
# w within_term, l too_long, k too_long_working_days, n no_term, u unclear
CORPUS = """
w nl Wij behandelen uw klacht of geschil binnen 14 dagen.
w nl Klachten en geschillen beantwoorden wij binnen 10 dagen.
w nl Klachten over verzending, levering en garantie beantwoorden wij binnen 7 dagen.
w nl Bij een klacht over een geleverd product reageren wij binnen 10 dagen.
w nl Wij verzenden binnen 10 dagen een antwoord op uw klacht.
w nl Wij garanderen een antwoord op uw klacht binnen 10 dagen.
w nl Binnen twaalf dagen ontvangt u antwoord op uw klacht.
w nl Binnen elf dagen ontvangt u antwoord op uw klacht.
w nl Binnen anderhalve week ontvangt u antwoord op uw klacht.
w nl U krijgt de volgende werkdag antwoord op uw klacht.
w nl Wij beantwoorden uw klacht dezelfde dag.
w nl Wij beantwoorden uw klacht binnen een week.
w nl Wij beantwoorden uw klacht binnen 14 d.
w nl Wij beantwoorden uw klacht binnen 2 wkn.
w nl Op een klacht krijgt u binnen 10 wd een reactie.
w nl Uw klacht krijgt binnen 48u een antwoord.
w nl Wij reageren binnen 24 uur op iedere klacht.
w nl Wij reageren binnen veertien dagen tijds op uw klacht.
w nl Uw klacht wordt binnen 5 tot 10 werkdagen beantwoord.
w nl Uw klacht wordt binnen (14) dagen beantwoord.
w nl Uw klacht wordt binnen 14 kalenderdagen na ontvangst beantwoord.
w nl Uw klacht lossen wij op binnen 10 dagen.
w nl De termijn voor behandeling van klachten bedraagt tien dagen.
w nl Klachten: oplossing binnen 10 dagen.
w nl U krijgt binnen 10 dagen uitsluitsel over uw klacht.
w nl Binnen 10 dagen laten wij weten wat wij van uw klacht vinden.
w nl Wij komen binnen 10 dagen bij u terug op uw klacht.
w nl Wij sturen u binnen 10 dagen ons standpunt over uw klacht.
w nl Uw klacht wordt binnen 10 dagen opgepakt en opgelost.
w nl We willen je klacht binnen 14 dagen oplossen.
w nl Wij streven ernaar uw klacht zo spoedig mogelijk, doch uiterlijk binnen twee weken, op te \
lossen.
w nl U hoort binnen 5 werkdagen van ons.
w nl De uiterste datum voor ons antwoord op uw klacht is de 14e dag na ontvangst.
w nl Klachten binnen 30 dagen na levering melden; binnen 10 dagen krijgt u antwoord.
w nl Uw klacht wordt niet later dan 14 dagen na ontvangst beantwoord.
w nl Wij beantwoorden klachten binnen 14 dagen. Reparaties behandelen wij binnen 6 weken.
w nl Wij beantwoorden klachten binnen 14 dagen. Offertes behandelen wij binnen 4 weken.
w nl De geschillencommissie behandelt uw zaak binnen 90 dagen. Wij antwoorden u binnen 7 dagen.
w nl Komen wij er niet uit, dan kunt u de klacht binnen 12 maanden voorleggen aan de \
geschillencommissie. Wij beantwoorden klachten binnen 14 dagen.
w nl Hebt u na 14 dagen geen antwoord? Wij beantwoorden uw klacht binnen 10 dagen.
w nl Een klacht over terugbetaling handelen wij af binnen eenentwintig uur.
w nl Onze veertiendaagse antwoordtermijn geldt voor iedere klacht.
w nl Binnen de week krijgt u een reactie op uw klacht.
l nl Wij behandelen uw klacht binnen 30 dagen.
l nl Wij beantwoorden uw klacht binnen een maand.
l nl Wij beantwoorden uw klacht binnen eenentwintig dagen.
l nl Wij beantwoorden uw klacht binnen drieëntwintig kalenderdagen.
l nl Wij beantwoorden klachten binnen 2 à 3 weken.
l nl Wij beantwoorden uw klacht binnen 14-21 dagen.
l nl Klachten over levering en garantie beantwoorden wij binnen zes weken.
l nl Uw klacht wordt binnen 14 dagen in behandeling genomen en binnen 8 weken inhoudelijk \
beantwoord.
l nl U krijgt binnen 2 dagen een ontvangstbevestiging en binnen 21 dagen een inhoudelijk \
antwoord.
l nl Wij hebben een antwoordtermijn van zes weken voor klachten.
k nl Wij behandelen uw klacht binnen 14 werkdagen.
k nl Uw klacht wordt binnen tien tot vijftien werkdagen beantwoord.
n nl Wij behandelen uw klacht zo spoedig mogelijk.
n nl U krijgt binnen 2 dagen een ontvangstbevestiging. Wij behandelen uw klacht zo snel wij \
kunnen.
n nl Wij lossen klachten graag samen met u op. Bel of mail ons gerust.
n nl Wij behandelen klachten. U heeft 14 dagen bedenktijd voor ieder artikel.
n nl Wij behandelen klachten met zorg. Betaling geschiedt binnen dertig dagen na factuurdatum.
n nl Klachten dient u binnen 8 dagen na levering schriftelijk te melden.
n nl Wij zijn 24/7, 365 dagen per jaar bereikbaar voor uw klacht en antwoorden snel.
n nl Wij behandelen klachten op werkdagen van 9 tot 17 uur.
n nl U kunt de klacht binnen 12 maanden voorleggen aan de geschillencommissie.
u nl Wij beantwoorden uw klacht binnen enkele dagen.
u nl Wij beantwoorden uw klacht binnen een halve maand.
u nl Wij beantwoorden uw klacht binnen een tiental dagen.
u nl Wij beantwoorden uw klacht nog vandaag.
u nl Reparaties behandelen wij binnen 6 weken.
u nl Klachten binnen 14 dagen.
u nl De consument geeft de ondernemer 4 weken de tijd om de klacht op te lossen.
u nl Klachten ouder dan 30 dagen behandelen wij niet.
u nl Heeft u na 30 dagen nog geen antwoord op uw klacht, bel ons dan.
u nl U kunt het geschil tot 3 maanden na ons antwoord aan de commissie voorleggen.
u nl Wij vergaderen om de 30 dagen over klachten en beantwoorden ze dan.
u nl Uw klacht wordt binnen 2 dagen in behandeling genomen.
u nl Alleen een klacht die binnen 2 maanden is ingediend wordt door ons behandeld.
u nl Klachten binnen 30 dagen na levering worden door ons behandeld.
u nl Een verzoek om inzage beantwoorden wij binnen vier weken.
u nl De antwoordtermijn kan met 30 dagen worden verlengd.
w nl Klachten worden binnen 14 dagen na melding beantwoord.
w nl Wij beantwoorden uw klacht inhoudelijk binnen 14 dagen nadat wij haar hebben ontvangen.
w nl Wij reageren binnen 10 dagen nadat u de klacht heeft ingediend.
w en We answer within ten days after you submitted your complaint.
w fr Nous répondons dans les 14 jours après que la plainte a été introduite.
w de Wir antworten innerhalb von 14 Tagen, nachdem die Beschwerde eingereicht wurde.
l nl Wij beantwoorden uw klacht binnen 30 dagen nadat wij haar hebben ontvangen.
u nl Wij behandelen klachten die binnen 2 maanden nadat u het gebrek ontdekte zijn ingediend.
w nl Wij zoeken binnen 14 dagen een passende oplossing voor uw klacht over de reparatie.
w nl Binnen 14 dagen krijgt u een reactie, tenzij nader onderzoek nodig is; dan geldt 6 weken.
w nl Retourneren kan binnen 30 dagen, klachten beantwoorden wij binnen 14 dagen.
l nl De afhandeling van een klacht duurt maximaal 4 weken.
n nl Uw klacht moet binnen 2 maanden bij ons binnen zijn, daarna behandelen wij hem niet meer.
u nl Wij vergoeden de schade binnen 30 dagen na behandeling van uw klacht.
u nl Als uw klacht niet binnen 30 dagen is opgelost, kunt u terecht bij de geschillencommissie.
u nl Duurt de behandeling van uw klacht 4 weken of langer, dan hoort u dat van ons.
u nl Indien nodig behandelen wij uw klacht binnen 6 weken.
u nl Samen met de geschillencommissie behandelen wij uw klacht binnen 14 dagen.
u nl Wij beantwoorden of bevestigen 10 dagen lang uw klacht.
u en Refunds following a complaint are processed within 30 days.
u en You have 8 weeks to reply to our response to your complaint.
u fr À défaut de réponse dans les 30 jours, vous pouvez saisir le médiateur.
u fr Nous remboursons dans les 30 jours suivant le traitement de la plainte.
u de Rückzahlungen erfolgen innerhalb von 30 Tagen nach Bearbeitung der Reklamation.
k en Complaint handling takes up to 14 working days.
u nl Wij behandelen alleen klachten die u binnen 2 maanden bij ons neerlegt.
u en We handle complaints that reach us within 60 days.
w en Complaints are answered within a fortnight.
w en Complaints are answered within thirteen days.
w en We guarantee an answer to your complaint within 10 days.
w en Within 10 days we guarantee an answer to your complaint.
w en We answer complaints about deliveries and refunds within 10 days.
w en We will return to you with an answer to your complaint within 10 days.
w en You will hear from us within ten days about your complaint.
w en Our response time for complaints: two weeks.
w en We reply to your complaint the next working day.
w en You get a reply to any complaint on the same day.
w en We will look into your complaint and let you know the outcome within 10 days.
w en We aim to resolve complaints within 2 weeks of receipt.
w en Complaints concerning returns or warranty are resolved within eleven calendar days.
w en Your complaint will receive a full response within 14 (fourteen) days.
w en We deal with your complaint within 5-10 business days.
w en We will acknowledge your complaint within 2 working days and send a full response within 14 \
days.
w en Your complaint is answered no later than twelve days after we received it.
w en Disputes about an invoice are answered by us within 14 days.
l en We will acknowledge your complaint within 2 working days and send a full response within 28 \
days.
l en Complaints are handled within twenty-one days.
l en We reply to complaints within one month.
l en Complaints about late deliveries are resolved within two to three weeks.
k en We answer complaints within fifteen business days.
n en We answer complaints as soon as we can.
n en Complaints are handled with care. Refunds are paid within 30 days.
n en We answer complaints on weekdays from 9 to 5.
n en Please send your complaint within 30 days after delivery.
u en We answer complaints within a few days.
u en We answer complaints in a dozen days or so.
u en Complaints older than 60 days are not handled.
u en If we have not answered your complaint after 30 days, call us.
u en Repairs are dealt with within 6 weeks.
w fr Nous répondons à votre plainte dans un délai de quatorze jours.
w fr Votre réclamation sera traitée dans les 14 jours calendrier.
w fr Nous répondons à toute réclamation concernant une livraison dans les 10 jours.
w fr Une réponse vous est donnée sous 10 jours.
w fr Votre réclamation reçoit une réponse dans les douze jours.
w fr Nous vous donnons une solution à votre plainte dans les 10 jours.
w fr Délai de traitement des litiges : 10 jours.
w fr Nous répondons à votre réclamation sous huitaine.
w fr Nous répondons à toute réclamation dans la semaine.
w fr Une réponse à votre plainte vous parvient le lendemain.
w fr Nous traitons votre réclamation au plus tard le 10e jour.
w fr Votre plainte est traitée dans les cinq à dix jours ouvrables.
l fr Toute réclamation doit être introduite dans les 8 jours suivant la livraison. Nous y \
répondons dans les 30 jours.
l fr Nous répondons à votre plainte dans les vingt et un jours.
l fr Votre réclamation est traitée dans le mois.
k fr Nous traitons votre plainte dans les 15 jours ouvrables.
n fr Nous traitons votre plainte dans les meilleurs termes et sans tarder.
n fr Vous disposez de 14 jours pour vous rétracter.
n fr Toute plainte doit être introduite dans les 8 jours suivant la réception.
n fr Nous traitons les plaintes du lundi au vendredi de 9h à 17h.
u fr Nous répondons à votre réclamation sous quinzaine.
u fr Nous répondons à votre plainte dans quelques jours.
u fr Nous ne traitons pas les plaintes de plus de 30 jours.
u fr Les réparations sont traitées dans les six semaines.
w de Wir beantworten Ihre Beschwerde innerhalb von zwölf Tagen.
w de Auf Reklamationen zu Lieferung oder Versand antworten wir binnen 10 Tagen.
w de Ihre Beschwerde wird binnen 10 Tagen gelöst.
w de Sie erhalten binnen 10 Tagen eine Stellungnahme zu Ihrer Beschwerde.
w de Binnen vierzehn Tagen erhalten Sie eine Antwort auf Ihre Beschwerde.
w de Wir bearbeiten Ihre Reklamation binnen zwei Wochen.
w de Wir melden uns innerhalb von acht Tagen zu Ihrer Beschwerde.
w de Am nächsten Werktag antworten wir auf Ihre Beschwerde.
w de Ihre Beschwerde wird innerhalb einer Woche bearbeitet.
w de Wir garantieren eine Antwort auf Ihre Beschwerde binnen 48 Stunden.
w de Spätestens am 14. Tag nach Eingang beantworten wir Ihre Beschwerde.
w de Die Bearbeitung einer Reklamation dauert fünf bis zehn Werktage.
l de Wir bearbeiten Ihre Beschwerde innerhalb von sechs Wochen.
l de Reklamationen werden innerhalb von einundzwanzig Tagen bearbeitet.
l de Beschwerden über den Versand beantworten wir innerhalb eines Monats.
k de Ihre Beschwerde wird innerhalb von vierzehn Werktagen beantwortet.
n de Wir bearbeiten Ihre Beschwerde so schnell wie möglich.
n de Wir bearbeiten Beschwerden gern. Die Widerrufsfrist beträgt 14 Tage.
u de Wir beantworten Ihre Beschwerde in einigen Tagen.
u de Reparaturen bearbeiten wir innerhalb von sechs Wochen.
n de Beschwerden, die älter als 60 Tage sind, bearbeiten wir nicht.
l nl Uw klacht wordt uiterlijk dertig (30) dagen na ontvangst afgehandeld.
w nl Uw klacht wordt uiterlijk 14 dagen na ontvangst afgehandeld.
w nl Klachten worden binnen 14 dagen na ontvangst door ons beantwoord.
w nl Na ontvangst van uw klacht hoort u binnen 5 werkdagen van ons.
w nl We doen ons best om elke klacht binnen een week op te lossen.
w nl Binnen 2 dagen bevestigen wij de ontvangst, binnen 14 dagen volgt een inhoudelijke reactie.
l nl Binnen 2 dagen bevestigen wij de ontvangst, binnen 21 dagen volgt een inhoudelijke reactie.
n nl Klachten moeten binnen 8 dagen na levering schriftelijk worden gemeld.
n nl Wij reageren zo spoedig mogelijk.
w nl Wij reageren zo spoedig mogelijk, maar uiterlijk binnen 14 dagen.
w nl U krijgt altijd binnen 48 uur een inhoudelijk antwoord.
w nl Reactie binnen 24 uur op werkdagen.
k nl Binnen veertien (14) werkdagen ontvangt u een inhoudelijk antwoord.
w nl Binnen tien werkdagen ontvangt u een inhoudelijk antwoord.
w nl Wij antwoorden binnen 14 dagen. Is meer tijd nodig dan laten wij dat binnen 14 dagen weten.
n nl De Geschillencommissie behandelt het geschil binnen 3 maanden.
n nl U kunt het geschil binnen 12 maanden voorleggen aan de Geschillencommissie Zakelijk.
n nl Onze klantenservice is 24/7, 365 dagen per jaar bereikbaar.
n nl U heeft 14 dagen bedenktijd.
n nl U ontvangt binnen 2 dagen een ontvangstbevestiging.
l nl Onze reactietermijn is 4 weken.
w nl Responstijd: 5 werkdagen.
w nl Wij streven naar een oplossing binnen 7 dagen.
l nl Verwacht een antwoord op uw klacht binnen een maand.
l nl Een inhoudelijk antwoord volgt binnen één maand.
w nl Een inhoudelijk antwoord volgt binnen één week.
w nl U hoort binnen twee weken van ons.
w nl Uw klacht wordt door de directie bekeken en binnen 10 dagen beantwoord.
w nl Wij behandelen uw klacht binnen 14 kalenderdagen en sturen u een schriftelijke reactie.
l nl Binnen 60 dagen na het indienen van de klacht ontvangt u ons standpunt.
w nl Binnen 14 dagen na het indienen van de klacht ontvangt u ons standpunt.
n nl Garantie: klachten over defecten kunnen tot 24 maanden na aankoop worden gemeld.
l fr Nous nous engageons à traiter votre plainte dans un délai de deux mois.
w fr Nous accusons réception sous 48 heures et répondons au fond sous 14 jours.
n fr Nous accusons réception de votre plainte sous 48 heures.
l fr Nous accusons réception sous 48 heures et répondons au fond sous 45 jours.
n fr Nous vous répondrons dans les plus brefs délais.
n fr Notre service client est joignable 7 jours sur 7.
n fr Vous disposez d’un délai de rétractation de 14 jours.
k fr Une réponse vous sera apportée sous 20 jours ouvrables.
w fr Une réponse vous sera apportée sous 5 jours ouvrables.
l fr La réponse vous parviendra au plus tard un mois après réception.
w fr Comptez 10 jours pour obtenir une réponse à votre réclamation.
w fr Délai de réponse : 14 jours.
l fr Délai de traitement : 6 semaines.
w en We will respond to your complaint within fourteen days.
l en We will respond to your complaint within thirty days.
l en We'll get back to you within 3 weeks of receiving your complaint.
w en You can expect to hear back from us within 5 working days.
k en Please allow up to 20 working days for a full response.
n en We will get back to you as soon as possible.
n en Our team is available 24/7, 365 days a year.
n en You may return goods within 14 days.
n en Complaints must be submitted within 7 days of delivery.
w en We acknowledge complaints within 48 hours and give a full answer within 10 working days.
l en We acknowledge complaints within 48 hours and give a full answer within eight weeks.
w en Our target is to resolve your complaint in two weeks.
w en A final answer is sent no later than 14 days after receipt.
l en A final answer is sent no later than 30 days after receipt.
w en Response time: 2 business days.
w en Every complaint is answered within a fortnight.
w de Sie erhalten innerhalb von 14 Tagen eine inhaltliche Antwort.
l de Sie erhalten innerhalb von 30 Tagen eine inhaltliche Antwort.
w de Wir melden uns binnen 5 Werktagen bei Ihnen.
k de Wir melden uns binnen 15 Werktagen mit einer Lösung bei Ihnen.
n de Wir bemühen uns, Ihre Beschwerde so schnell wie möglich zu bearbeiten.
n de Wir bestätigen den Eingang Ihrer Beschwerde innerhalb von 2 Tagen.
n de Sie können die Ware binnen 14 Tagen zurückgeben.
w de Bearbeitungszeit: maximal 10 Tage.
l de Bearbeitungszeit: maximal 6 Wochen.
w de Spätestens zwei Wochen nach Eingang erhalten Sie unsere Stellungnahme.
l de Spätestens einen Monat nach Eingang erhalten Sie unsere Stellungnahme.
n de Die Schlichtungsstelle entscheidet innerhalb von 90 Tagen.
w de Wir antworten in höchstens vierzehn Tagen.
w de Eine Antwort auf Ihre Reklamation erhalten Sie innert 14 Tagen.
w nl Wij lossen uw klacht binnen vijf werkdagen op.
l nl Wij lossen uw klacht binnen zes weken op.
w nl Wij handelen uw klacht binnen 14 dagen af.
w nl Wij laten u binnen 14 dagen weten wat wij van uw klacht vinden.
l nl Wij laten u binnen 21 dagen weten wat wij van uw klacht vinden.
w nl Wij komen binnen 7 dagen bij u terug op uw klacht.
w nl Gemiddelde reactietijd op klachten: 1 werkdag.
l nl Reactie op uw klacht: binnen vier (4) weken.
w nl Reactie op uw klacht: binnen twee (2) weken.
n nl Uw klacht wordt zo snel mogelijk in behandeling genomen en afgehandeld.
n nl Wij doen ons uiterste best om tot een goede oplossing te komen.
w nl Bij retouren geldt 30 dagen. Klachten beantwoorden wij binnen 14 dagen.
n nl Terugbetaling volgt binnen 14 dagen na acceptatie van uw klacht.
n nl U ontvangt uw geld binnen 14 dagen terug.
n nl De vervangende levering volgt binnen 30 dagen.
w nl Wij geven u binnen 10 dagen uitsluitsel.
n nl Klachten binnen 14 dagen na levering melden.
n nl Heeft u een klacht, meld deze binnen 14 dagen na ontvangst van het product.
l nl Na 30 dagen zonder antwoord kunt u naar Thuiswinkel.org. Wij antwoorden binnen 30 dagen.
w fr Nous traitons toutes les réclamations sous huit jours.
l fr Nous traitons toutes les réclamations sous trois semaines.
w fr Notre équipe revient vers vous dans les 48h ouvrées.
n fr Les réclamations doivent être introduites dans les 8 jours de la livraison.
n fr Le médiateur rend son avis dans les 90 jours.
n fr Vous pouvez saisir le médiateur dans un délai d’un an.
w fr Réponse motivée endéans les 14 jours calendrier.
l fr Réponse motivée endéans les 30 jours calendrier.
k fr Réponse dans les quatorze jours ouvrables.
w en We'll look into it and come back to you within 10 days.
n en We take complaints seriously and will respond promptly.
n en Refunds are issued within 14 days.
n en The ombudsman will decide within 90 days.
w en Stage 1: you will receive a reply within 10 working days.
k en Stage 1: you will receive a reply within 15 working days.
n en Our phone lines are open 5 days a week.
w en All complaints get a substantive reply within 2 weeks of receipt.
l en All complaints get a substantive reply within 1 month of receipt.
w de Ihre Beschwerde wird binnen einer Woche bearbeitet.
l de Ihre Beschwerde wird binnen eines Monats bearbeitet.
n de Beschwerden sind innerhalb von 14 Tagen nach Lieferung einzureichen.
n de Die Rückerstattung erfolgt binnen 14 Tagen.
w de Antwortzeit: 24 Stunden.
k de Rückmeldung innerhalb von 14 Arbeitstagen.
w de Wir lösen Ihr Problem innerhalb von 5 Tagen.
n de Wir sind 7 Tage die Woche erreichbar.
n de Wir werden uns unverzüglich um Ihr Anliegen kümmern.
"""
OUTCOMES = {
    "w": "within_term",
    "l": "too_long",
    "k": "too_long_working_days",
    "n": "no_term",
    "u": "unclear",
}
CASES = [tuple(line.split(" ", 2)) for line in CORPUS.strip().splitlines()]


def seen_with(text: str, lang: str) -> str:
    pages = {
        "start": document("<p>Welkom</p>", lang=lang),
        "complaints": document(f"<h1>{TITLES[lang]}</h1><p>{text}</p>", lang=lang),
    }
    return str(judge("complaint_term", seen_of(pages)).outcome)


def test_the_corpus_is_large() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize(
    ("outcome", "lang", "text"), CASES, ids=[f"{n} {c[2][:50]}" for n, c in enumerate(CASES)]
)
def test_a_sentence_of_the_corpus(outcome: str, lang: str, text: str) -> None:
    assert seen_with(f"{text} {REST[lang]}", lang) == OUTCOMES[outcome]


def test_no_text_outside_a_section_on_complaints_is_taken_for_one() -> None:
    terms = (
        "<h2>Artikel 3 Algemeen</h2><p>Op een offerteaanvraag reageren wij binnen 30 dagen. "
        "Heeft u een klacht? Wij antwoorden binnen 10 dagen. Facturen controleren wij binnen 40 "
        "dagen en daar reageren wij dan op.</p>"
    )
    seen = seen_of({"start": document("<p>Hallo</p>"), "terms": document(terms)})
    found = judge("complaint_term", seen)
    assert (found.outcome, found.values["term"]) == ("within_term", "10 dagen")


def test_the_term_for_a_request_in_a_privacy_statement_is_none_for_complaints() -> None:
    privacy = "<p>U kunt een klacht indienen. Wij reageren binnen vier weken op uw verzoek.</p>"
    pages = {"start": document("<p>Hallo</p>"), "privacy": document(privacy)}
    assert judge("complaint_term", seen_of(pages)).outcome == "no_complaint_text"
    pages["complaints"] = document("<h1>Klachten</h1><p>Wij antwoorden binnen 8 dagen.</p>")
    assert judge("complaint_term", seen_of(pages)).outcome == "within_term"


WORDS = {
    "nl": "elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig "
    "eenentwintig tweeëntwintig drieëntwintig vierentwintig vijfentwintig zesentwintig "
    "zevenentwintig achtentwintig negenentwintig dertig eenendertig",
    "en": "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven "
    "twenty-eight twenty-nine thirty thirty-one",
    "fr": "onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt vingt-et-un "
    "vingt-deux vingt-trois vingt-quatre vingt-cinq vingt-six vingt-sept vingt-huit vingt-neuf "
    "trente trente-et-un",
    "de": "elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig "
    "einundzwanzig zweiundzwanzig dreiundzwanzig vierundzwanzig fünfundzwanzig sechsundzwanzig "
    "siebenundzwanzig achtundzwanzig neunundzwanzig dreißig einunddreißig",
}
DAYS = {"nl": "dagen", "en": "days", "fr": "jours", "de": "Tagen"}


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_number_words_from_eleven_to_thirty_one(lang: str) -> None:
    texts = [f"{word} {DAYS[lang]}" for word in WORDS[lang].split()]
    assert [[d.days for d in durations(text)] for text in texts] == [[n] for n in range(11, 32)]
    spaced = [f"{word.replace('-', ' ')} {DAYS[lang]}" for word in WORDS[lang].split()]
    assert [[d.days for d in durations(text)] for text in spaced] == [[n] for n in range(11, 32)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("a fortnight", [14]),
        ("twee etmalen", [2]),
        ("30 minuten", [1]),
        ("16 werkuren", [4]),
        ("14-daagse termijn", [14]),
        ("vierzehntägige Frist", [14]),
        ("1,5 week", [11]),
        ("10 (werk)dagen", [14]),
        ("5 werkdagen tot 10 werkdagen", [14]),
        ("zwischen fünf und zehn Tagen", [10]),
        ("quatre-vingt-dix jours", [90]),
        ("soixante-douze heures", [3]),
        ("sous huitaine", [8]),
        ("am 14. Tag", [14]),
        ("le jour ouvrable suivant", [3]),
        ("next week", [7]),
        ("om 17 uur", []),
        ("tussen 9u en 17u", []),
        ("de 9h à 17h", []),
        ("9-17 uur", []),
        ("binnen 9 uur", [1]),
        ("24-48 uur", [2]),
        ("7j/7", []),
        ("24h/24", []),
        ("14 d'octobre", []),
        ("30198127 dagen", []),
    ],
)
def test_terms_as_people_write_them(text: str, days: list[int]) -> None:
    assert [d.days for d in durations(text)] == days


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("binnen enkele dagen", True),
        ("sous quinzaine", True),
        ("a couple of weeks", True),
        ("binnen tachtigduizend dagen", True),
        ("uiterlijk de veertiende dag", True),
        ("binnen 14 dagen", False),
        ("op werkdagen", False),
        ("24/7, ook 365 hele dagen", False),
        ("zo spoedig mogelijk", False),
    ],
)
def test_what_looks_like_a_term_and_cannot_be_counted_is_doubt(text: str, unread: bool) -> None:
    assert has_unread_term(text) is unread


@given(st.text(alphabet="0123456789 abdefghijklmnrstuwzëéü()-.,/'", max_size=400))
def test_no_text_breaks_the_reading_of_a_sentence(text: str) -> None:
    told = told_in(text)
    assert all(term.days >= 0 for term in told.terms)


HOSTILE = (
    "1 ", "een ", "1 tot ", "1-", "(", "klacht over ", "wij we ", "binnen ", "handelen wij ",
    "antwoord ", "dient te ", "lossen wij a", "na de ", "vingt et ", "kosten 1 ", "bezorg ",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sentences_are_read_in_time(text: str) -> None:
    body = (text * 60_000)[:60_000]
    pages = {
        "start": document("<p>Hallo</p>"),
        "complaints": document(f"<h1>Klachten</h1><p>{body}</p>"),
        "delivery": document(f"<h1>Levering</h1><p>{body}</p>"),
    }
    seen = seen_of(pages)
    started = time.process_time()
    judge("complaint_term", seen)
    judge("delivery_information", seen)
    assert time.process_time() - started < 2


CONTACT = "<tr><td>Indienen</td><td>klachten@voorbeeld.nl</td></tr>"


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (("<tr><td>Ontvangstbevestiging</td><td>binnen 2 dagen</td></tr>"
         "<tr><td>Inhoudelijk antwoord</td><td>binnen 14 dagen</td></tr>"), "within_term"),
        ("<tr><td>Inhoudelijk antwoord</td><td>14 dagen</td></tr>", "within_term"),
        ("<tr><td>Inhoudelijk antwoord:</td><td>30 dagen</td></tr>", "too_long"),
        ("<tr><td>Antwoord</td><td>3 - 4 weken</td></tr>", "too_long"),
        ("<tr><td>Ontvangstbevestiging</td><td>2 werkdagen</td></tr>", "no_term"),
        ("<tr><td>Antwoord</td><td>14 dagen</td><td>30 dagen</td></tr>", "within_term"),
        ("<tr><td>Geopend</td><td>9 - 17 uur</td></tr>", "no_term"),
    ],
)  # fmt: skip
def test_a_term_alone_in_its_cell_gets_the_label_before_it(rows: str, outcome: str) -> None:
    table = f"<h1>Klachten</h1><p>{REST['nl']}</p><table>{CONTACT}{rows}</table>"
    seen = seen_of({"start": document("<p>Hallo</p>"), "complaints": document(table)})
    assert judge("complaint_term", seen).outcome == outcome


def test_short_answers_to_short_questions_are_a_text_together() -> None:
    terms = "<dl><dt>Waar?</dt><dd>klachten@voorbeeld.nl</dd><dt>Antwoord</dt><dd>{}</dd></dl>"
    for said, outcome in (
        ("Uiterlijk 10 dagen", "within_term"),
        ("Zo snel als wij dat kunnen", "no_term"),
    ):
        body = f"<h1>Klachten</h1><h2>Onze regeling</h2>{terms.format(said)}"
        seen = seen_of({"start": document("<p>Hallo</p>"), "complaints": document(body)})
        assert judge("complaint_term", seen).outcome == outcome


def test_a_picture_of_the_procedure_may_tell_the_term() -> None:
    body = (
        f"<h1>Klachten</h1><p>{REST['nl']}</p>"
        "<img src='/klachtenprocedure.png' width='700' height='500'>"
    )
    seen = seen_of({"start": document("<p>Hallo</p>"), "complaints": document(body)})
    assert judge("complaint_term", seen).outcome == "unclear"


def test_what_goods_are_good_for_is_no_complaint() -> None:
    page = document("<h1>Stoel</h1><p>Bij rug en nek klachten antwoordt ons team in 30 dagen.</p>")
    seen = seen_of({"start": document("<p>Hallo</p>"), "product": page})
    assert judge("complaint_term", seen).outcome == "no_complaint_text"


def test_more_terms_than_a_person_writes_in_a_sentence_are_doubt() -> None:
    told = told_in("Wij antwoorden op uw klacht " + "binnen 14 dagen " * 40)
    assert not told.terms
    assert told.doubt


def test_a_page_of_endless_sentences_is_doubt_and_not_a_breach() -> None:
    body = f"<h1>Klachten</h1><p>{'Wij helpen u graag verder. ' * 1_100}</p>"
    seen = seen_of({"start": document("<p>Hallo</p>"), "complaints": document(body)})
    assert judge("complaint_term", seen).outcome == "unclear"
