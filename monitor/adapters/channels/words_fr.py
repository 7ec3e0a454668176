"""Français."""

from __future__ import annotations

from monitor.adapters.channels.words import Facts, Subjects, TemplateName, Text, Words
from monitor.adapters.channels.words_procedures_fr import FRENCH_SUBJECTS, FRENCH_TEXTS

_MEND = (
    "{deadline}",
    "{more_time}",
    (
        "Vous n'avez pas à signaler la correction : nous revérifions de nous-mêmes et vous le "
        "confirmons dans cette même conversation. Si quelque chose n'est pas clair, ou si vous "
        "voyez les choses autrement, répondez simplement à ce message."
    ),
)
_OTHERWISE = (
    "Si la condition n'est toujours pas remplie après ce délai, {organisation} décide des suites "
    "pour le label. Ce message en soi ne change rien au statut de votre certification."
)

FRENCH = Words(
    language="fr",
    greeting_name="Bonjour {name},",
    greeting="Madame, Monsieur,",
    greeting_staff="Chère collègue, cher collègue,",
    sign_off="Bien cordialement,",
    disclaimer="Ceci est le résultat d'un contrôle externe à un moment donné ; ce n'est pas une "
    "garantie et cela ne dit rien du reste du site.",
    footer_case="Dossier {case}",
    footer_member="Vous recevez ce message parce que vous êtes une personne de contact de {member} "
    "pour {host}.",
    footer_staff="Message interne destiné au personnel de {organisation}.",
    evidence="Ce que nous avons vu, et où",
    was_title="Ce dont il s'agissait",
    was_seen="Lors de notre contrôle du {seen}, nous avions constaté ceci :",
    was_evidence="Ce que nous avions vu, et où",
    reasons="Détails techniques (en anglais)",
    fingerprint="empreinte (SHA-256)",
    colon=" : ",
    at="{date} à {time} (heure locale, {zone})",
    by_date="Nous vous prions de corriger ce point au plus tard le {due}.",
    by_days="Nous vous prions de corriger ce point dans les {days} jours suivant la réception de "
    "ce message.",
    by_day="Nous vous prions de corriger ce point dans la journée suivant la réception de ce "
    "message.",
    by_soon="Nous vous prions de corriger ce point dès que possible.",
    due_days="dans les {days} jours suivant ce message",
    due_day="dans la journée suivant ce message",
    more_time="Vous avez besoin de plus de temps ? Vous pouvez demander un report une fois : "
    "répondez à ce message.",
    more_times="Vous avez besoin de plus de temps ? Vous pouvez demander un report {left} fois : "
    "répondez à ce message.",
    facts=Facts(
        site="Site",
        labels="Label",
        condition="Condition",
        clause="Article",
        seen_at="Vu pour la dernière fois",
        due="Délai",
        severity="Gravité",
        summary="Constat",
        member="Membre",
        since="Depuis",
        count="Contrôles sans résultat",
    ),
    subjects=Subjects(
        case="[{case}] {host} : condition de label {condition}",
        case_plain="[{case}] {host} : condition de label",
        unknown="{host} : {labels} ne peut être évalué",
        advice="{host} : conseil sur {condition}",
        ops="[exploitation] {host} : {summary}",
        valve="[keurwacht] Les messages aux membres sont retenus",
        test="[keurwacht] Message de test",
    ),
    severities={
        "info": "pour information",
        "low": "faible",
        "medium": "moyenne",
        "high": "élevée",
        "critical": "critique",
    },
    texts={
        TemplateName.NOTICE: Text(
            "Une condition de votre label n'est pas remplie",
            ("Lors d'un contrôle, {host} ne remplissait pas la condition ci-dessous de {labels}.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.WORSE: Text(
            "Le manquement s'est aggravé",
            (
                (
                    "Nous vous avons déjà écrit au sujet de la condition ci-dessous de {labels}. "
                    "Lors du dernier contrôle de {host}, la situation était plus grave "
                    "qu'auparavant ; un délai plus court peut donc s'appliquer."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.REMINDER: Text(
            "Rappel : une condition de votre label n'est toujours pas remplie",
            (
                (
                    "Il y a quelque temps, nous vous avons écrit au sujet de la condition "
                    "ci-dessous de {labels}. Lors de notre dernier contrôle, {host} ne la "
                    "remplissait pas encore."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.POSTPONED: Text(
            "Vous disposez de plus de temps",
            ("Le délai pour la condition ci-dessous de {labels} a été prolongé pour {host}.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.OVERDUE: Text(
            "Le délai est écoulé",
            (
                (
                    "Le délai pour corriger la condition ci-dessous de {labels} sur {host} est "
                    "écoulé ; lors de notre dernier contrôle, elle n'était pas encore remplie."
                ),
            ),
            (
                (
                    "Le dossier est maintenant entre les mains de {organisation}, qui décidera des "
                    "suites pour le label. Corrigez ce point dès que possible et dites-le-nous en "
                    "répondant à ce message : une correction est toujours prise en compte."
                ),
                "{more_time}",
            ),
        ),
        TemplateName.SILENCE: Text(
            "Ni correction ni réponse du membre",
            (
                (
                    "Après les messages à {member}, nous n'avons vu aucune correction sur {host} "
                    "ni reçu de réponse."
                ),
            ),
            (
                (
                    "Veuillez contacter le membre par une autre voie et consigner la décision dans "
                    "le dossier."
                ),
            ),
        ),
        TemplateName.CLOSING: Text(
            "Corrigé : merci",
            (
                (
                    "{host} remplit de nouveau la condition ci-dessous de {labels}. Nous avons "
                    "clos le dossier ; vous n'avez plus rien à faire. Merci pour la correction."
                ),
            ),
        ),
        TemplateName.WAIVED: Text(
            "Mis de côté pour le moment",
            (
                (
                    "La condition ci-dessous de {labels} est mise de côté pour {host} pour le "
                    "moment : une exception a été enregistrée. Rien n'est à faire maintenant pour"
                    " ce dossier. Cela ne dit pas si la condition est remplie ; à la fin de "
                    "l'exception, le site sera examiné à nouveau."
                ),
            ),
        ),
        TemplateName.HELD: Text(
            "Nous l'examinons à nouveau",
            (
                (
                    "Nous vous avons écrit au sujet de la condition ci-dessous de {labels}. Une"
                    " personne l'a examinée encore une fois et ne peut la confirmer pour "
                    "{host}. Le délai est suspendu ; rien à faire pour vous."
                ),
            ),
            (
                (
                    "Nous vous écrirons quand ce sera clair : que tout va bien, ou ce qui reste"
                    " à faire et pour quand."
                ),
            ),
        ),
        TemplateName.REVIEW: Text(
            "Un soupçon attend votre avis",
            (
                (
                    "Le logiciel soupçonne que {host} ne remplit pas la condition ci-dessous de "
                    "{labels}, mais une personne doit le confirmer. Le membre n'a pas été informé."
                ),
            ),
            ("Veuillez examiner les preuves, puis confirmer ou écarter le soupçon.",),
        ),
        TemplateName.TICKET: Text(
            "Un label n'a pas pu être évalué",
            (
                (
                    "{labels} n'a pas pu être évalué sur {host} depuis le {since} ({count} "
                    "contrôles de suite). Ne pas pouvoir voir n'est pas un manquement ; rien n'a "
                    "été reproché au membre."
                ),
            ),
            ("Veuillez en chercher la cause, puis faire contrôler le site à nouveau.",),
        ),
        TemplateName.TELL_MEMBER: Text(
            "Nous ne pouvons pas contrôler votre site",
            (
                (
                    "Depuis le {since}, nous ne parvenons pas à contrôler complètement {host} pour "
                    "{labels}. Ce n'est pas un manquement et cela n'a pas de conséquence pour "
                    "votre label à ce stade."
                ),
                (
                    "Souvent, un pare-feu ou une protection contre les robots bloque nos "
                    "contrôles. Pourriez-vous demander à votre technicien ou à votre hébergeur de "
                    "laisser passer nos visites ?"
                ),
            ),
            ("Pour toute question, répondez simplement à ce message.",),
        ),
        TemplateName.SEEN_AGAIN: Text(
            "Le label peut de nouveau être évalué",
            ("{labels} a de nouveau pu être évalué sur {host}. Le ticket est clos.",),
        ),
        TemplateName.ADVICE: Text(
            "Conseil : un point demandera bientôt votre attention",
            (
                (
                    "{host} remplit la condition ci-dessous de {labels}. Nous avons toutefois vu "
                    "un point qui demandera bientôt votre attention, par exemple un certificat qui "
                    "expire sous peu, afin que cela reste ainsi."
                ),
            ),
            (
                (
                    "C'est un conseil, pas un manquement : aucun délai ne court et vous n'avez pas "
                    "à répondre."
                ),
            ),
        ),
        TemplateName.OPS: Text(
            "Une intervention de l'exploitation est nécessaire",
            ("{summary}",),
            ("Les membres n'en ont pas été informés.",),
        ),
        TemplateName.VALVE: Text(
            "Les messages aux membres sont retenus",
            (
                (
                    "Depuis le {since}, {count} sites sont passés à « non rempli ». C'est "
                    "tellement à la fois qu'une erreur de notre part est probable ; les messages "
                    "aux membres sont donc retenus."
                ),
            ),
            (
                (
                    "Veuillez examiner quelques-uns de ces sites. Si les constats sont justes, "
                    "libérez les messages (keurwacht valve release) ; sinon, abandonnez-les "
                    "(keurwacht valve drop)."
                ),
            ),
        ),
        TemplateName.TEST: Text(
            "Message de test",
            ("Ce message montre que le courrier de {organisation} arrive à cette adresse.",),
            ("Vous n'avez rien à faire.",),
        ),
        **FRENCH_TEXTS,
    },
    staff_notice=Text(
        "Un manquement est confirmé",
        (
            (
                "{host} ne remplit pas la condition ci-dessous de {labels}. Le membre ne reçoit "
                "aucun message à ce sujet : la condition le prévoit ainsi, ou aucun contact n'est "
                "connu."
            ),
        ),
        ("{deadline}", "Merci de prendre la suite."),
    ),
    staff_overdue=Text(
        "Le délai d'un membre est écoulé",
        (
            (
                "Le délai dont disposait {member} pour corriger la condition ci-dessous de "
                "{labels} sur {host} est écoulé ; lors du dernier contrôle, elle n'était pas "
                "remplie."
            ),
        ),
        ("Veuillez décider des suites pour le label et les consigner dans le dossier.",),
    ),
    staff_closing=Text(
        "Un manquement a été corrigé",
        (
            (
                "{host} remplit de nouveau la condition ci-dessous de {labels}, et le dossier "
                "est clos. Vous en aviez été informé."
            ),
        ),
        ("Vous n'avez plus rien à faire pour ce dossier.",),
    ),
    more_subjects=FRENCH_SUBJECTS,
)
