"""The words of links: in the mail and on the page behind them, one catalogue per language.

Placeholders in braces: ``host``, ``labels``, ``due``, ``thread``, ``left``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from monitor.domain.action import Action
from monitor.services.member_links import PageState


@dataclass(frozen=True, slots=True)
class LinkWords:
    """Everything links need in one language.

    ``buttons`` stand in the mail and on the page.  ``asked`` is the question of the
    page, ``done`` what it says afterwards; ``states`` why nothing can be done.
    ``more_time``, ``more_times`` and ``last_call`` take the place of the sentences of
    a mail that ask for a reply.
    """

    language: str
    locale: str
    heading: str
    caution: str
    more_time: str
    more_times: str
    last_call: str
    about: str
    about_site: str
    due: str
    answers: str
    reply: str
    buttons: Mapping[Action, str]
    asked: Mapping[Action, str]
    done: Mapping[Action, str]
    states: Mapping[PageState, tuple[str, str]]
    done_title: str


ENGLISH = LinkWords(
    language="en",
    locale="en_GB",
    heading="Answer without writing",
    caution="Each link opens a page with a button; nothing happens before you press it. The links "
    "are meant for you: please do not pass this message on.",
    more_time="Do you need more time? You can ask for a postponement once, with the link below.",
    more_times="Do you need more time? You can ask for a postponement {left} times, with the link "
    "below.",
    last_call="The two weeks to adapt {host} for {labels} are over. Please tell us with one of the "
    "links below how to go on, or reply to this message.",
    about="This is about {host} ({labels}), {thread}.",
    about_site="This is about {thread}.",
    due="The term ends on {due}.",
    answers="Your answers",
    reply="You can always reply to our mail instead.",
    buttons={
        Action.LOOK_AGAIN: "It is fixed: look again",
        Action.MORE_TIME: "Ask for more time",
        Action.REINSPECT: "We are done: inspect again",
        Action.POSTPONE: "Postpone by two weeks",
        Action.CANCEL: "Cancel the inspection",
        Action.ANSWER: "Answer the questionnaire",
    },
    asked={
        Action.LOOK_AGAIN: "Shall we look at the site again now?",
        Action.MORE_TIME: "Shall we extend the term? You can do this a limited number of times.",
        Action.REINSPECT: "Is your shop ready? Then we inspect it again.",
        Action.POSTPONE: "Shall we postpone the inspection by two weeks? You can do this once.",
        Action.CANCEL: "Do you want to cancel the inspection? A person confirms it afterwards.",
        Action.ANSWER: "Please write your answers to the questionnaire below and send them.",
    },
    done={
        Action.LOOK_AGAIN: "Thank you. We look at the site again as soon as we can; if it is in "
        "order we look once more before we close the case, and write to you.",
        Action.MORE_TIME: "You have more time. We confirm it by mail.",
        Action.REINSPECT: "Thank you. We inspect your shop again and write to you.",
        Action.POSTPONE: "The inspection is postponed. We confirm it by mail.",
        Action.CANCEL: "Thank you. Your request to cancel is with our staff, who confirm it.",
        Action.ANSWER: "Thank you. We have your answers and go on with your application.",
    },
    states={
        PageState.USED: ("This link was used already", "Your answer reached us the first time."),
        PageState.OVER: (
            "Nothing is left to do here",
            ("The case has moved on, or this choice is not open any more. Nothing was changed."),
        ),
        PageState.LATER: (
            "We have looked just now",
            (
                "You asked for a new look a short while ago. "
                "Please try again in an hour; there are at most five a day."
            ),
        ),
        PageState.EMPTY: ("Your answers are missing", "Please write something before you send."),
        PageState.EXPIRED: ("This link has expired", "Please use the link of our newest mail."),
        PageState.FORGED: (
            "This link is not valid",
            ("Perhaps it was cut off in the mail. Please copy the whole address."),
        ),
        PageState.TROUBLE: (
            "Not possible just now",
            ("Something is the matter on our side. Please try again in a few minutes."),
        ),
    },
    done_title="Done",
)

DUTCH = LinkWords(
    language="nl",
    locale="nl_NL",
    heading="Antwoorden zonder te schrijven",
    caution="Elke link opent een pagina met een knop; er gebeurt niets voordat u daarop drukt. De "
    "links zijn voor u bedoeld: stuur dit bericht niet door.",
    more_time="Heeft u meer tijd nodig? U kunt één keer uitstel vragen, met de link hieronder.",
    more_times="Heeft u meer tijd nodig? U kunt {left} keer uitstel vragen, met de link hieronder.",
    last_call="De twee weken om {host} voor {labels} aan te passen zijn om. Laat ons met een van "
    "de links hieronder weten hoe u verder wilt, of beantwoord dit bericht.",
    about="Dit gaat over {host} ({labels}), {thread}.",
    about_site="Dit gaat over {thread}.",
    due="De termijn eindigt op {due}.",
    answers="Uw antwoorden",
    reply="U kunt ook altijd onze mail beantwoorden.",
    buttons={
        Action.LOOK_AGAIN: "Het is hersteld: kijk opnieuw",
        Action.MORE_TIME: "Meer tijd vragen",
        Action.REINSPECT: "Wij zijn klaar: keur opnieuw",
        Action.POSTPONE: "Twee weken uitstellen",
        Action.CANCEL: "De keuring annuleren",
        Action.ANSWER: "De vragenlijst beantwoorden",
    },
    asked={
        Action.LOOK_AGAIN: "Zullen wij nu opnieuw naar de site kijken?",
        Action.MORE_TIME: "Zullen wij de termijn verlengen? Dat kan een beperkt aantal keren.",
        Action.REINSPECT: "Is uw winkel klaar? Dan keuren wij opnieuw.",
        Action.POSTPONE: "Zullen wij de keuring twee weken uitstellen? Dat kan één keer.",
        Action.CANCEL: "Wilt u de keuring annuleren? Een medewerker bevestigt het daarna.",
        Action.ANSWER: "Schrijf hieronder uw antwoorden op de vragenlijst en verstuur ze.",
    },
    done={
        Action.LOOK_AGAIN: "Dank u. Wij kijken zo snel mogelijk opnieuw; is het in orde, dan "
        "kijken wij nog één keer voordat wij de zaak sluiten, en schrijven wij u.",
        Action.MORE_TIME: "U heeft meer tijd. Wij bevestigen het per mail.",
        Action.REINSPECT: "Dank u. Wij keuren uw winkel opnieuw en schrijven u.",
        Action.POSTPONE: "De keuring is uitgesteld. Wij bevestigen het per mail.",
        Action.CANCEL: "Dank u. Uw verzoek om te annuleren ligt bij onze medewerkers, die het "
        "bevestigen.",
        Action.ANSWER: "Dank u. Wij hebben uw antwoorden en gaan verder met uw aanvraag.",
    },
    states={
        PageState.USED: ("Deze link is al gebruikt", "Uw antwoord is de eerste keer aangekomen."),
        PageState.OVER: (
            "Hier is niets meer te doen",
            (
                "De zaak is verder gegaan, of deze keuze "
                "staat niet meer open. Er is niets veranderd."
            ),
        ),
        PageState.LATER: (
            "Wij hebben net gekeken",
            (
                "U vroeg kort geleden om een nieuwe blik. "
                "Probeer het over een uur opnieuw; het kan vijf keer per dag."
            ),
        ),
        PageState.EMPTY: ("Uw antwoorden ontbreken", "Schrijf eerst iets voordat u verstuurt."),
        PageState.EXPIRED: ("Deze link is verlopen", "Gebruik de link uit onze nieuwste mail."),
        PageState.FORGED: (
            "Deze link is niet geldig",
            ("Misschien is hij in de mail afgebroken. Kopieer het hele adres."),
        ),
        PageState.TROUBLE: (
            "Nu niet mogelijk",
            ("Er is iets aan de hand bij ons. Probeer het over enkele minuten opnieuw."),
        ),
    },
    done_title="Gedaan",
)

FRENCH = LinkWords(
    language="fr",
    locale="fr_FR",
    heading="Répondre sans écrire",
    caution="Chaque lien ouvre une page avec un bouton ; rien ne se passe avant que vous appuyiez "
    "dessus. Ces liens vous sont destinés : ne transférez pas ce message.",
    more_time="Vous avez besoin de plus de temps ? Vous pouvez demander un report une fois, avec "
    "le lien ci-dessous.",
    more_times="Vous avez besoin de plus de temps ? Vous pouvez demander un report {left} fois, "
    "avec le lien ci-dessous.",
    last_call="Les deux semaines pour adapter {host} pour {labels} sont écoulées. Dites-nous "
    "comment continuer avec l'un des liens ci-dessous, ou répondez à ce message.",
    about="Il s'agit de {host} ({labels}), {thread}.",
    about_site="Il s'agit de {thread}.",
    due="Le délai prend fin le {due}.",
    answers="Vos réponses",
    reply="Vous pouvez toujours répondre à notre message.",
    buttons={
        Action.LOOK_AGAIN: "C'est corrigé : regardez à nouveau",
        Action.MORE_TIME: "Demander plus de temps",
        Action.REINSPECT: "Nous sommes prêts : contrôlez à nouveau",
        Action.POSTPONE: "Reporter de deux semaines",
        Action.CANCEL: "Annuler le contrôle",
        Action.ANSWER: "Répondre au questionnaire",
    },
    asked={
        Action.LOOK_AGAIN: "Devons-nous regarder le site à nouveau maintenant ?",
        Action.MORE_TIME: "Devons-nous prolonger le délai ? C'est possible un nombre limité de "
        "fois.",
        Action.REINSPECT: "Votre boutique est prête ? Alors nous la contrôlons à nouveau.",
        Action.POSTPONE: "Devons-nous reporter le contrôle de deux semaines ? C'est possible une "
        "fois.",
        Action.CANCEL: "Voulez-vous annuler le contrôle ? Un collaborateur le confirme ensuite.",
        Action.ANSWER: "Écrivez ci-dessous vos réponses au questionnaire et envoyez-les.",
    },
    done={
        Action.LOOK_AGAIN: "Merci. Nous regardons le site à nouveau dès que possible ; si tout est "
        "en ordre, nous regardons une fois encore avant de clore le dossier, et nous vous "
        "écrivons.",
        Action.MORE_TIME: "Vous avez plus de temps. Nous le confirmons par e-mail.",
        Action.REINSPECT: "Merci. Nous contrôlons votre boutique à nouveau et nous vous écrivons.",
        Action.POSTPONE: "Le contrôle est reporté. Nous le confirmons par e-mail.",
        Action.CANCEL: "Merci. Votre demande d'annulation est chez nos collaborateurs, qui la "
        "confirment.",
        Action.ANSWER: "Merci. Nous avons vos réponses et poursuivons votre demande.",
    },
    states={
        PageState.USED: (
            "Ce lien a déjà été utilisé",
            ("Votre réponse nous est parvenue la première fois."),
        ),
        PageState.OVER: (
            "Il n'y a plus rien à faire ici",
            ("Le dossier a avancé, ou ce choix n'est plus ouvert. Rien n'a été modifié."),
        ),
        PageState.LATER: (
            "Nous venons de regarder",
            (
                "Vous avez demandé un nouveau contrôle il y "
                "a peu. Réessayez dans une heure ; cinq fois par jour au plus."
            ),
        ),
        PageState.EMPTY: ("Vos réponses manquent", "Écrivez quelque chose avant d'envoyer."),
        PageState.EXPIRED: ("Ce lien a expiré", "Utilisez le lien de notre dernier message."),
        PageState.FORGED: (
            "Ce lien n'est pas valable",
            ("Il a peut-être été coupé dans l'e-mail. Copiez l'adresse entière."),
        ),
        PageState.TROUBLE: (
            "Impossible pour l'instant",
            ("Il y a un problème de notre côté. Réessayez dans quelques minutes."),
        ),
    },
    done_title="C'est fait",
)

GERMAN = LinkWords(
    language="de",
    locale="de_DE",
    heading="Antworten, ohne zu schreiben",
    caution="Jeder Link öffnet eine Seite mit einer Schaltfläche; es geschieht nichts, bevor Sie "
    "darauf drücken. Die Links sind für Sie bestimmt: Bitte leiten Sie diese Nachricht nicht "
    "weiter.",
    more_time="Brauchen Sie mehr Zeit? Sie können einmal um Aufschub bitten, mit dem Link unten.",
    more_times="Brauchen Sie mehr Zeit? Sie können {left} Mal um Aufschub bitten, mit dem Link "
    "unten.",
    last_call="Die zwei Wochen, um {host} für {labels} anzupassen, sind um. Bitte sagen Sie uns "
    "mit einem der Links unten, wie es weitergehen soll, oder antworten Sie auf diese Nachricht.",
    about="Es geht um {host} ({labels}), {thread}.",
    about_site="Es geht um {thread}.",
    due="Die Frist endet am {due}.",
    answers="Ihre Antworten",
    reply="Sie können auch immer auf unsere E-Mail antworten.",
    buttons={
        Action.LOOK_AGAIN: "Es ist behoben: noch einmal prüfen",
        Action.MORE_TIME: "Um mehr Zeit bitten",
        Action.REINSPECT: "Wir sind fertig: erneut prüfen",
        Action.POSTPONE: "Um zwei Wochen verschieben",
        Action.CANCEL: "Die Prüfung absagen",
        Action.ANSWER: "Den Fragebogen beantworten",
    },
    asked={
        Action.LOOK_AGAIN: "Sollen wir die Website jetzt noch einmal prüfen?",
        Action.MORE_TIME: "Sollen wir die Frist verlängern? Das geht nur wenige Male.",
        Action.REINSPECT: "Ist Ihr Shop bereit? Dann prüfen wir ihn erneut.",
        Action.POSTPONE: "Sollen wir die Prüfung um zwei Wochen verschieben? Das geht einmal.",
        Action.CANCEL: "Möchten Sie die Prüfung absagen? Ein Mensch bestätigt es danach.",
        Action.ANSWER: "Bitte schreiben Sie unten Ihre Antworten auf den Fragebogen und senden "
        "Sie sie ab.",
    },
    done={
        Action.LOOK_AGAIN: "Vielen Dank. Wir prüfen die Website so bald wie möglich; ist alles in "
        "Ordnung, prüfen wir noch einmal, bevor wir den Fall schließen, und schreiben Ihnen.",
        Action.MORE_TIME: "Sie haben mehr Zeit. Wir bestätigen es per E-Mail.",
        Action.REINSPECT: "Vielen Dank. Wir prüfen Ihren Shop erneut und schreiben Ihnen.",
        Action.POSTPONE: "Die Prüfung ist verschoben. Wir bestätigen es per E-Mail.",
        Action.CANCEL: "Vielen Dank. Ihre Bitte um Absage liegt bei unseren Mitarbeitern, die sie "
        "bestätigen.",
        Action.ANSWER: "Vielen Dank. Wir haben Ihre Antworten und setzen Ihren Antrag fort.",
    },
    states={
        PageState.USED: ("Dieser Link wurde schon benutzt", "Ihre Antwort kam beim ersten Mal an."),
        PageState.OVER: (
            "Hier ist nichts mehr zu tun",
            (
                "Der Fall ist weitergegangen, oder diese "
                "Wahl steht nicht mehr offen. Es wurde nichts geändert."
            ),
        ),
        PageState.LATER: (
            "Wir haben gerade geprüft",
            (
                "Sie haben vor Kurzem um eine neue Prüfung "
                "gebeten. Bitte in einer Stunde noch einmal; höchstens fünfmal am Tag."
            ),
        ),
        PageState.EMPTY: ("Ihre Antworten fehlen", "Bitte schreiben Sie etwas, bevor Sie senden."),
        PageState.EXPIRED: (
            "Dieser Link ist abgelaufen",
            ("Bitte benutzen Sie den Link aus unserer neuesten E-Mail."),
        ),
        PageState.FORGED: (
            "Dieser Link ist nicht gültig",
            (
                "Vielleicht wurde er in der E-Mail "
                "abgeschnitten. Bitte kopieren Sie die ganze Adresse."
            ),
        ),
        PageState.TROUBLE: (
            "Gerade nicht möglich",
            ("Bei uns stimmt etwas nicht. Bitte versuchen Sie es in einigen Minuten noch einmal."),
        ),
    },
    done_title="Erledigt",
)

LINK_WORDS: Mapping[str, LinkWords] = MappingProxyType(
    {words.language: words for words in (DUTCH, FRENCH, ENGLISH, GERMAN)}
)
FALLBACK = ENGLISH
