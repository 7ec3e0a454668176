"""Français: documents and procedures."""

from __future__ import annotations

from monitor.adapters.channels.words import TemplateName, Text

FRENCH_SUBJECTS = {
    TemplateName.RENEWAL: "{host} : un document pour {condition}",
    TemplateName.TASK: "[{case}] {host} : {summary}",
    TemplateName.RECEIVED: "[{case}] {host} : votre demande",
    TemplateName.GRANTED: "[{case}] {host} : votre demande",
    TemplateName.DECLINED: "[{case}] {host} : votre demande",
    TemplateName.RECERTIFY: "[{case}] {host} : certification annuelle",
    TemplateName.IMPROVE: "[{case}] {host} : contrôle",
    TemplateName.LAST_CALL: "[{case}] {host} : contrôle",
    TemplateName.MORE_TIME: "[{case}] {host} : contrôle",
    TemplateName.CANCELLED: "[{case}] {host} : contrôle",
    TemplateName.ENDING: "[{case}] {host} : fin du label",
    TemplateName.WELCOME: "[{case}] {host} : changement de propriétaire",
    TemplateName.DIGEST: "{member} : points d'information",
}

FRENCH_TEXTS = {
    TemplateName.RENEWAL: Text(
        "Un document est à renouveler",
        (
            (
                "Pour {labels}, nous avons au dossier un document ou une réponse de "
                "{member} pour la condition ci-dessous. Il est valable jusqu'au {day} "
                "inclus."
            ),
        ),
        (
            (
                "Merci de nous envoyer le nouveau document avant cette date. Si vous "
                "l'avez déjà envoyé, vous n'avez rien à faire."
            ),
            "Une question ? Répondez simplement à ce message.",
        ),
    ),
    TemplateName.TASK: Text(
        "Une décision humaine est attendue",
        ("{summary}",),
        ("Merci de vous en charger et de l'inscrire dans la procédure.",),
    ),
    TemplateName.RECEIVED: Text(
        "Nous avons reçu vos documents",
        (
            (
                "Merci : les documents de votre demande pour {labels} sont complets. "
                "L'étape suivante est le questionnaire."
            ),
        ),
        (
            (
                "Merci de répondre au questionnaire au plus tard le {due}. Tant que nous "
                "attendons votre réponse, le délai de la procédure est suspendu."
            ),
            "Si quelque chose n'est pas clair, répondez simplement à ce message.",
        ),
    ),
    TemplateName.GRANTED: Text(
        "Votre boutique est certifiée",
        (
            (
                "Bonne nouvelle : la décision de {organisation} est positive. {host} est "
                "certifié pour {labels} jusqu'au {day} inclus."
            ),
        ),
        (
            (
                "Vous pouvez afficher le label sur {host} dès aujourd'hui, avec le lien "
                "vers votre certificat. Nous vous fournissons le matériel du label."
            ),
            (
                "Nous continuons à consulter le site de temps en temps et vous écrivons "
                "si quelque chose demande votre attention."
            ),
        ),
    ),
    TemplateName.DECLINED: Text(
        "Votre demande n'a pas été acceptée",
        ("{organisation} a décidé de ne pas certifier {host} pour {labels} pour le moment.",),
        (
            (
                "Vous souhaitez en connaître la raison ou refaire une demande plus tard ?"
                " Répondez simplement à ce message, nous vous expliquerons volontiers."
            ),
        ),
    ),
    TemplateName.RECERTIFY: Text(
        "Votre certification annuelle commence",
        (
            (
                "La certification de {host} pour {labels} court jusqu'au {day} inclus. La"
                " suivante a commencé : finances, droit et sécurité sont évalués à "
                "nouveau."
            ),
        ),
        (
            (
                "Merci de nous envoyer vos documents financiers avant cette date ; nous "
                "examinons le reste nous-mêmes. Entre-temps, rien ne change pour votre "
                "label."
            ),
            "Des questions ? Répondez simplement à ce message.",
        ),
    ),
    TemplateName.IMPROVE: Text(
        "Votre boutique y est presque",
        (
            (
                "Lors du contrôle de {host} pour {labels}, nous avons relevé les points "
                "ci-dessous. Vous avez la possibilité d'adapter votre boutique."
            ),
        ),
        (
            (
                "Merci d'adapter ces points au plus tard le {due}. Ensuite nous "
                "regarderons à nouveau, plus tôt si vous nous signalez que c'est fait."
            ),
            "Si un point n'est pas clair, répondez simplement à ce message.",
        ),
    ),
    TemplateName.LAST_CALL: Text(
        "Le délai de votre contrôle est écoulé",
        (
            (
                "Les deux semaines pour adapter {host} pour {labels} sont écoulées. "
                "Dites-nous comment continuer en répondant à ce message :"
            ),
        ),
        (
            (
                "contrôler maintenant, reporter de deux semaines (encore {left} fois "
                "possible) ou annuler le contrôle."
            ),
            (
                "Sans nouvelles de votre part pendant deux semaines, nous clôturons le "
                "contrôle. Ce message n'entraîne aucun frais pour vous."
            ),
        ),
    ),
    TemplateName.MORE_TIME: Text(
        "Votre contrôle est reporté",
        ("Vous avez plus de temps pour adapter {host} pour {labels} : jusqu'au {due}.",),
        (
            (
                "Ensuite nous regarderons à nouveau ; n'hésitez pas à nous prévenir plus "
                "tôt si c'est fait."
            ),
        ),
    ),
    TemplateName.CANCELLED: Text(
        "Votre contrôle est annulé",
        ("Le contrôle de {host} pour {labels} a été annulé.",),
        ("Vous pouvez refaire une demande plus tard ; il suffit de répondre à ce message.",),
    ),
    TemplateName.ENDING: Text(
        "Le label de votre boutique prend fin",
        (
            (
                "La certification de {host} pour {labels} prend fin le {day}. Vos autres "
                "boutiques ne sont pas concernées."
            ),
        ),
        (
            (
                "Merci de retirer ce jour-là le logo, le script et le lien du label de "
                "{host}, et de remplacer les textes qui y renvoient. Les commandes "
                "passées avant restent soumises à ses conditions."
            ),
        ),
    ),
    TemplateName.WELCOME: Text(
        "Vous êtes désormais notre contact pour cette boutique",
        (
            (
                "À partir du {day}, {host} est enregistré comme boutique de {member}. "
                "Nous examinons à nouveau tout le site pour {labels}."
            ),
        ),
        (
            (
                "Ce que le propriétaire précédent avait fourni ne compte pas pour vous ; "
                "votre interlocuteur vous dira ce dont nous avons besoin. Des questions ?"
                " Répondez simplement à ce message."
            ),
        ),
    ),
    TemplateName.DIGEST: Text(
        "Points d'information sur vos boutiques",
        (
            (
                "Une fois par trimestre, nous rassemblons ce que nous avons remarqué et "
                "qui n'est pas un manquement. Voici pour {member} :"
            ),
        ),
        ("Ceci est une information : aucun délai ne court et vous n'avez pas à répondre.",),
    ),
}
