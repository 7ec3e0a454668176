"""Deutsch."""

from __future__ import annotations

from monitor.adapters.channels.words import Facts, Subjects, TemplateName, Text, Words
from monitor.adapters.channels.words_procedures_de import GERMAN_SUBJECTS, GERMAN_TEXTS

_MEND = (
    "{deadline}",
    "{more_time}",
    (
        "Sie müssen die Behebung nicht melden: Wir prüfen von selbst erneut und bestätigen sie in "
        "dieser Unterhaltung. Ist etwas unklar oder sehen Sie es anders? Dann antworten Sie "
        "einfach auf diese Nachricht."
    ),
)
_OTHERWISE = (
    "Ist die Bedingung nach dieser Frist noch nicht erfüllt, entscheidet {organisation}, was das "
    "für das Gütesiegel bedeutet. Diese Nachricht allein ändert nichts am Status Ihrer "
    "Zertifizierung."
)

GERMAN = Words(
    language="de",
    greeting_name="Guten Tag {name},",
    greeting="Sehr geehrte Damen und Herren,",
    greeting_staff="Liebe Kollegin, lieber Kollege,",
    sign_off="Mit freundlichen Grüßen",
    disclaimer="Dies ist das Ergebnis einer Prüfung von außen zu einem bestimmten Zeitpunkt; es "
    "ist keine Garantie und sagt nichts über den Rest der Website aus.",
    footer_case="Vorgang {case}",
    footer_member="Sie erhalten diese Nachricht, weil Sie Ansprechpartner von {member} für {host} "
    "sind.",
    footer_staff="Interne Nachricht für Mitarbeitende von {organisation}.",
    evidence="Was wir gesehen haben, und wo",
    was_title="Worum es ging",
    was_seen="Bei unserer Prüfung am {seen} haben wir dies gesehen:",
    was_evidence="Was wir damals gesehen haben, und wo",
    reasons="Technische Einzelheiten (auf Englisch)",
    fingerprint="Fingerabdruck (SHA-256)",
    colon=": ",
    at="{date} um {time} Uhr (Zeit in {zone})",
    by_date="Bitte beheben Sie dies bis spätestens {due}.",
    by_days="Bitte beheben Sie dies innerhalb von {days} Tagen nach Erhalt dieser Nachricht.",
    by_day="Bitte beheben Sie dies innerhalb eines Tages nach Erhalt dieser Nachricht.",
    by_soon="Bitte beheben Sie dies so bald wie möglich.",
    due_days="innerhalb von {days} Tagen nach dieser Nachricht",
    due_day="innerhalb eines Tages nach dieser Nachricht",
    more_time="Brauchen Sie mehr Zeit? Sie können einmal um Aufschub bitten: Antworten Sie auf "
    "diese Nachricht.",
    more_times="Brauchen Sie mehr Zeit? Sie können {left}-mal um Aufschub bitten: Antworten Sie "
    "auf diese Nachricht.",
    facts=Facts(
        site="Website",
        labels="Gütesiegel",
        condition="Bedingung",
        clause="Artikel",
        seen_at="Zuletzt gesehen",
        due="Frist",
        severity="Schweregrad",
        summary="Beobachtung",
        member="Mitglied",
        since="Seit",
        count="Prüfungen ohne Ergebnis",
    ),
    subjects=Subjects(
        case="[{case}] {host}: Siegelbedingung {condition}",
        case_plain="[{case}] {host}: Siegelbedingung",
        unknown="{host}: {labels} kann nicht bewertet werden",
        advice="{host}: Hinweis zu {condition}",
        ops="[Betrieb] {host}: {summary}",
        valve="[keurwacht] Post an Mitglieder wird zurückgehalten",
        test="[keurwacht] Testnachricht",
    ),
    severities={
        "info": "zur Information",
        "low": "niedrig",
        "medium": "mittel",
        "high": "hoch",
        "critical": "kritisch",
    },
    texts={
        TemplateName.NOTICE: Text(
            "Eine Bedingung Ihres Gütesiegels ist nicht erfüllt",
            ("Bei einer Prüfung erfüllte {host} die unten genannte Bedingung von {labels} nicht.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.WORSE: Text(
            "Der Mangel ist schwerwiegender geworden",
            (
                (
                    "Wir haben Ihnen bereits zu der unten genannten Bedingung von {labels} "
                    "geschrieben. Bei der letzten Prüfung von {host} war die Lage ernster als "
                    "zuvor; deshalb kann eine kürzere Frist gelten."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.REMINDER: Text(
            "Erinnerung: Eine Bedingung Ihres Gütesiegels ist noch nicht erfüllt",
            (
                (
                    "Vor einiger Zeit haben wir Ihnen zu der unten genannten Bedingung von "
                    "{labels} geschrieben. Bei unserer letzten Prüfung erfüllte {host} sie noch "
                    "nicht."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.POSTPONED: Text(
            "Sie haben mehr Zeit",
            (
                (
                    "Die Frist für die unten genannte Bedingung von {labels} wurde für {host} "
                    "verlängert."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.OVERDUE: Text(
            "Die Frist ist abgelaufen",
            (
                (
                    "Die Frist, die unten genannte Bedingung von {labels} auf {host} zu erfüllen, "
                    "ist abgelaufen; bei unserer letzten Prüfung war sie noch nicht erfüllt."
                ),
            ),
            (
                (
                    "Der Vorgang liegt nun bei {organisation} und dort wird entschieden, was das "
                    "für das Gütesiegel bedeutet. Bitte beheben Sie den Mangel so bald wie möglich "
                    "und teilen Sie es uns mit, indem Sie auf diese Nachricht antworten: Eine "
                    "Behebung wird immer berücksichtigt."
                ),
                "{more_time}",
            ),
        ),
        TemplateName.SILENCE: Text(
            "Keine Behebung und keine Antwort des Mitglieds",
            (
                (
                    "Nach den Nachrichten an {member} haben wir auf {host} keine Behebung gesehen "
                    "und keine Antwort erhalten."
                ),
            ),
            (
                (
                    "Bitte nehmen Sie auf anderem Weg Kontakt auf und halten Sie die Entscheidung "
                    "im Vorgang fest."
                ),
            ),
        ),
        TemplateName.CLOSING: Text(
            "Behoben: vielen Dank",
            (
                (
                    "{host} erfüllt die unten genannte Bedingung von {labels} wieder. Wir haben "
                    "den Vorgang geschlossen; Sie müssen nichts weiter tun. Vielen Dank für die "
                    "Behebung."
                ),
            ),
        ),
        TemplateName.WAIVED: Text(
            "Vorerst zurückgestellt",
            (
                (
                    "Die unten genannte Bedingung von {labels} ist für {host} vorerst "
                    "zurückgestellt: Es wurde eine Ausnahme festgehalten. Für diesen Vorgang ist "
                    "jetzt nichts zu tun. Das sagt nicht, ob die Bedingung erfüllt ist; endet die"
                    " Ausnahme, wird die Website erneut geprüft."
                ),
            ),
        ),
        TemplateName.HELD: Text(
            "Wir sehen es uns noch einmal an",
            (
                (
                    "Wir haben Ihnen wegen der Bedingung unten von {labels} geschrieben. Ein "
                    "Mensch hat sie noch einmal geprüft und kann sie für {host} jetzt nicht "
                    "bestätigen. Die Frist ruht; Sie müssen nichts tun."
                ),
            ),
            (
                (
                    "Wir schreiben Ihnen, sobald es klar ist: dass alles in Ordnung ist, oder "
                    "was bis wann zu tun bleibt."
                ),
            ),
        ),
        TemplateName.REVIEW: Text(
            "Ein Verdacht wartet auf Ihr Urteil",
            (
                (
                    "Die Software vermutet, dass {host} die unten genannte Bedingung von {labels} "
                    "nicht erfüllt, aber ein Mensch muss das bestätigen. Das Mitglied wurde nicht "
                    "benachrichtigt."
                ),
            ),
            ("Bitte sehen Sie sich die Belege an und bestätigen oder verwerfen Sie den Verdacht.",),
        ),
        TemplateName.TICKET: Text(
            "Ein Gütesiegel konnte nicht bewertet werden",
            (
                (
                    "{labels} konnte auf {host} seit {since} nicht bewertet werden ({count} "
                    "Prüfungen in Folge). Nicht sehen zu können ist kein Verstoß; dem Mitglied "
                    "wurde nichts vorgeworfen."
                ),
            ),
            ("Bitte klären Sie die Ursache und lassen Sie die Website danach erneut prüfen.",),
        ),
        TemplateName.TELL_MEMBER: Text(
            "Wir können Ihre Website nicht prüfen",
            (
                (
                    "Seit {since} gelingt es uns nicht, {host} vollständig für {labels} zu prüfen. "
                    "Das ist kein Verstoß und hat derzeit keine Folgen für Ihr Gütesiegel."
                ),
                (
                    "Oft hält eine Firewall oder ein Schutz gegen Roboter unsere Prüfungen ab. "
                    "Würden Sie Ihre Technik oder Ihren Hoster bitten, unsere Besuche zuzulassen?"
                ),
            ),
            ("Haben Sie Fragen? Dann antworten Sie einfach auf diese Nachricht.",),
        ),
        TemplateName.SEEN_AGAIN: Text(
            "Das Gütesiegel kann wieder bewertet werden",
            ("{labels} konnte auf {host} wieder bewertet werden. Das Ticket ist geschlossen.",),
        ),
        TemplateName.ADVICE: Text(
            "Hinweis: Dies braucht bald Ihre Aufmerksamkeit",
            (
                (
                    "{host} erfüllt die unten genannte Bedingung von {labels}. Wir haben jedoch "
                    "etwas gesehen, das bald Ihre Aufmerksamkeit braucht, etwa ein bald "
                    "ablaufendes Zertifikat, damit das so bleibt."
                ),
            ),
            (
                (
                    "Dies ist ein Hinweis, kein Verstoß: Es läuft keine Frist und Sie müssen nicht "
                    "antworten."
                ),
            ),
        ),
        TemplateName.OPS: Text(
            "Hier ist der Betrieb gefragt",
            ("{summary}",),
            ("Mitglieder wurden darüber nicht benachrichtigt.",),
        ),
        TemplateName.VALVE: Text(
            "Post an Mitglieder wird zurückgehalten",
            (
                (
                    "Seit {since} sind {count} Websites auf nicht erfüllt gewechselt. Das sind so "
                    "viele auf einmal, dass ein eigener Fehler wahrscheinlich ist; deshalb werden "
                    "Nachrichten an Mitglieder zurückgehalten."
                ),
            ),
            (
                (
                    "Bitte sehen Sie sich einige dieser Websites an. Stimmen die Feststellungen, "
                    "geben Sie die Post frei (keurwacht valve release); stimmen sie nicht, "
                    "verwerfen Sie sie (keurwacht valve drop)."
                ),
            ),
        ),
        TemplateName.TEST: Text(
            "Testnachricht",
            ("Diese Nachricht zeigt, dass Post von {organisation} an dieser Adresse ankommt.",),
            ("Sie müssen nichts tun.",),
        ),
        **GERMAN_TEXTS,
    },
    staff_notice=Text(
        "Ein Verstoß ist bestätigt",
        (
            (
                "{host} erfüllt die unten genannte Bedingung von {labels} nicht. Das Mitglied "
                "erhält dazu keine Nachricht: So steht es bei der Bedingung, oder es ist kein "
                "Kontakt bekannt."
            ),
        ),
        ("{deadline}", "Bitte übernehmen Sie ab hier."),
    ),
    staff_overdue=Text(
        "Die Frist eines Mitglieds ist abgelaufen",
        (
            (
                "Die Frist, die {member} hatte, um die unten genannte Bedingung von {labels} auf "
                "{host} zu erfüllen, ist abgelaufen; bei der letzten Prüfung war sie nicht "
                "erfüllt."
            ),
        ),
        (
            (
                "Bitte entscheiden Sie, was das für das Gütesiegel bedeutet, und halten Sie es im "
                "Vorgang fest."
            ),
        ),
    ),
    staff_closing=Text(
        "Ein Mangel ist behoben",
        (
            (
                "{host} erfüllt die unten genannte Bedingung von {labels} wieder, und der "
                "Vorgang ist geschlossen. Sie hatten davon gehört."
            ),
        ),
        ("Für diesen Vorgang müssen Sie nichts weiter tun.",),
    ),
    more_subjects=GERMAN_SUBJECTS,
)
