"""What no engine asks of a live shop: what orders, pays, writes, logs in or out, deletes.

Regular expressions, searched without regard to case in path and query.  They are written
in the words Python and Java share (no look-behind, no named groups) and stay linear: fixed
lists of words between separators.  nl, fr, en, de.
"""

from __future__ import annotations

import re

# Words that are a whole segment, parameter or value.  Shops sell bags and contact lenses:
# such a word inside a longer name says nothing.
_WHOLE = (
    "bag|basket|mandje|caddie|onepage|order|orders|bestel|kassa|commande|commander|caisse|kasse|"
    "buy|koop|pay|payer|ideal|beheer|backend|backoffice|verwaltung|account|accounts|compte|konto|admin|administrator|contact|contacts|"
    "contact-us|kontakt|quote|comment|comments|reactie|commentaire|kommentar|review|beoordeling|"
    "avis|bewertung|compare|comparer|vergelijken|vergleichen|vote|stemmen|favorieten|password|"
    "wachtwoord|passwort|connexion|inscription|subscribe|abonneren|session|sessions|destroy"
)
# Words that mean one thing wherever they stand between separators.
_ANYWHERE = (
    "cart|shopping-?cart|winkelwagen|winkelwagentje|winkelmand|winkelmandje|panier|warenkorb|"
    "einkaufswagen|einkaufskorb|checkout|check-out|bestellen|bestelling|bestellung|afrekenen|"
    "afrekening|place-?order|buy-?now|payment|payments|betalen|betaling|paiement|zahlung|bezahlen|"
    "paypal|klarna|mollie|adyen|stripe|refund|login|log-?in|signin|sign-?in|inloggen|aanmelden|"
    "se-connecter|anmelden|anmeldung|einloggen|register|registration|signup|sign-?up|registreren|"
    "registratie|registrierung|registrieren|my-?account|mijn-?account|mon-?compte|mein-?konto|"
    "wp-admin|wp-login|mot-de-passe|logout|log-?out|logoff|log-?off|signout|sign-?out|uitloggen|"
    "afmelden|deconnexion|se-deconnecter|abmelden|ausloggen|newsletter|nieuwsbrief|infolettre|"
    "unsubscribe|uitschrijven|desinscription|desabonnement|abmeldung|contactformulier|offerte|"
    "add-?review|write-?review|wishlist|verlanglijst|verlanglijstje|liste-d-envies|wunschliste|"
    "merkzettel|delete|remove|verwijder|verwijderen|supprimer|loeschen|entfernen|add-?to|"
    "toevoegen|ajouter|hinzufuegen"
)
_FILE = r"\.(?:php|html?|aspx?|jsp|do|action|cgi)"

EXCLUDED: tuple[str, ...] = (
    f"[/?&=](?:{_WHOLE})(?:[/?&=#;]|{_FILE}|$)",
    f"[/?&=_.-](?:{_ANYWHERE})(?:[/?&=#;_.-]|$)",
)


def patterns(extra: tuple[str, ...] = ()) -> tuple[re.Pattern[str], ...]:
    """The expressions compiled, with ``extra`` of the plan; ValueError for one that is none."""
    try:
        return tuple(re.compile(text, re.IGNORECASE) for text in (*EXCLUDED, *extra))
    except re.error as error:
        raise ValueError(f"an excluded path is no regular expression: {error}") from error
