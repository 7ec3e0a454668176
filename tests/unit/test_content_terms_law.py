"""The law and the court that terms name, on a corpus of clauses in four languages."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import pytest
from _pytest.mark import ParameterSet

from monitor.policy.judge import Seen
from scanners.content.evidence import PageFacts
from scanners.content.law_words import courts_in, laws_in
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of
from tests.unit.terms_kit import articles, start, terms

# One line each: what is to be seen, in which language, the clause.
LAWS = """
found nl Op alle overeenkomsten is Nederlands recht van toepassing.
found nl Op deze voorwaarden is het Nederlandse recht van toepassing.
found nl Op elke overeenkomst tussen ons en de koper is uitsluitend Nederlands recht van \
toepassing, met uitsluiting van het Weens Koopverdrag.
found nl Met uitsluiting van het Weens Koopverdrag is Nederlands recht van toepassing.
found nl Alle rechtsverhoudingen worden beheerst door Nederlands recht.
found nl Deze overeenkomst wordt uitsluitend beheerst door het recht van Nederland.
found nl De toepasselijkheid van het Weens Koopverdrag is uitgesloten. Nederlands recht is van \
toepassing.
found nl Op de overeenkomst is Nederlands recht van toepassing, ook indien de klant niet in \
Nederland is gevestigd.
found nl Op deze voorwaarden is de Nederlandse wet van toepassing.
found nl Nederlandse wetgeving is van toepassing op al onze leveringen.
found nl Op overeenkomsten tussen de ondernemer en de consument waarop deze algemene voorwaarden \
betrekking hebben, is uitsluitend Nederlands recht van toepassing.
found nl Nederlands recht is van toepassing, onverminderd de bescherming die dwingend Belgisch \
recht aan een Belgische consument biedt.
found nl Op deze overeenkomst is Nederlands recht van toepassing. Dwingende bepalingen van \
Belgisch recht blijven voor Belgische consumenten gelden.
found nl Onze vennootschap naar Duits recht verkoopt in Nederland; Nederlands recht is van \
toepassing.
found nl Geen ander recht dan Nederlands recht is van toepassing.
found nl Niet Belgisch maar Nederlands recht is van toepassing.
found nl Het Nederlandse recht is exclusief van toepassing. Het Weens Koopverdrag is niet van \
toepassing.
found nl De Nederlandse tekst van deze voorwaarden gaat voor. Nederlands recht is van toepassing.
found nl Op onze overeenkomsten zijn de wetten van Nederland van toepassing.
other_law nl Op alle overeenkomsten is Belgisch recht van toepassing.
other_law nl Op alle overeenkomsten is uitsluitend het Duitse recht van toepassing.
other_law nl Deze overeenkomst wordt beheerst door de Belgische wetgeving.
other_law nl Het recht van Luxemburg is van toepassing.
other_law nl Turks recht is van toepassing op deze voorwaarden.
excluded nl Nederlands recht is niet van toepassing op deze overeenkomst.
excluded nl De toepasselijkheid van Nederlands recht wordt uitgesloten.
excluded nl Nederlands recht is uitgesloten en wordt niet toegepast.
other_law nl Op de overeenkomst is, met uitsluiting van Nederlands recht, Belgisch recht van \
toepassing.
several_laws nl Op deze overeenkomst is Nederlands recht van toepassing. Voor leveringen in \
België is Belgisch recht van toepassing.
several_laws nl Op deze overeenkomst is Nederlands en Belgisch recht van toepassing.
absent_complete nl De Nederlandse versie van deze voorwaarden is leidend boven de vertaling.
absent_complete nl De Nederlandse taal prevaleert bij verschillen van uitleg.
absent_complete nl Het Weens Koopverdrag is niet van toepassing.
absent_complete nl De rechtbank in Utrecht is bevoegd.
absent_complete nl Geschillen worden voorgelegd aan de Nederlandse rechter.
unclear nl Wij zijn een besloten vennootschap naar Nederlands recht.
unclear nl Het recht van het land waar wij gevestigd zijn is van toepassing.
unclear nl Wij bewaren facturen zoals de Nederlandse wet dat vraagt.
found fr Les présentes conditions sont régies par le droit néerlandais.
found fr Seul le droit néerlandais est applicable, à l'exclusion de la Convention de Vienne.
found fr Le droit néerlandais s'applique, à l'exclusion de la Convention de Vienne sur la vente.
found fr Le présent contrat est soumis au droit des Pays-Bas.
found fr La loi néerlandaise s'applique à tous nos contrats.
found fr Le contrat est régi par la législation néerlandaise.
found fr Le droit néerlandais est d'application exclusive.
other_law fr Les présentes conditions sont régies par le droit belge.
other_law fr La loi française est applicable à toutes les ventes.
other_law fr Le contrat est soumis à la loi française.
other_law fr Le contrat est régi par le droit de la Belgique.
other_law fr Le droit luxembourgeois s'applique.
excluded fr Le droit néerlandais n'est pas applicable.
other_law fr Le droit belge est applicable à l'exclusion du droit néerlandais.
absent_complete fr La version néerlandaise de ces conditions prévaut.
found en This agreement is governed by the laws of the Netherlands.
found en This agreement is governed by and construed in accordance with the laws of The \
Netherlands, excluding its conflict of laws rules.
found en Dutch law applies to all agreements, with the exclusion of the CISG.
found en Dutch law excluding the CISG shall apply.
found en These terms are exclusively governed by Dutch law and not by the CISG.
found en Dutch law and not the Vienna Convention applies.
found en These terms are subject to the law of the Kingdom of the Netherlands.
found en Netherlands law applies to these terms.
found en These terms are governed by Dutch law. Mandatory consumer protection of your country of \
residence, such as Belgian law, stays in force.
found en The agreement is governed by no law other than Dutch law.
found en The Dutch substantive law applies exclusively.
other_law en This agreement is governed by the laws of England and Wales.
other_law en These terms are governed by English law.
other_law en These terms shall be governed by the laws of the State of Delaware.
other_law en This contract is governed by German law.
other_law en Irish law applies.
excluded en Dutch law does not apply to this agreement.
excluded en Dutch law is not applicable.
absent_complete en The Dutch language version prevails over this translation.
absent_complete en To the extent permitted by applicable law, we limit our liability.
unclear en These terms are governed by the law of the country of the seller.
unclear en We are a private limited company under Dutch law.
found de Es gilt niederländisches Recht unter Ausschluss des UN-Kaufrechts.
found de Es gilt unter Ausschluss des UN-Kaufrechts ausschließlich niederländisches Recht.
found de Auf den Vertrag findet das Recht der Niederlande Anwendung.
found de Für alle Verträge gilt das niederländische Recht.
found de Der Vertrag unterliegt niederländischem Recht.
found de Es gilt nicht das UN-Kaufrecht, sondern niederländisches Recht.
found de Anzuwenden ist das Recht des Königreichs der Niederlande.
other_law de Es gilt das Recht der Bundesrepublik Deutschland unter Ausschluss des UN-Kaufrechts.
other_law de Es gilt deutsches Recht.
other_law de Für diesen Vertrag gilt österreichisches Recht.
other_law de Es ist deutsches Recht anwendbar.
excluded de Niederländisches Recht findet keine Anwendung.
excluded de Das niederländische Recht gilt nicht.
absent_complete de Die niederländische Fassung dieser Bedingungen geht vor.
found nl Artikel 12 Toepasselijk recht: Nederlands recht.
found nl Zowel op deze overeenkomst als op de uitvoering is het Nederlands burgerlijk recht van \
toepassing.
found nl Alle aanbiedingen en overeenkomsten vallen onder Nederlands recht.
found nl Nederlands recht beheerst de overeenkomst.
found nl De rechtsverhouding tussen partijen is onderworpen aan het Nederlandse recht.
found nl De overeenkomst wordt beheerst door het in Nederland geldende recht.
found en The laws in force in the Netherlands govern this contract.
found fr Le droit en vigueur aux Pays-Bas régit ce contrat.
found de Diese AGB unterliegen dem Recht der Niederlande.
other_law nl Onze overeenkomsten worden beheerst door het Belgisch recht en niet door het \
Nederlands recht.
other_law en Dutch law does not apply; Belgian law applies.
found nl Niet alleen Nederlands recht geldt, ook de regels van onze branche.
found nl Nederlands recht is van toepassing. Belgisch recht is niet van toepassing.
found nl 17.1 Op alle rechtsbetrekkingen waarbij Gebruiker partij is, is uitsluitend het \
Nederlands recht van toepassing, ook indien aan een verbintenis geheel of gedeeltelijk in het \
buitenland uitvoering wordt gegeven of indien de bij de rechtsbetrekking betrokken partij aldaar \
woonplaats heeft.
found nl Toepassing van het Weens Koopverdrag is uitdrukkelijk uitgesloten; op de overeenkomst is \
Nederlands recht van toepassing.
found nl Op alle door ons gesloten overeenkomsten is bij uitsluiting Nederlands recht van \
toepassing.
found nl De verhouding tussen opdrachtnemer en opdrachtgever wordt beheerst door het Nederlands \
recht.
found nl Deze Algemene Voorwaarden worden beheerst door en uitgelegd overeenkomstig Nederlands \
recht.
found nl Op deze algemene voorwaarden en alle transacties is uitsluitend Nederlands Recht van \
toepassing.
found nl Op alle overeenkomsten is NEDERLANDS RECHT van toepassing.
found nl Alle geschillen worden beslecht naar Nederlands recht dat hierop van toepassing is.
found nl Op geschillen is het Nederlandse recht van toepassing, met uitzondering van het Weens \
Koopverdrag.
found nl Voor zover dwingend recht niet anders bepaalt is Nederlands recht van toepassing.
found nl Tenzij dwingend recht zich daartegen verzet, is op deze overeenkomst niets anders dan \
Nederlands recht van toepassing.
found nl De overeenkomst wordt beheerst door het recht van het Koninkrijk der Nederlanden.
found nl Op onze levering geldt het Nederlands recht, voor Belgische consumenten aangevuld met de \
dwingende bepalingen van het Belgische recht.
other_law nl Op deze overeenkomst is het Belgische recht van toepassing, zelfs wanneer de klant \
in Nederland woont.
other_law nl Alle overeenkomsten vallen onder de Belgische wet.
other_law nl Belgische wetgeving is van toepassing; de rechtbank te Gent is bevoegd.
other_law nl Engels recht is van toepassing.
other_law nl Het recht van Engeland en Wales is van toepassing.
other_law nl Op de overeenkomst is het recht van de staat Delaware van toepassing.
excluded nl Op deze overeenkomst is geen Nederlands recht van toepassing.
found en The law of the Netherlands shall apply to the exclusion of any other law.
found en All disputes are governed exclusively by the laws of Holland.
found en This Agreement and any non-contractual obligations shall be governed by Dutch law, \
without regard to conflict of law rules; the United Nations Convention on Contracts for the \
International Sale of Goods (Vienna, 1980) does not apply.
found en The applicability of the CISG is excluded. Dutch law is applicable.
found en Governing law: the Netherlands law is applicable.
found en These terms are governed by the laws of the Netherlands. If you live in Germany, \
mandatory German law protecting you continues to apply.
found en These Terms are governed by and construed under Netherlands law.
found en Dutch law is exclusively applicable to all our quotations.
other_law en These Terms shall be governed by and construed in accordance with the laws of \
Ireland.
other_law en This Agreement is governed by the law of the Federal Republic of Germany, excluding \
the CISG.
other_law en The laws of the State of California govern these Terms.
other_law en English law governs this contract.
other_law en Belgian law shall apply.
found fr Tous nos contrats sont exclusivement régis par le droit néerlandais.
found fr Les relations entre les parties relèvent du droit néerlandais.
found fr Seul le droit des Pays-Bas est d'application.
found fr Ces conditions sont soumises au droit néerlandais, sans préjudice des dispositions \
impératives du droit belge.
other_law fr Le droit belge est seul applicable.
other_law fr Les présentes conditions générales sont soumises à l'application du droit français.
other_law fr Le présent contrat est régi par les lois belges.
other_law fr Tout litige est soumis au droit luxembourgeois.
excluded fr L'application du droit néerlandais est exclue.
found de Es findet ausschließlich niederländisches Recht Anwendung.
found de Die Geschäftsbeziehung unterliegt dem Recht der Niederlande; das UN-Kaufrecht ist \
ausgeschlossen.
found de Es gilt das Recht der Niederlande unter Ausschluss des Übereinkommens der Vereinten \
Nationen.
found de Auf alle Verträge ist niederländisches Recht anwendbar, auch wenn der Kunde nicht in den \
Niederlanden wohnt.
found de Anwendbares Recht ist das niederländische Recht.
found de Es gilt niederländisches Recht. Gegenüber Verbrauchern bleiben zwingende Vorschriften \
des deutschen Rechts unberührt.
other_law de Es gilt ausschließlich das Recht der Bundesrepublik Deutschland.
other_law de Es gilt Schweizer Recht.
other_law de Auf diesen Vertrag findet österreichisches Recht Anwendung.
other_law de Es gilt das deutsche Recht unter Ausschluss des UN-Kaufrechts.
absent_complete nl In deze voorwaarden wordt verstaan onder consument: een natuurlijk persoon die \
niet handelt in de uitoefening van een beroep.
absent_complete nl Bij verschil tussen de vertalingen is de Nederlandse tekst bindend.
absent_complete nl U hebt recht op teruggave binnen Nederland.
absent_complete nl Onze Nederlandse klanten hebben recht van retour.
absent_complete en You have the right to cancel. Dutch customers have rights of return.
absent_complete fr Vous avez le droit de retourner le produit en France.
absent_complete fr Le client belge a le droit d'annuler.
absent_complete nl Wij leveren in Nederland en België; het recht van de koper op garantie blijft.
absent_complete de Sie haben ein Recht auf Umtausch; deutsche Kunden zahlen auf Rechnung.
absent_complete nl Betaling op de wet van vraag en aanbod.
several_laws en Dutch law applies to business buyers. German law applies to buyers in Germany.
found nl Wij zijn een vennootschap naar Belgisch recht. Nederlands recht is van toepassing.
unclear nl Wij zijn een vennootschap naar Belgisch recht, gevestigd te Gent.
found nl Op deze overeenkomst is uitsluitend Ned. recht van toepassing.
found nl Op de overeenkomst is het recht zoals dat in Nederland geldt van toepassing.
found en The agreement shall be subject to Dutch legislation.
"""
COURTS = """
found nl Geschillen worden voorgelegd aan de bevoegde Nederlandse rechter.
found nl Geschillen worden uitsluitend beslecht door de bevoegde rechter in Nederland.
found nl Geschillen worden voorgelegd aan de rechtbank Midden-Nederland.
found nl De bevoegde rechter te Amsterdam oordeelt over geschillen.
found nl U kunt het geschil voorleggen aan een Nederlandse rechtbank.
found fr Tout litige est soumis au tribunal néerlandais compétent.
found fr Les tribunaux des Pays-Bas sont compétents.
found fr Les juridictions néerlandaises sont seules compétentes.
found en Disputes are submitted to the competent Dutch court.
found en The courts of the Netherlands have exclusive jurisdiction.
found en Disputes go to the district court of Rotterdam.
found de Zuständig sind die niederländischen Gerichte.
found de Gerichtsstand ist Amsterdam.
found de Ausschließlicher Gerichtsstand ist Utrecht, Niederlande.
foreign_exclusive nl Uitsluitend de rechtbanken van Antwerpen zijn bevoegd.
foreign_exclusive nl Geschillen worden exclusief voorgelegd aan de Belgische rechter.
foreign_exclusive fr Les tribunaux de Bruxelles sont seuls compétents.
foreign_exclusive en The courts of England have exclusive jurisdiction.
foreign_exclusive de Ausschließlicher Gerichtsstand ist Berlin.
foreign_exclusive de Ausschließlich zuständig sind deutsche Gerichte.
unclear nl Geschillen kunnen worden voorgelegd aan de rechtbank Gent.
unclear nl Uitsluitend de Belgische rechter is bevoegd, tenzij dwingend recht anders bepaalt.
not_named nl Geschillen worden voorgelegd aan de bevoegde rechter in de vestigingsplaats van de \
verkoper.
absent nl Op alle overeenkomsten is Nederlands recht van toepassing.
absent en Dutch law applies.
unclear nl Niet de Nederlandse rechter maar de Duitse rechter is bevoegd.
"""


def _cases(corpus: str) -> list[ParameterSet]:
    rows = [line.split(" ", 2) for line in corpus.strip().split("\n")]
    return [pytest.param(*row, id=f"{row[0]}: {row[2][:70]}") for row in rows]


@cache
def _pages(language: str) -> tuple[PageFacts, PageFacts]:
    """The start page and the terms of a shop, read once."""
    return facts(start(language), "/", "start"), facts(terms(language), "/terms", "terms")


def _seen_with(language: str, clause: str) -> Seen:
    """A shop whose terms end with a clause."""
    home, page = _pages(language)
    return seen_of((home, replace(page, text=f"{page.text}\n{clause}")))


@pytest.mark.parametrize(("outcome", "language", "clause"), _cases(LAWS))
def test_a_law_clause_is_understood(outcome: str, language: str, clause: str) -> None:
    assert judge("terms_law", _seen_with(language, clause)).outcome == outcome


@pytest.mark.parametrize(("outcome", "language", "clause"), _cases(COURTS))
def test_a_court_clause_is_understood(outcome: str, language: str, clause: str) -> None:
    assert judge("dutch_court", _seen_with(language, clause)).outcome == outcome


NL_LAW = "Op alle overeenkomsten is Nederlands recht van toepassing."
BE_LAW = "Op alle overeenkomsten is Belgisch recht van toepassing."


def test_the_clause_is_cited_and_pinned() -> None:
    seen = seen_of({"start": start(), "terms": terms("nl", NL_LAW)})
    found = judge("terms_law", seen)
    assert NL_LAW in found.summary
    assert found.fragment == NL_LAW
    assert found.values["law"] == found.values["expected"] == "NL"


def test_another_label_may_expect_belgian_law() -> None:
    seen = seen_of({"start": start(), "terms": terms("nl", BE_LAW)})
    assert judge("terms_law", seen, law_expected=["BE"]).outcome == "found"
    assert judge("terms_law", seen, law_expected=["NL", "BE"]).outcome == "found"
    assert judge("terms_law", seen).values["law"] == "BE"


def test_a_court_of_another_country_may_be_expected() -> None:
    clause = "Uitsluitend de rechtbanken van Antwerpen zijn bevoegd."
    seen = seen_of({"start": start(), "terms": terms("nl", clause)})
    assert judge("dutch_court", seen, court_expected=["be"]).outcome == "found"


def test_a_clause_on_another_page_than_the_terms_says_nothing() -> None:
    about = document(f"<h1>Over ons</h1><p>{NL_LAW}</p>")
    seen = seen_of({"start": start(), "about": about, "terms": terms("nl")})
    assert judge("terms_law", seen).outcome == "absent_complete"


def test_the_law_may_stand_alone_under_its_heading() -> None:
    page = terms("nl").replace(
        "</main>", "<h2>Toepasselijk recht</h2><p>Nederlands recht.</p></main>"
    )
    assert judge("terms_law", seen_of({"start": start(), "terms": page})).outcome == "found"


def test_a_word_on_law_in_passing_is_not_called_absent() -> None:
    seen = seen_of({"start": start(), "terms": terms("nl", "Zie ook het Nederlands recht.")})
    assert judge("terms_law", seen).outcome == "unclear"


def test_a_document_broken_into_lines_is_read() -> None:
    first = "Op al onze aanbiedingen en overeenkomsten is uitsluitend"
    lines = f"{first}<br>Neder-<br>lands recht van toepassing."
    page = replace(
        facts(terms("nl", "XX").replace("XX", lines), "/av.pdf", "terms"),
        document=True, headings=(), title="",
    )  # fmt: skip
    seen = seen_of((facts(start(), "/", "start"), page))
    assert judge("terms_law", seen).outcome == "found"


def test_two_sets_of_terms_that_differ_are_a_candidate() -> None:
    pages = (
        facts(start(), "/", "start"),
        facts(terms("nl", NL_LAW), "/voorwaarden-zakelijk", "terms"),
        facts(terms("nl", BE_LAW), "/voorwaarden-consument", "terms"),
    )
    assert judge("terms_law", seen_of(pages)).outcome == "several_laws"


def test_one_set_without_the_clause_is_noted() -> None:
    pages = (
        facts(start(), "/", "start"),
        facts(terms("nl", NL_LAW), "/voorwaarden-zakelijk", "terms"),
        facts(terms("nl"), "/voorwaarden-consument", "terms"),
    )
    found = judge("terms_law", seen_of(pages))
    assert found.outcome == "found"
    assert "voorwaarden-consument" in found.note


def test_a_pdf_without_text_is_not_judged() -> None:
    scan = replace(
        facts("", "/av.pdf", "terms"), document=True, problem="pdf_without_text", text=""
    )
    seen = seen_of((facts(start(), "/", "start"), scan), gaps={"terms": "pdf_without_text"})
    assert judge("terms_law", seen).outcome == "unread_document"
    assert judge("dutch_court", seen).outcome == "incomplete"


def test_a_language_nobody_reads_here_is_not_judged() -> None:
    page = replace(facts(terms("nl"), "/terms", "terms"), language="pl")
    seen = seen_of((facts(start(), "/", "start"), page))
    assert judge("terms_law", seen).outcome == "language_not_covered"


def test_terms_too_long_to_be_read_whole_are_not_judged() -> None:
    page = facts(terms("nl", *(["Wij leveren goed."] * 3_500)), "/terms", "terms")
    seen = seen_of((facts(start(), "/", "start"), page))
    assert judge("terms_law", seen).outcome == "incomplete"


def test_no_terms_or_no_scan_is_no_breach() -> None:
    assert judge("terms_law", seen_of({"start": start()})).outcome == "no_terms"
    assert judge("terms_law", EMPTY).outcome == "incomplete"
    gap = seen_of({"start": start(), "terms": terms("nl")}, gaps={"terms": "timed_out"})
    assert judge("terms_law", gap).outcome == "incomplete"
    assert judge("dutch_court", EMPTY).outcome == "incomplete"


def test_the_complaints_page_may_name_the_court() -> None:
    page = document(
        "<h1>Klachten</h1><p>U kunt het geschil voorleggen aan de Nederlandse rechter.</p>"
    )
    seen = seen_of({"start": start(), "terms": terms(), "complaints": page})
    assert judge("dutch_court", seen).outcome == "found"


def test_hostile_text_is_read_in_good_time() -> None:
    words = ("law of the ", "niet ", "Nederlands ", "rechter van de ", "recht ", "a, ", "droit du ")
    began = time.perf_counter()
    for word in words:
        laws_in(word * 400)
        courts_in(word * 400)
        page = document(f"<h1>Algemene voorwaarden</h1>{articles()}<p>{word * 4_000}</p>")
        seen = seen_of({"start": start(), "terms": page})
        judge("terms_law", seen)
        judge("dutch_court", seen)
        judge("terms_suspect", seen)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("clause", "outcome"), [(NL_LAW, "found"), (BE_LAW, "other_law"), ("", "no_terms")]
)
def test_short_terms_prove_what_is_in_them_and_nothing_else(clause: str, outcome: str) -> None:
    page = document(
        f"<h1>Algemene voorwaarden</h1><p>Bestellen en betalen kan altijd.</p><p>{clause}</p>"
    )
    assert judge("terms_law", seen_of({"start": start(), "terms": page})).outcome == outcome


@pytest.mark.parametrize(
    ("language", "clause", "outcome"),
    [
        ("nl", "Het toepasselijke recht is het Nederlandse.", "found"),
        ("fr", "La loi applicable est celle des Pays-Bas.", "found"),
        ("fr", "Le droit applicable est celui des Pays-Bas.", "found"),
        ("fr", "La loi applicable est celle de la Belgique.", "other_law"),
        ("en", "Applicable law: the Netherlands.", "found"),
        ("en", "Governing law: England.", "other_law"),
        ("de", "Rechtswahl und anwendbares Recht: Niederlande.", "found"),
    ],
)
def test_the_country_may_stand_behind_the_words_for_the_law(
    language: str, clause: str, outcome: str
) -> None:
    seen = seen_of({"start": start(language), "terms": terms(language, clause)})
    assert judge("terms_law", seen).outcome == outcome


@pytest.mark.parametrize(
    ("language", "clause", "outcome"),
    [
        ("nl", "Uitsluitend de ondernemingsrechtbank te Antwerpen is bevoegd.",
         "foreign_exclusive"),
        ("nl", "De rechter in de vestigingsplaats van verkoper (Utrecht) is bevoegd.", "found"),
        ("nl", "De rechter te Utrecht is bevoegd, ook voor klanten uit Parijs.", "found"),
        ("fr", "Les tribunaux d'Amsterdam sont compétents.", "found"),
        ("fr", "Seuls les tribunaux de l'arrondissement de Liège sont compétents.",
         "foreign_exclusive"),
        ("fr", "Les tribunaux du Brabant wallon seront exclusivement compétents.",
         "foreign_exclusive"),
    ],
)  # fmt: skip
def test_courts_are_known_by_more_cities_and_spellings(
    language: str, clause: str, outcome: str
) -> None:
    seen = seen_of({"start": start(language), "terms": terms(language, clause)})
    assert judge("dutch_court", seen).outcome == outcome
