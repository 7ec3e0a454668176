"""German."""

# Prose: a paragraph is a line.
# ruff: noqa: E501

from __future__ import annotations

from tests.shops.words.model import Words

TERMS = """\
Diese Bedingungen gelten für jedes Angebot, jede Bestellung und jede Lieferung der $company an Unternehmen und Einrichtungen. Sie können sie vor der Bestellung lesen, speichern und ausdrucken. Abweichungen gelten nur, wenn wir sie schriftlich bestätigt haben.

## 1. Wer wir sind
$company mit Sitz in $city, $street, $postcode, Niederlande. $register

## 2. Angebot und Vertrag
Unsere Angebote beschreiben die Waren vollständig und genau. An offensichtliche Irrtümer sind wir nicht gebunden. Der Vertrag kommt zustande, sobald Sie das Angebot annehmen; wir bestätigen Ihre Bestellung per E-Mail. Bis dahin können Sie die Bestellung zurückziehen.

## 3. Preise
Die Preise verstehen sich in Euro und werden ohne und mit Mehrwertsteuer angezeigt. Die Versandkosten stehen vor der Bestellung im Warenkorb. Eine spätere Preiserhöhung berechnen wir nicht.

## 4. Zahlung
Sie zahlen im Voraus oder, wenn vereinbart, auf Rechnung. Das Zahlungsziel steht auf der Rechnung. Bei Verzug schicken wir zuerst eine kostenlose Erinnerung.

## 5. Lieferung und Gefahr
Wir liefern an die von Ihnen genannte Anschrift. Die Gefahr geht mit dem Empfang der Ware auf Sie über. Dauer und Kosten stehen auf der Seite Versand und Lieferung.

## 6. Gewährleistung
Wir stehen dafür ein, dass die Waren dem Vertrag und den am Tag der Bestellung geltenden gesetzlichen Anforderungen entsprechen. Eine Garantie des Herstellers kommt hinzu und schränkt Ihre Rechte nicht ein.

## 7. Eigentumsvorbehalt
Gelieferte Waren bleiben bis zur vollständigen Zahlung Eigentum der $company. Sie dürfen sie im gewöhnlichen Geschäftsgang verwenden und weiterverkaufen.

## 8. Haftung
Außer bei Vorsatz und grober Fahrlässigkeit haften wir nicht für mittelbare Schäden. Im Übrigen ist die Haftung auf den Rechnungsbetrag der Bestellung begrenzt.

## 9. Beschwerden
Wenn etwas nicht stimmt, möchten wir es zuerst mit Ihnen lösen. Den Ablauf finden Sie auf der Seite Beschwerden.

## 10. Recht und Gerichtsstand
Es gilt niederländisches Recht. Zuständig ist das Gericht am Sitz der $company."""

PRIVACY = """\
Die $company verarbeitet personenbezogene Daten von Besuchern, Kunden und deren Mitarbeitern. In dieser Erklärung lesen Sie, welche Daten das sind, zu welchem Zweck wir sie verwenden und welche Rechte Sie haben. Verantwortlich ist die $company, erreichbar unter $email.

## Welche personenbezogenen Daten
- Name, Firma, Rechnungsanschrift und Lieferanschrift;
- E-Mail-Adresse und Telefonnummer;
- Bestellungen, Rechnungen und Zahlungsstand;
- technische Daten Ihres Besuchs wie IP-Adresse und Gerät.

## Zwecke und Rechtsgrundlagen
Wir verarbeiten diese Daten zu folgenden Zwecken: Ausführung Ihrer Bestellung (Vertrag), Buchführung (gesetzliche Pflicht), Sicherheit der Website (berechtigtes Interesse) und Versand des Newsletters (Ihre Einwilligung, die Sie jederzeit zurücknehmen können).

## Weitergabe und Speicherung
Spediteure, Zahlungsdienste und unser Hoster verarbeiten Daten in unserem Auftrag und nur nach unserer Weisung. Rechnungen bewahren wir sieben Jahre auf, ein Konto bis zu seiner Kündigung, technische Daten höchstens einen Monat. Die Daten bleiben im Europäischen Wirtschaftsraum.

## Ihre Rechte
Sie haben das Recht auf Auskunft über Ihre Daten, auf Berichtigung unrichtiger Daten und auf Löschung. Sie können Widerspruch gegen eine Verarbeitung aus berechtigtem Interesse einlegen und die Übertragung Ihrer Daten verlangen. Schreiben Sie an $email; Sie hören innerhalb eines Monats von uns. Außerdem können Sie sich an die Aufsichtsbehörde wenden.

## Cookies und Sicherheit
Wir setzen nur ein funktionales Cookie, das Warenkorb und Anmeldung brauchen. Alle Seiten werden verschlüsselt übertragen."""

WORDS = Words(
    language="de",
    paths={
        "contact": "/kontakt/",
        "about": "/impressum/",
        "terms": "/agb/",
        "privacy": "/datenschutz/",
        "complaints": "/beschwerden/",
        "returns": "/widerruf/",
        "delivery": "/versand-und-lieferung/",
        "payment": "/zahlung/",
        "login": "/konto/anmelden/",
        "product": "/artikel/",
    },
    titles={
        "start": "Startseite",
        "contact": "Kontakt",
        "about": "Impressum",
        "terms": "AGB",
        "privacy": "Datenschutz",
        "complaints": "Beschwerden",
        "returns": "Rückgabe und Widerruf",
        "delivery": "Versand und Lieferung",
        "payment": "Zahlung",
        "login": "Anmelden",
    },
    bodies={
        "terms": TERMS,
        "privacy": PRIVACY,
        "contact": """\
Haben Sie eine Frage zu einem Artikel, einem Angebot oder einer laufenden Bestellung? Unser Kundenservice ist an Werktagen von 8.30 bis 17.00 Uhr für Sie da.

## Anrufen, mailen oder schreiben
Telefon: $phone
E-Mail: $email
Anschrift: $company, $street, $postcode $city, Niederlande

## Angaben zum Unternehmen
$company
$register
$bank""",
        "about": """\
$brand ist ein Handelsname der $company in $city. Angefangen haben wir mit einer Werkstatt und wenigen Regalen; heute liefern wir aus eigenem Lager an Betriebe, Schulen und Gemeinden beiderseits der Grenze.

Bei uns kaufen Sie von Menschen, die ihre Ware selbst benutzen. Wir probieren jeden Artikel aus, sagen es, wenn etwas nicht passt, und halten Ersatzteile vor, solange der Hersteller sie fertigt.

## Angaben zum Anbieter
$company, $street, $postcode $city, Niederlande
$register
E-Mail: $email""",
        "complaints": """\
Wenn etwas schiefgeht, möchten wir es wissen. Schicken Sie Ihre Beschwerde mit der Bestellnummer an $email oder rufen Sie $phone an. Sie können auch an $company, $street, $postcode $city schreiben.

Sie erhalten innerhalb von 2 Werktagen eine Eingangsbestätigung. Wir beantworten Ihre Beschwerde inhaltlich innerhalb von 14 Tagen nach Eingang. Fehlen uns Angaben, fragen wir sie in derselben Zeit bei Ihnen an.

Sind Sie mit unserer Antwort nicht einverstanden, können Sie den Streit einer unabhängigen Schlichtung oder dem Gericht vorlegen.""",
        "returns": """\
Passt ein Artikel nicht? Die $company nimmt ihn unbenutzt und in der Originalverpackung zurück. Melden Sie die Rückgabe bei $email an; Sie erhalten dann einen Rücksendeschein.

Die Rückgabe ist 30 Tage nach Empfang möglich. Wir erstatten den Kaufpreis, sobald die Sendung geprüft ist. Maßanfertigungen nehmen wir nicht zurück.""",
        "delivery": """\
Was vorrätig ist und werktags vor 16.00 Uhr bestellt wird, geht am selben Tag auf die Reise. Die Lieferzeit beträgt 2 bis 4 Werktage nach Deutschland und in die Niederlande.

## Versandkosten
Die Versandkosten betragen € 8,95 je Sendung, ohne Mehrwertsteuer. Ab € 150,00 Bestellwert ist der Versand kostenlos. Für Palettenware berechnen wir € 49,00.

Ist ein Artikel nicht vorrätig, nennen wir Ihnen den voraussichtlichen Termin, und Sie können die Bestellung kostenlos stornieren.""",
        "payment": """\
Sie zahlen per Überweisung, Kreditkarte oder Lastschrift. Stammkunden können nach einmaliger Prüfung auf Rechnung kaufen.

Für die Zahlung entstehen keine Kosten. Die Rechnung mit ausgewiesener Mehrwertsteuer kommt per E-Mail.""",
    },
    kvk_line="Handelsregister (KvK) Nummer: $kvk",
    kbo_line="Unternehmensnummer (KBO): $kbo",
    vat_line="USt-IdNr.: $vat",
    welcome="""\
Willkommen bei $brand. Wir beliefern Betriebe, Schulen und Gemeinden aus eigenem Lager: klare Preise, schneller Versand und Beratung von Menschen, die ihr Fach kennen.

Es gibt keinen Mindestbestellwert, und zu jeder Bestellung erhalten Sie eine Rechnung mit ausgewiesener Mehrwertsteuer. Möchten Sie zuerst sprechen oder ein Angebot? Rufen Sie $phone an oder schreiben Sie an $email.""",
    assortment="Unser Sortiment",
    product_text="$product wird einzeln verpackt und kommt aus unserem Lager in $city. Ersatzteile und Anleitung sind einzeln erhältlich. Wenn Sie bei Größe oder Ausführung unsicher sind, berät Sie unser Innendienst gern.",
    price_lines="€ $net zzgl. MwSt. (€ $gross inkl. 21 % MwSt.)",
    add_to_cart="In den Warenkorb",
    newsletter="Newsletter",
    newsletter_consent="Einmal im Monat Neues und Angebote. Abmelden können Sie sich in jeder Mail.",
    subscribe="Abonnieren",
    email_label="E-Mail-Adresse",
    password_label="Passwort",
    name_label="Name",
    message_label="Ihre Frage",
    send="Senden",
    not_found="Diese Seite gibt es nicht oder nicht mehr. Nutzen Sie das Menü, um weiterzusuchen.",
    consent_wall="Wir verwenden Cookies. Bitte wählen Sie Ihre Einstellungen, bevor Sie diese Website besuchen. Akzeptieren Sie alle Cookies oder ändern Sie die Auswahl.",
    complaint_form="Beschwerde bei der Organisation des Gütezeichens einreichen",
)
