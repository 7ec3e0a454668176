"""Nederlands."""

from __future__ import annotations

from monitor.adapters.channels.words import Facts, Subjects, TemplateName, Text, Words
from monitor.adapters.channels.words_procedures_nl import DUTCH_SUBJECTS, DUTCH_TEXTS

_MEND = (
    "{deadline}",
    "{more_time}",
    (
        "U hoeft het herstel niet te melden: wij kijken zelf opnieuw en bevestigen het in "
        "ditzelfde gesprek. Is iets niet duidelijk, of ziet u het anders? Beantwoord dan gewoon "
        "dit bericht."
    ),
)
_OTHERWISE = (
    "Is de voorwaarde na die termijn nog niet vervuld, dan beslist {organisation} wat dit voor "
    "het keurmerk betekent. Dit bericht op zich verandert niets aan de status van uw "
    "certificering."
)

DUTCH = Words(
    language="nl",
    greeting_name="Beste {name},",
    greeting="Geachte heer, mevrouw,",
    greeting_staff="Beste collega,",
    sign_off="Met vriendelijke groet,",
    disclaimer="Dit is de uitkomst van een controle van buitenaf op één moment; het is geen "
    "garantie en zegt niets over de rest van de site.",
    footer_case="Dossier {case}",
    footer_member="U ontvangt dit bericht omdat u contactpersoon bent van {member} voor {host}.",
    footer_staff="Intern bericht voor medewerkers van {organisation}.",
    evidence="Wat wij zagen, en waar",
    was_title="Waar het over ging",
    was_seen="Bij onze controle op {seen} zagen wij dit:",
    was_evidence="Wat wij toen zagen, en waar",
    reasons="Technische bijzonderheden (in het Engels)",
    fingerprint="vingerafdruk (SHA-256)",
    colon=": ",
    at="{date} om {time} uur (tijd in {zone})",
    by_date="Wilt u dit uiterlijk {due} herstellen?",
    by_days="Wilt u dit binnen {days} dagen na ontvangst van dit bericht herstellen?",
    by_day="Wilt u dit binnen één dag na ontvangst van dit bericht herstellen?",
    by_soon="Wilt u dit zo snel mogelijk herstellen?",
    due_days="binnen {days} dagen na dit bericht",
    due_day="binnen één dag na dit bericht",
    more_time="Heeft u meer tijd nodig? U kunt één keer uitstel vragen: beantwoord dit bericht.",
    more_times="Heeft u meer tijd nodig? U kunt {left} keer uitstel vragen: beantwoord dit "
    "bericht.",
    facts=Facts(
        site="Site",
        labels="Keurmerk",
        condition="Voorwaarde",
        clause="Artikel",
        seen_at="Laatst gezien",
        due="Termijn",
        severity="Ernst",
        summary="Waarneming",
        member="Lid",
        since="Sinds",
        count="Controles zonder uitkomst",
    ),
    subjects=Subjects(
        case="[{case}] {host}: keurmerkvoorwaarde {condition}",
        case_plain="[{case}] {host}: keurmerkvoorwaarde",
        unknown="{host}: {labels} kan niet worden beoordeeld",
        advice="{host}: advies over {condition}",
        ops="[beheer] {host}: {summary}",
        valve="[keurwacht] Post aan leden wordt vastgehouden",
        test="[keurwacht] Testbericht",
    ),
    severities={
        "info": "ter informatie",
        "low": "laag",
        "medium": "gemiddeld",
        "high": "hoog",
        "critical": "kritiek",
    },
    texts={
        TemplateName.NOTICE: Text(
            "Aan een voorwaarde van uw keurmerk is niet voldaan",
            ("Bij een controle voldeed {host} niet aan de onderstaande voorwaarde van {labels}.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.WORSE: Text(
            "De tekortkoming is ernstiger geworden",
            (
                (
                    "Wij schreven u eerder over de onderstaande voorwaarde van {labels}. Bij de "
                    "laatste controle van {host} was de situatie ernstiger dan voorheen; daardoor "
                    "kan een kortere termijn gelden."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.REMINDER: Text(
            "Herinnering: aan een voorwaarde van uw keurmerk is nog niet voldaan",
            (
                (
                    "Enige tijd geleden schreven wij u over de onderstaande voorwaarde van "
                    "{labels}. Bij onze laatste controle voldeed {host} daar nog niet aan."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.POSTPONED: Text(
            "U heeft meer tijd",
            ("De termijn voor de onderstaande voorwaarde van {labels} is voor {host} verlengd.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.OVERDUE: Text(
            "De termijn is verstreken",
            (
                (
                    "De termijn om de onderstaande voorwaarde van {labels} op {host} te herstellen "
                    "is verstreken; bij onze laatste controle was er nog niet aan voldaan."
                ),
            ),
            (
                (
                    "Het dossier ligt nu bij {organisation}, die beslist wat dit voor het keurmerk "
                    "betekent. Herstel het alstublieft zo snel mogelijk en laat het ons weten door "
                    "dit bericht te beantwoorden: een herstel telt altijd mee."
                ),
                "{more_time}",
            ),
        ),
        TemplateName.SILENCE: Text(
            "Geen herstel en geen antwoord van het lid",
            (
                (
                    "Na de berichten aan {member} zagen wij op {host} geen herstel en kregen wij "
                    "geen antwoord."
                ),
            ),
            ("Neem op een andere manier contact op en leg de beslissing vast in het dossier.",),
        ),
        TemplateName.CLOSING: Text(
            "Hersteld: dank u wel",
            (
                (
                    "{host} voldoet weer aan de onderstaande voorwaarde van {labels}. Wij hebben "
                    "het dossier gesloten; u hoeft niets meer te doen. Dank u wel voor het "
                    "herstel."
                ),
            ),
        ),
        TemplateName.WAIVED: Text(
            "Voorlopig terzijde gelegd",
            (
                (
                    "De onderstaande voorwaarde van {labels} is voor {host} voorlopig terzijde "
                    "gelegd: er is een uitzondering vastgelegd. Voor dit dossier hoeft nu niets "
                    "te gebeuren. Dat zegt niet of aan de voorwaarde is voldaan; als de "
                    "uitzondering eindigt, wordt de website opnieuw bekeken."
                ),
            ),
        ),
        TemplateName.HELD: Text(
            "Wij bekijken het opnieuw",
            (
                (
                    "Wij schreven u over de voorwaarde hieronder van {labels}. Iemand heeft er "
                    "nog eens naar gekeken en kan het voor {host} nu niet bevestigen. De "
                    "termijn staat stil; u hoeft niets te doen."
                ),
            ),
            (
                (
                    "Wij schrijven u als het duidelijk is: dat er niets aan de hand is, of wat "
                    "er nog moet en wanneer."
                ),
            ),
        ),
        TemplateName.REVIEW: Text(
            "Een vermoeden wacht op uw oordeel",
            (
                (
                    "De software vermoedt dat {host} niet voldoet aan de onderstaande voorwaarde "
                    "van {labels}, maar een mens moet dat bevestigen. Het lid heeft geen bericht "
                    "gekregen."
                ),
            ),
            ("Bekijk het bewijs en bevestig of verwerp het vermoeden.",),
        ),
        TemplateName.TICKET: Text(
            "Een keurmerk kon niet worden beoordeeld",
            (
                (
                    "{labels} kon sinds {since} niet worden beoordeeld op {host} ({count} "
                    "controles op rij). Niet kunnen zien is geen overtreding; het lid is niets "
                    "verweten."
                ),
            ),
            ("Zoek uit waar dat aan ligt en laat de site daarna opnieuw bekijken.",),
        ),
        TemplateName.TELL_MEMBER: Text(
            "Wij kunnen uw site niet controleren",
            (
                (
                    "Sinds {since} lukt het ons niet om {host} volledig te controleren voor "
                    "{labels}. Dit is geen overtreding en heeft nu geen gevolgen voor uw keurmerk."
                ),
                (
                    "Vaak houdt een firewall of een beveiliging tegen robots onze controles tegen. "
                    "Wilt u uw technicus of hostingbedrijf vragen onze bezoeken toe te laten?"
                ),
            ),
            ("Heeft u vragen? Beantwoord dan gewoon dit bericht.",),
        ),
        TemplateName.SEEN_AGAIN: Text(
            "Het keurmerk kan weer worden beoordeeld",
            ("{labels} kon weer worden beoordeeld op {host}. De melding is gesloten.",),
        ),
        TemplateName.ADVICE: Text(
            "Advies: dit vraagt binnenkort uw aandacht",
            (
                (
                    "{host} voldoet aan de onderstaande voorwaarde van {labels}. Wij zagen wel "
                    "iets dat binnenkort uw aandacht vraagt, zoals een certificaat dat bijna "
                    "verloopt, zodat dat zo blijft."
                ),
            ),
            (
                (
                    "Dit is een advies, geen overtreding: er loopt geen termijn en u hoeft niet te "
                    "antwoorden."
                ),
            ),
        ),
        TemplateName.OPS: Text(
            "Hier is beheer nodig",
            ("{summary}",),
            ("Leden hebben hierover geen bericht gekregen.",),
        ),
        TemplateName.VALVE: Text(
            "Post aan leden wordt vastgehouden",
            (
                (
                    "Sinds {since} zijn {count} sites omgeslagen naar niet voldaan. Dat zijn er "
                    "zoveel tegelijk dat een fout van onszelf waarschijnlijk is; daarom worden "
                    "berichten aan leden vastgehouden."
                ),
            ),
            (
                (
                    "Bekijk een paar van deze sites. Kloppen de bevindingen, geef de post dan vrij "
                    "(keurwacht valve release); kloppen ze niet, laat hem dan vervallen (keurwacht "
                    "valve drop)."
                ),
            ),
        ),
        TemplateName.TEST: Text(
            "Testbericht",
            ("Dit bericht laat zien dat post van {organisation} op dit adres aankomt.",),
            ("U hoeft niets te doen.",),
        ),
        **DUTCH_TEXTS,
    },
    staff_notice=Text(
        "Een overtreding is bevestigd",
        (
            (
                "{host} voldoet niet aan de onderstaande voorwaarde van {labels}. Het lid krijgt "
                "hierover geen bericht: zo staat het bij de voorwaarde, of er is geen "
                "contactpersoon bekend."
            ),
        ),
        ("{deadline}", "Neem het vanaf hier over."),
    ),
    staff_overdue=Text(
        "De termijn van een lid is verstreken",
        (
            (
                "De termijn die {member} had om de onderstaande voorwaarde van {labels} op {host} "
                "te herstellen is verstreken; bij de laatste controle was er niet aan voldaan."
            ),
        ),
        ("Beslis wat dit voor het keurmerk betekent en leg dat vast in het dossier.",),
    ),
    staff_closing=Text(
        "Een tekortkoming is hersteld",
        (
            (
                "{host} voldoet weer aan de onderstaande voorwaarde van {labels}, en het "
                "dossier is gesloten. U hoorde er eerder van."
            ),
        ),
        ("Voor dit dossier hoeft u niets meer te doen.",),
    ),
    more_subjects=DUTCH_SUBJECTS,
)
