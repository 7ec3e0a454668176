"""The words of an evidence pack in the languages of auditors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from monitor.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class TextWords:
    """What stands in ``findings.txt`` beside the words of the label file."""

    clause: str
    seen: str
    waits: str
    findings: Mapping[Finding, str]


def _findings(*texts: str) -> Mapping[Finding, str]:
    order = (Finding.MET, Finding.NOT_MET, Finding.INCONCLUSIVE, Finding.NOT_APPLICABLE,
             Finding.WAIVED)  # fmt: skip
    return MappingProxyType(dict(zip(order, texts, strict=True)))


TEXT_WORDS: Mapping[str, TextWords] = MappingProxyType(
    {
        "nl": TextWords(
            "Bron", "Gezien", "Wacht op een beoordelaar.",
            _findings("voldaan", "niet voldaan", "niet vast te stellen", "niet van toepassing",
                      "uitgezonderd"),
        ),
        "fr": TextWords(
            "Source", "Vu", "Attend un évaluateur.",
            _findings("satisfait", "non satisfait", "ne peut être établi", "sans objet",
                      "mis de côté"),
        ),
        "en": TextWords(
            "Source", "Seen", "Waits for a reviewer.",
            _findings("met", "not met", "cannot be established", "does not apply", "waived"),
        ),
        "de": TextWords(
            "Quelle", "Gesehen", "Wartet auf einen Prüfer.",
            _findings("erfüllt", "nicht erfüllt", "nicht feststellbar", "trifft nicht zu",
                      "ausgenommen"),
        ),
    }
)  # fmt: skip

README: Mapping[str, str] = MappingProxyType(
    {
        "nl": """\
Bewijs bij de beoordeling van één site voor één keurmerk
=========================================================

findings.txt        de bevindingen om te lezen
findings.json       hetzelfde voor programma's: clausule, bewijs en geschiedenis per voorwaarde
attestations.json   welke documenten er zijn; inhoud alleen voor wie erover beslist
reviews.json        beslissingen van mensen, met de reden
waivers.json        uitzonderingen, met eigenaar, reden en einde
cases.json          tekortkomingen en hun termijnen
scans.json          de laatste blik van elke soort
evidence/           wat gezien is, onder zijn SHA-256; documents/ de ingeleverde documenten
manifest.json       wat er in dit pakket zit, met de SHA-256 van elk bestand

Controleren: sha256sum -c SHA256SUMS

Teksten en bestanden onder evidence/ komen van de onderzochte site en zijn niet te vertrouwen:
pagina's zijn daarom als platte tekst bewaard. Niet vast te stellen is nooit een tekortkoming.
""",
        "fr": """\
Preuves de l'évaluation d'un site pour un label
===============================================

findings.txt        les constats, à lire
findings.json       les mêmes pour les programmes : clause, preuves et historique par condition
attestations.json   quels documents existent ; leur contenu seulement pour qui en décide
reviews.json        décisions de personnes, avec la raison
waivers.json        exceptions, avec responsable, raison et fin
cases.json          manquements et leurs délais
scans.json          le dernier regard de chaque sorte
evidence/           ce qui a été vu, sous son SHA-256 ; documents/ les documents remis
manifest.json       ce que contient ce dossier, avec le SHA-256 de chaque fichier

Vérifier : sha256sum -c SHA256SUMS

Les textes et fichiers sous evidence/ viennent du site examiné et ne sont pas sûrs : les pages sont
donc conservées en texte brut. Ce qui ne peut être établi n'est jamais un manquement.
""",
        "en": """\
Evidence for the judgement of one site for one label
====================================================

findings.txt        the findings, to read
findings.json       the same for programs: clause, evidence and history of each condition
attestations.json   which documents there are; their content only for who decides on them
reviews.json        decisions of people, with the reason
waivers.json        exceptions, with owner, reason and end
cases.json          shortcomings and their terms
scans.json          the newest look of each kind
evidence/           what was seen, under its SHA-256; documents/ what was handed in
manifest.json       what is in this pack, with the SHA-256 of every file

Verify: sha256sum -c SHA256SUMS

Texts and files under evidence/ come from the site that was looked at and are not to be trusted:
pages are kept as plain text for that reason. What cannot be established is never a shortcoming.
""",
        "de": """\
Belege zur Beurteilung einer Website für ein Gütesiegel
=======================================================

findings.txt        die Feststellungen zum Lesen
findings.json       dieselben für Programme: Klausel, Belege und Verlauf je Bedingung
attestations.json   welche Unterlagen es gibt; Inhalt nur für die, die darüber entscheiden
reviews.json        Entscheidungen von Menschen, mit Begründung
waivers.json        Ausnahmen, mit Verantwortlichem, Grund und Ende
cases.json          Mängel und ihre Fristen
scans.json          der letzte Blick jeder Art
evidence/           was gesehen wurde, unter seinem SHA-256; documents/ eingereichte Unterlagen
manifest.json       was dieses Paket enthält, mit dem SHA-256 jeder Datei

Prüfen: sha256sum -c SHA256SUMS

Texte und Dateien unter evidence/ stammen von der geprüften Website und sind nicht
vertrauenswürdig: Seiten sind deshalb als reiner Text aufbewahrt. Was nicht feststellbar ist, ist
nie ein Mangel.
""",
    }
)
