"""Nederlands: documents and procedures."""

from __future__ import annotations

from monitor.adapters.channels.words import TemplateName, Text

DUTCH_SUBJECTS = {
    TemplateName.RENEWAL: "{host}: een document voor {condition}",
    TemplateName.TASK: "[{case}] {host}: {summary}",
    TemplateName.RECEIVED: "[{case}] {host}: uw aanvraag",
    TemplateName.GRANTED: "[{case}] {host}: uw aanvraag",
    TemplateName.DECLINED: "[{case}] {host}: uw aanvraag",
    TemplateName.RECERTIFY: "[{case}] {host}: jaarlijkse certificering",
    TemplateName.IMPROVE: "[{case}] {host}: keuring",
    TemplateName.LAST_CALL: "[{case}] {host}: keuring",
    TemplateName.MORE_TIME: "[{case}] {host}: keuring",
    TemplateName.CANCELLED: "[{case}] {host}: keuring",
    TemplateName.ENDING: "[{case}] {host}: einde van het keurmerk",
    TemplateName.WELCOME: "[{case}] {host}: wijziging van eigenaar",
    TemplateName.DIGEST: "{member}: aandachtspunten",
}

DUTCH_TEXTS = {
    TemplateName.RENEWAL: Text(
        "Een document is aan vernieuwing toe",
        (
            (
                "Voor {labels} hebben wij van {member} een document of antwoord bij de "
                "voorwaarde hieronder. Het geldt tot en met {day}."
            ),
        ),
        (
            (
                "Wilt u ons vóór die dag het nieuwe sturen? Heeft u dat al gedaan, dan "
                "hoeft u niets te doen."
            ),
            "Heeft u vragen? Beantwoord dan gewoon dit bericht.",
        ),
    ),
    TemplateName.TASK: Text(
        "Er wacht iets op een mens",
        ("{summary}",),
        ("Wilt u dit oppakken en in de procedure vastleggen?",),
    ),
    TemplateName.RECEIVED: Text(
        "Wij hebben uw documenten ontvangen",
        (
            (
                "Dank u: de documenten voor uw aanvraag van {labels} zijn compleet. De "
                "volgende stap is de vragenlijst."
            ),
        ),
        (
            (
                "Wilt u de vragenlijst uiterlijk {due} beantwoorden? Zolang wij op u "
                "wachten, staat de tijd van de procedure stil."
            ),
            "Is iets niet duidelijk? Beantwoord dan gewoon dit bericht.",
        ),
    ),
    TemplateName.GRANTED: Text(
        "Uw winkel is gecertificeerd",
        (
            (
                "Goed nieuws: {organisation} heeft positief beslist. {host} is "
                "gecertificeerd voor {labels} tot en met {day}."
            ),
        ),
        (
            (
                "U mag het keurmerk vanaf vandaag op {host} tonen, met de link naar uw "
                "certificaat. Het materiaal ontvangt u van ons."
            ),
            (
                "Wij blijven de site van tijd tot tijd bekijken en schrijven u als iets "
                "aandacht vraagt."
            ),
        ),
    ),
    TemplateName.DECLINED: Text(
        "Uw aanvraag is niet toegekend",
        (
            (
                "{organisation} heeft besloten {host} op dit moment niet te certificeren "
                "voor {labels}."
            ),
        ),
        (
            (
                "Wilt u weten waarom, of later opnieuw aanvragen? Beantwoord dan gewoon "
                "dit bericht; wij leggen het graag uit."
            ),
        ),
    ),
    TemplateName.RECERTIFY: Text(
        "Uw jaarlijkse certificering begint",
        (
            (
                "De certificering van {host} voor {labels} loopt tot en met {day}. De "
                "volgende is begonnen: financiën, recht en veiligheid worden opnieuw "
                "getoetst."
            ),
        ),
        (
            (
                "Wilt u ons vóór die dag uw financiële stukken sturen? De rest bekijken "
                "wij zelf. Uw keurmerk blijft intussen zoals het is."
            ),
            "Vragen? Beantwoord gewoon dit bericht.",
        ),
    ),
    TemplateName.IMPROVE: Text(
        "Uw winkel is er bijna",
        (
            (
                "Bij de keuring van {host} voor {labels} zagen wij de punten hieronder. U"
                " krijgt de gelegenheid uw winkel aan te passen."
            ),
        ),
        (
            (
                "Wilt u deze punten uiterlijk {due} aanpassen? Daarna kijken wij opnieuw;"
                " eerder als u meldt dat u klaar bent."
            ),
            "Is iets niet duidelijk, beantwoord dan gewoon dit bericht.",
        ),
    ),
    TemplateName.LAST_CALL: Text(
        "De termijn van uw keuring is om",
        (
            (
                "De twee weken om {host} voor {labels} aan te passen zijn om. Laat ons "
                "weten hoe u verder wilt door dit bericht te beantwoorden:"
            ),
        ),
        (
            (
                "nu opnieuw keuren, twee weken uitstel (nog {left} keer mogelijk), of de "
                "keuring annuleren."
            ),
            (
                "Horen wij twee weken niets, dan sluiten wij de keuring. Aan dit bericht "
                "zijn voor u geen kosten verbonden."
            ),
        ),
    ),
    TemplateName.MORE_TIME: Text(
        "Uw keuring is uitgesteld",
        ("U heeft meer tijd om {host} voor {labels} aan te passen: tot {due}.",),
        ("Daarna kijken wij opnieuw; laat het gerust eerder weten als u klaar bent.",),
    ),
    TemplateName.CANCELLED: Text(
        "Uw keuring is geannuleerd",
        ("De keuring van {host} voor {labels} is geannuleerd.",),
        ("U kunt later gerust opnieuw aanvragen; beantwoord daarvoor gewoon dit bericht.",),
    ),
    TemplateName.ENDING: Text(
        "Het keurmerk van uw winkel eindigt",
        (
            (
                "De certificering van {host} voor {labels} eindigt met {day}. Uw andere "
                "winkels blijven zoals ze zijn."
            ),
        ),
        (
            (
                "Wilt u logo, script en link van het keurmerk op die dag van {host} "
                "verwijderen, en teksten vervangen die ernaar verwijzen? Voor eerdere "
                "bestellingen blijven de voorwaarden gelden."
            ),
        ),
    ),
    TemplateName.WELCOME: Text(
        "U bent nu ons aanspreekpunt voor deze winkel",
        (
            (
                "Vanaf {day} staat {host} bij ons als winkel van {member}. Wij bekijken "
                "de hele site opnieuw voor {labels}."
            ),
        ),
        (
            (
                "Wat de vorige eigenaar had aangeleverd, geldt niet voor u; uw "
                "contactpersoon laat weten wat wij nodig hebben. Vragen? Beantwoord "
                "gewoon dit bericht."
            ),
        ),
    ),
    TemplateName.DIGEST: Text(
        "Aandachtspunten over uw winkels",
        (
            (
                "Eens per kwartaal verzamelen wij wat ons opviel en geen tekortkoming is."
                " Voor {member} is dat:"
            ),
        ),
        ("Dit is informatie: er loopt geen termijn en u hoeft niet te antwoorden.",),
    ),
}
