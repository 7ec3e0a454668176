"""Deutsch: documents and procedures."""

from __future__ import annotations

from monitor.adapters.channels.words import TemplateName, Text

GERMAN_SUBJECTS = {
    TemplateName.RENEWAL: "{host}: eine Unterlage zu {condition}",
    TemplateName.TASK: "[{case}] {host}: {summary}",
    TemplateName.RECEIVED: "[{case}] {host}: Ihr Antrag",
    TemplateName.GRANTED: "[{case}] {host}: Ihr Antrag",
    TemplateName.DECLINED: "[{case}] {host}: Ihr Antrag",
    TemplateName.RECERTIFY: "[{case}] {host}: jährliche Zertifizierung",
    TemplateName.IMPROVE: "[{case}] {host}: Prüfung",
    TemplateName.LAST_CALL: "[{case}] {host}: Prüfung",
    TemplateName.MORE_TIME: "[{case}] {host}: Prüfung",
    TemplateName.CANCELLED: "[{case}] {host}: Prüfung",
    TemplateName.ENDING: "[{case}] {host}: Ende des Gütezeichens",
    TemplateName.WELCOME: "[{case}] {host}: Eigentümerwechsel",
    TemplateName.DIGEST: "{member}: Hinweise",
}

GERMAN_TEXTS = {
    TemplateName.RENEWAL: Text(
        "Eine Unterlage ist zu erneuern",
        (
            (
                "Für {labels} liegt uns von {member} eine Unterlage oder Antwort zu der "
                "unten genannten Bedingung vor. Sie gilt bis einschließlich {day}."
            ),
        ),
        (
            (
                "Bitte senden Sie uns die neue vor diesem Tag. Haben Sie sie schon "
                "gesandt, brauchen Sie nichts zu tun."
            ),
            "Haben Sie Fragen? Antworten Sie einfach auf diese Nachricht.",
        ),
    ),
    TemplateName.TASK: Text(
        "Etwas wartet auf einen Menschen",
        ("{summary}",),
        ("Bitte nehmen Sie sich der Sache an und halten Sie sie im Verfahren fest.",),
    ),
    TemplateName.RECEIVED: Text(
        "Wir haben Ihre Unterlagen erhalten",
        (
            (
                "Vielen Dank: Die Unterlagen zu Ihrem Antrag auf {labels} sind "
                "vollständig. Der nächste Schritt ist der Fragebogen."
            ),
        ),
        (
            (
                "Bitte beantworten Sie den Fragebogen bis {due}. Solange wir auf Sie "
                "warten, ruht die Frist des Verfahrens."
            ),
            "Ist etwas unklar? Antworten Sie einfach auf diese Nachricht.",
        ),
    ),
    TemplateName.GRANTED: Text(
        "Ihr Shop ist zertifiziert",
        (
            (
                "Gute Nachricht: {organisation} hat positiv entschieden. {host} ist für "
                "{labels} bis einschließlich {day} zertifiziert."
            ),
        ),
        (
            (
                "Sie dürfen das Gütezeichen ab heute auf {host} zeigen, mit dem Link zu "
                "Ihrem Zertifikat. Das Material erhalten Sie von uns."
            ),
            (
                "Wir sehen uns die Site weiter von Zeit zu Zeit an und schreiben Ihnen, "
                "wenn etwas Aufmerksamkeit braucht."
            ),
        ),
    ),
    TemplateName.DECLINED: Text(
        "Ihrem Antrag wurde nicht entsprochen",
        ("{organisation} hat entschieden, {host} derzeit nicht für {labels} zu zertifizieren.",),
        (
            (
                "Möchten Sie den Grund wissen oder später erneut einen Antrag stellen? "
                "Antworten Sie einfach auf diese Nachricht; wir erklären es Ihnen gern."
            ),
        ),
    ),
    TemplateName.RECERTIFY: Text(
        "Ihre jährliche Zertifizierung beginnt",
        (
            (
                "Die Zertifizierung von {host} für {labels} läuft bis einschließlich "
                "{day}. Die nächste hat begonnen: Finanzen, Recht und Sicherheit werden "
                "neu geprüft."
            ),
        ),
        (
            (
                "Bitte senden Sie uns vor diesem Tag Ihre Finanzunterlagen; das Übrige "
                "sehen wir selbst an. Ihr Gütezeichen bleibt inzwischen, wie es ist."
            ),
            "Fragen? Antworten Sie einfach auf diese Nachricht.",
        ),
    ),
    TemplateName.IMPROVE: Text(
        "Ihr Shop ist fast so weit",
        (
            (
                "Bei der Prüfung von {host} für {labels} sahen wir die folgenden Punkte. "
                "Sie haben Gelegenheit, Ihren Shop anzupassen."
            ),
        ),
        (
            (
                "Bitte passen Sie diese Punkte bis {due} an. Danach sehen wir erneut hin,"
                " früher, wenn Sie uns melden, dass Sie fertig sind."
            ),
            "Ist ein Punkt unklar, antworten Sie einfach auf diese Nachricht.",
        ),
    ),
    TemplateName.LAST_CALL: Text(
        "Die Frist Ihrer Prüfung ist um",
        (
            (
                "Die zwei Wochen, um {host} für {labels} anzupassen, sind um. Bitte sagen"
                " Sie uns mit einer Antwort auf diese Nachricht, wie es weitergehen soll:"
            ),
        ),
        (
            (
                "jetzt erneut prüfen, zwei Wochen Aufschub (noch {left} Mal möglich) oder"
                " die Prüfung absagen."
            ),
            (
                "Hören wir zwei Wochen nichts, schließen wir die Prüfung. Durch diese "
                "Nachricht entstehen Ihnen keine Kosten."
            ),
        ),
    ),
    TemplateName.MORE_TIME: Text(
        "Ihre Prüfung ist verschoben",
        ("Sie haben mehr Zeit, {host} für {labels} anzupassen: bis {due}.",),
        ("Danach sehen wir erneut hin; melden Sie sich gern früher, wenn Sie fertig sind.",),
    ),
    TemplateName.CANCELLED: Text(
        "Ihre Prüfung ist abgesagt",
        ("Die Prüfung von {host} für {labels} wurde abgesagt.",),
        (
            (
                "Sie können später gern erneut einen Antrag stellen; antworten Sie dafür "
                "einfach auf diese Nachricht."
            ),
        ),
    ),
    TemplateName.ENDING: Text(
        "Das Gütezeichen Ihres Shops endet",
        (
            (
                "Die Zertifizierung von {host} für {labels} endet mit dem {day}. Ihre "
                "anderen Shops sind nicht betroffen."
            ),
        ),
        (
            (
                "Bitte entfernen Sie an diesem Tag Logo, Skript und Link des Gütezeichens"
                " von {host} und ersetzen Sie Texte, die darauf verweisen. Für frühere "
                "Bestellungen gelten seine Bedingungen weiter."
            ),
        ),
    ),
    TemplateName.WELCOME: Text(
        "Sie sind jetzt unser Kontakt für diesen Shop",
        (
            (
                "Ab dem {day} ist {host} bei uns als Shop von {member} eingetragen. Wir "
                "sehen uns die ganze Site für {labels} neu an."
            ),
        ),
        (
            (
                "Was der frühere Eigentümer eingereicht hatte, gilt nicht für Sie; Ihre "
                "Kontaktperson sagt Ihnen, was wir brauchen. Fragen? Antworten Sie "
                "einfach auf diese Nachricht."
            ),
        ),
    ),
    TemplateName.DIGEST: Text(
        "Hinweise zu Ihren Shops",
        (
            (
                "Einmal im Quartal sammeln wir, was uns auffiel und kein Verstoß ist. Für"
                " {member} ist das:"
            ),
        ),
        ("Das ist eine Information: Es läuft keine Frist, und Sie brauchen nicht zu antworten.",),
    ),
}
