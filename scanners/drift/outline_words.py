"""Words by which a page says that it is no shop any more, as data (nl, fr, en, de).

Text is folded before it is compared (``vocabulary.fold_plain``: no accents, lower case).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What an outline may say of a page; docs/drift.md tells what each is for.
SIGNS = (
    "led_away", "gate", "declared", "parked", "for_sale", "default_page", "suspended", "unclaimed",
    "defaced", "spam", "closed", "closing", "emptied", "maintenance", "noindex", "links_unread",
)  # fmt: skip


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts))


_DOMAIN = r"(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}"
_NAME = (
    rf"(?:deze |dit |this |ce |cette |diese |the |premium )?(?:{_DOMAIN}|[\w]{{0,12}}dom[ae]in\w*)"
)

# Whole pages that are not made by a shop: only of short pages without offers.
WHOLE_PAGES: Mapping[str, re.Pattern[str]] = {
    "for_sale": _any(
        rf"{_NAME}(?: name| naam)? (?:is|are|may be|staat|is mogelijk|kan)? ?(?:now |nu |still )?"
        r"(?:for sale|te koop|a vendre)",
        rf"{_NAME} (?:est|peut etre|semble) (?:actuellement )?(?:a vendre|en vente)",
        r"nom de domaine (?:est |peut etre )?(?:a vendre|en vente|a acheter)",
        rf"{_NAME} (?:steht|kann|ist)[\w ]{{0,30}} "
        r"(?:zum verkauf|kauflich|verkauft werden|gekauft)",
        r"domain (?:zu verkaufen|kaufen|erwerben)",
        r"(?:buy|acquire|purchase|lease) th(?:is|e) (?:premium )?domain",
        r"(?:koop|huur|neem) (?:dit|deze) domein\w*|achet(?:er|ez) ce (?:nom de )?domaine",
        r"inquire about this domain|make an offer (?:on|for) (?:this|the) domain",
        r"doe een bod op (?:dit|deze) domein|faites? une offre pour ce (?:nom de )?domaine",
        r"gebot fur diese domain|domain price|domeinveiling|interested in this domain",
    ),
    "parked": _any(
        r"domain (?:name )?(?:[\w.-]{1,63} )?(?:is |has |was |recently |been |just ){0,3}"
        r"(?:parked|expired|registered)",
        r"domain parking|parked (?:domain|free|page)|parking page|sedoparking|parkingcrew",
        r"domein(?:naam)? (?:is |werd )?(?:gereserveerd|geregistreerd|geparkeerd|verlopen|bezet)",
        r"geparkeerd (?:door|voor|bij|via) ",
        r"domaine (?:est |a ete )?(?:reserve|enregistre|expire|gare|parque|en parking)",
        r"page (?:de )?parking|parking de domaine",
        r"domain (?:ist |wurde )?(?:geparkt|registriert|reserviert|abgelaufen|bereits)",
        r"hier entsteht (?:eine neue|in kurze|demnachst)|future home of",
        r"related (?:searches|links)[^.]{0,80}(?:privacy policy|domain)",
    ),
    "default_page": _any(
        r"welcome to nginx|welcome to (?:your new )?(?:openresty|tengine|caddy|centos|xampp|wamp)",
        r"apache2? (?:debian|ubuntu|2|http server|default|test)[\w ]{0,20} page",
        r"^it works!?|test page for (?:the )?(?:apache|nginx|http)|iis windows server",
        r"internet information services|default (?:web ?site|server|plesk|parallels|virtual) page",
        r"web server'?s default page|plesk (?:obsidian|onyx|default)|domain default page",
        r"(?:directadmin|cpanel|cwp|ispconfig|virtualmin|vesta ?cp|hestia)[\w ,.!-]{0,60}"
        r"(?:default|index\.html|successfully|welcome|placeholder)",
        r"default web ?site page|^index of /|directory listing (?:of|for)",
        r"there (?:is|are) no(?:thing| index| website| web site) (?:here|file|configured|uploaded)",
        r"wordpress (?:›|>|»|-|installation|setup)|famous five.minute wordpress|"
        r"welcome to wordpress\. this is your first post",
        r"(?:your|uw|je|votre|ihre?) (?:new )?"
        r"(?:website|webspace|hosting|site|hebergement|webhosting)"
        r"[\w ]{0,20} (?:is ready|is (?:nog )?(?:niet|gereed|klaar|actief)|est pret|est actif"
        r"|ist bereit|ist eingerichtet)",
        r"(?:upload|plaats|publish|deposez|laden sie)[\w ]{0,40}"
        r"(?:public_html|httpdocs|htdocs|domains/|/www)",
        r"this is the default (?:index|page|site)|dit is de standaard ?pagina"
        r"|page par defaut (?:du|de votre) (?:serveur|hebergement)"
        r"|standardseite des (?:web)?servers",
    ),
    "suspended": _any(
        r"(?:account|website|site|domain|hosting|page|store|shop) (?:has been |is |was )"
        r"(?:temporarily |currently )?(?:suspended|disabled|deactivated|blocked|terminated)",
        r"(?:account|website|webshop|site|domein\w*|hosting\w*|pakket) (?:is|werd|wordt) "
        r"(?:tijdelijk )?"
        r"(?:opgeschort|geblokkeerd|gedeactiveerd|geschorst|uitgeschakeld|afgesloten)",
        r"(?:compte|site|hebergement|domaine|boutique) (?:est |a ete )?(?:temporairement )?"
        r"(?:suspendu|desactive|bloque)e?",
        r"(?:konto|account|webseite|website|webspace|domain|shop) (?:ist |wurde )"
        r"(?:vorubergehend )?(?:gesperrt|deaktiviert|suspendiert|abgeschaltet)",
        r"account suspended|suspended page|contact your hosting provider|"
        r"neem contact op met (?:uw|je) hostingprovider|contactez votre hebergeur",
    ),
    "unclaimed": _any(
        r"there isn.?t a github pages site here|nosuchbucket|specified bucket does not exist",
        r"no such app|there.s nothing here, yet|fastly error: unknown domain|unknown domain",
        r"sorry, this (?:shop|store) is (?:currently|no longer) (?:un)?available",
        r"this (?:shop|store) (?:is|does) (?:unavailable|not exist)",
        r"domain (?:is )?not (?:connected|configured|claimed|mapped)|domain isn.?t connected",
        r"not connected to a website",
        r"project not found|deployment_not_found|no app configured at that hostname",
        r"repository not found|the gods are wise|site not found|web ?site not found",
        r"deze winkel bestaat niet|deze webshop bestaat niet|cette boutique n.existe pas"
        r"|dieser shop existiert nicht",
    ),
}
# Hosts that sell or park domains, in links, scripts and frames of a short page.
PARKING_HOSTS = frozenset(
    ("sedo.com", "sedoparking.com", "dan.com", "afternic.com", "bodis.com", "parkingcrew.net",
     "parklogic.com", "hugedomains.com", "undeveloped.com", "above.com", "uniregistry.com",
     "voodoo.com", "domainname.de", "buydomains.com", "domainmarket.com", "atom.com",
     "squadhelp.com", "skenzo.com", "namebright.com", "parkweb.com", "cashparking.com",
     "domeinwinkel.nl", "dopdf.com", "adsensecustomsearchads.com")
)  # fmt: skip
# Redirects to these are a question to the visitor, not another shop.
GATE_HOSTS = frozenset(
    ("queue-it.net", "captcha-delivery.com", "perfdrive.com", "incapsula.com", "imperva.com",
     "cloudflareaccess.com", "cloudflare.com", "hcaptcha.com", "ddos-guard.net", "datadome.co",
     "google.com", "akamai.com", "akamaihd.net", "px-cdn.net", "perimeterx.net", "sucuri.net",
     "stackpath.com", "arkoselabs.com", "distilnetworks.com", "microsoftonline.com", "auth0.com",
     "okta.com")
)  # fmt: skip

# Only in title, h1 and h2; a book may be called so, and these are no hand of a stranger.
_LEET = r"(?:h[a4@]c?k+[e3]d|p[wo]n[e3]d|0wn[e3]d|d[e3]f[a4@]c[e3]d|g[e3]h[a4]ckt)"
_AGENT = r"(?:by|door|par|von|bei)"
DEFACED = _any(
    rf"^[\W_]{{0,12}}{_LEET}[\W_]{{1,4}}{_AGENT}[\W_]{{1,4}}"
    r"(?!(?:design|default|nature|love|accident|choice)\b)\w",
    rf"^[\W_]{{0,12}}(?:this|your|deze|dit|uw|je|ce|cette|votre|diese|ihre)[\w ]{{0,12}}"
    rf"(?:site|webshop|shop|server|boutique|winkel|seite|system)\w{{0,8}} "
    rf"(?:has been|was|is|got|werd|wurde|est|a ete) (?:just )?(?:{_LEET}|pirate)",
    rf"^[\W_]{{0,12}}(?:site (?:web )?)?(?:{_LEET}|pirate)e? (?:{_AGENT}) (?!design)\w",
    r"\bh4ck3d\b|\bd3f4c3d\b|\bpwn3d\b|\bgr33tz?\b|\bcyber army\b",
    rf"^[\W_]{{0,12}}{_LEET}[\W_]{{0,12}}$",
)

# Part of a word that every sentence on closing has.
CLOSING_STEMS = re.compile(
    r"gestopt|gesloten|ferm|close|geschlossen|opgeheven|cess|failliet|aufgegeben"
    r"|geschaft|eingestellt|stop|business|trading|insolv|shut|dicht|beeindig|opheffing"
    r"|bestaan|actief|operation|trade|faillissement|schliess|sluit|closing"
)
_US = r"(?:wij|we|ons bedrijf|onze (?:web)?(?:shop|winkel)|(?:deze|de) (?:web)?(?:shop|winkel))"
_US_FR = r"(?:nous|notre (?:boutique|site|magasin|entreprise|activite)|(?:cette|la) boutique)"
_US_EN = (
    r"(?:we|our (?:web ?shop|web ?store|online shop|online store|shop|store|business|company)"
    r"|this (?:web ?shop|store|shop|website))"
)
_US_DE = r"(?:wir|unser (?:online ?shop|shop|geschaft|webshop)|(?:dieser|der) (?:online ?)?shop)"
_FOR_GOOD = r"(?:definitief|voorgoed)"
# Said by the shop of itself, wherever it stands.
CLOSED = _any(
    rf"\b{_US} (?:zijn|is|hebben|heeft) (?:er )?(?:(?:per|sinds|vanaf) [\w ]{{1,20}} )?"
    rf"(?:helaas |nu |inmiddels )?(?:mee )?(?:gestopt(?! met)|opgeheven|failliet"
    rf"|{_FOR_GOOD} (?:gesloten|gestopt|dicht)|opgehouden te bestaan"
    rf"|(?:onze|haar|de) deuren (?:{_FOR_GOOD} )?gesloten)",
    r"\bzijn (?:wij|we) (?:er ?mee |helaas |definitief ){0,2}gestopt(?! met)",
    rf"\b(?:wij|we) (?:sluiten {_FOR_GOOD}|gaan {_FOR_GOOD} dicht)",
    rf"\b{_US_FR} (?:ferme|fermons) definitivement",
    r"\bwe are closing (?:down\b|permanently|for good)",
    r"\b(?:wir schliessen|unser (?:online ?)?shop schliesst) (?:fur immer|endgultig|dauerhaft)",
    r"\bwir (?:haben|stellen) (?:leider )?(?:den|unseren) (?:betrieb|onlineshop|verkauf) "
    r"ein(?:ge)?",
    r"\b(?:wij|we) hebben (?:helaas )?besloten (?:om )?(?:te stoppen|ermee te stoppen)",
    rf"\b{_US} (?:stopt|stoppen) (?:ermee|definitief)",
    r"\bgestopt met (?:onze|deze|de) web(?:shop|winkel)",
    r"\b(?:de|onze|deze) web(?:shop|winkel) (?:is|werd) (?:definitief )?(?:stopgezet|beeindigd)",
    rf"\b{_US_FR} (?:avons|a|est|sommes) (?:malheureusement |desormais )?"
    r"(?:definitivement ferme|ferme definitivement|cesse (?:notre|son|ses|nos|toute) activite"
    r"|cesse d.exister|ferme (?:nos|ses) portes)",
    rf"\b{_US_EN} (?:have|has|are|is) (?:now |sadly |unfortunately |been ){{0,3}}"
    r"(?:permanently closed|closed (?:down|permanently|for good)|ceased (?:trading|operations?)"
    r"|ceased to trade|gone out of business|no longer (?:trading|in business|in operation)"
    r"|out of business|shut down)",
    rf"\b{_US_EN} (?:have|has) (?:now |sadly |unfortunately |permanently ){{0,2}}closed",
    rf"\b{_US_DE} (?:haben|hat|ist|sind|wurde) (?:leider |nun |jetzt |inzwischen )?"
    r"(?:(?:unser|das|den|unseren) [\w-]{1,20} )?(?:dauerhaft geschlossen|endgultig geschlossen"
    r"|fur immer geschlossen|den betrieb eingestellt|aufgegeben|insolvent)",
    r"\b(?:dieser|der|unser) (?:online ?|web)?shop (?:wurde|ist) (?:leider )?eingestellt",
)
# Said without saying of whom: counts in title or h1, or where nothing is on offer any more.
CLOSING = _any(
    r"\bfermeture definitive|\bdefinitivement ferme|\bcessation d.activite",
    r"\bgeschaftsaufgabe|\bdauerhaft geschlossen|\bendgultig geschlossen",
    r"\bpermanently closed|\bclosed (?:down )?(?:permanently|for good)|\bceased trading",
    r"\bdefinitief gesloten|\bvoorgoed gesloten|\bbedrijfsbeeindiging",
    r"\bopheffing(?:suitverkoop)?\b|\bwegens (?:faillissement|beeindiging|opheffing)",
)
# A sale may be called by the end of a shop long before that.
SELLING = re.compile(r"verkoop|\bsale\b|solde|liquidation|ausverkauf|korting|rabatt|remise|%")
# Where one of these stands, the end is meant.
DEFINITE = re.compile(
    r"definit|voorgoed|gestopt|permanent|for good|cess|endgult|dauerhaft|aufgegeben|failliet"
    r"|opgeheven|insolven|trading|business|shut down|eingestellt|stopgezet|beeindig|opgehouden"
)
# For some days or hours.
FOR_NOW = _any(
    r"\d{1,2}[:.]\d{2}|\b\d{1,2} ?(?:u(?:ur)?|h|uhr|am|pm)\b|\bt/m\b|\btot en met\b",
    r"\b(?:van|from|du|vom|tot|until|till|jusqu.{0,4}|bis(?: zum)?) \d|\buntil\b",
    r"\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|feestdag\w*|vakantie\w*)\b",
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|feries?|conges|vacances|noel)\b",
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|holidays?|christmas|easter)\b",
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|feiertag\w*|urlaub\w*)\b",
    r"\b(?:kerst\w*|pasen|nieuwjaar\w*|betriebsferien|weihnacht\w*|today|vandaag|heute|aujourd)\b",
    r"\b(?:tijdelijk|temporar\w*|temporaire\w*|vorubergehend|currently|bientot|early|soon)\b",
)
# One of several houses, somebody else, or a question.
NOT_THE_SHOP = _any(
    r"\b(?:filia\w+|vestiging\w*|showroom|fysieke|branch\w*|succursale|boutique de"
    r"|magasin de|store in|shop in|winkel in|winkel te|location|geschaft in|ladengeschaft"
    r"|ladenlokal|store at|shop at)\b",
    r"\bonline (?:gaan|blij|blijven|verder|weiter|(?:shop|store) (?:bleibt|lauft|remains|stays))",
    r"\?\s*$|\b(?:if|when|wanneer|indien|falls|wenn|si|lorsque|als|once|zodra) "
    r"(?:we|wij|our|onze|nous|notre|wir|unser|de|the|la|der)\b",
    r"\b(?:concurrent\w*|concurrentie|competitor\w*|mitbewerber|konkurren\w*)\b",
    r"\bclosed (?:the|a|an|\d|(?:our|its|their) (?!doors|web|online|shop\b|store\b|business))",
    r"\b(?:deal|ronde|round|loop|cycle|gap)s?\b",
)

# A catalogue that says of itself that nothing is in it.
EMPTIED = _any(
    r"\b(?:er zijn |momenteel )?(?:nog )?geen (?:producten|artikelen|resultaten)"
    r"(?: \w+){0,2} (?:gevonden|beschikbaar|aanwezig|te koop)",
    r"\ber zijn (?:momenteel |nog )?geen (?:producten|artikelen)\b",
    r"\baucun (?:produit|article)s?(?: \w+){0,2} (?:trouve|disponible|en vente|pour le moment)",
    r"\bil n.y a (?:pas de|aucun) (?:produit|article)s?",
    r"\bno (?:products|items|articles)(?: \w+){0,3} (?:found|available|for sale|to show)",
    r"\bthere are no (?:products|items)\b|\bno products (?:yet|were)",
    r"\bkeine (?:produkte|artikel)(?: \w+){0,2} (?:gefunden|vorhanden|verfugbar)",
    r"\bes gibt (?:derzeit |noch )?keine (?:produkte|artikel)",
)

# Trades that hide in other people's pages.
SPAM = re.compile(
    r"\b(?:viagra|cialis|levitra|casino|kasino|slots?|gacor|togel|judi|poker|betting|bet365|1xbet"
    r"|payday|loans?|kredit|replica|rolex|louis vuitton|essays?|escorts?|porno?|xxx|sex|tramadol"
    r"|steroids?|forex|bitcoin|pharmacy|jackpot|roulette|bandar|sbobet|situs|pinup|mostbet)\b"
)

# Shop software by its traces: generator, addresses of files, names of cookies and headers.
PLATFORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("shopify", ("cdn.shopify.com", "/cdn/shop/", "_shopify_", "x-shopid", "myshopify.com")),
    ("lightspeed", ("webshopapp.com", "lightspeedhq", "shoplightspeed")),
    ("magento", ("/skin/frontend/", "mage/cookies", "/static/version", "x-magento", "/pub/static/",
                 "magento")),
    ("prestashop", ("prestashop", "/themes/classic/assets", "/modules/ps_", "/img/cms/")),
    ("shopware", ("shopware", "/bundles/storefront", "sw-context-token", "/theme/storefront")),
    ("opencart", ("catalog/view/theme", "ocsessid", "opencart")),
    ("ccv", ("ccvshop", "ccv shop", "/ccv/", "cdn.ccv")),
    ("mijnwebwinkel", ("mijnwebwinkel", "myonlinestore")),
    ("jouwweb", ("jouwweb", "webador", "jwwb.nl")),
    ("wix", ("static.wixstatic.com", "parastorage.com", "wix.com website")),
    ("squarespace", ("squarespace",)),
    ("bigcommerce", ("bigcommerce",)),
    ("odoo", ("/web/assets/", "odoo")),
    ("drupal", ("drupal", "/sites/default/files", "/core/misc/")),
    ("joomla", ("joomla", "/media/jui/", "com_virtuemart", "/media/vendor/joomla")),
    ("typo3", ("typo3",)),
    ("salesforce", ("demandware", "dwanonymous")),
    ("epages", ("epages", "/webroot/storetypes/")),
    ("plenty", ("plentymarkets", "plenty-shop", "plentyid")),
    ("oxid", ("/out/flow/", "/out/azure/", "oxid")),
    ("jtl", ("jtl-shop", "jtlshop")),
    ("gambio", ("gambio",)),
    ("nopcommerce", ("nopcommerce", ".nop.")),
    ("oscar", ("django-oscar", "/static/oscar/", "oscar_open_basket")),
    ("webflow", ("webflow",)),
    ("weebly", ("weebly", "editmysite.com")),
    ("ecwid", ("ecwid",)),
    ("wordpress", ("/wp-content/", "/wp-includes/", "wordpress", "woocommerce")),
)  # fmt: skip

# Words in titles and headings that tell nothing of what a site is about.
PLAIN = frozenset(
    ("onze", "welkom", "home", "homepage", "bienvenue", "welcome", "willkommen", "shop", "webshop",
     "online", "winkel", "boutique", "store", "voor", "with", "avec", "pour", "from", "this",
     "deze", "naar", "alle", "meer", "more", "plus", "mehr", "nieuw", "nieuwe", "nouveau", "news",
     "neue", "neues", "your", "votre", "ihre", "unsere", "notre", "best", "beste", "producten",
     "produits", "products", "produkte", "contact", "info", "informatie", "service", "klanten",
     "klantenservice", "populair", "aanbieding", "aanbiedingen", "sale", "solden", "soldes",
     "angebote", "official", "site", "website", "page", "seite", "cookies", "privacy",
     "nieuwsbrief", "newsletter")
)  # fmt: skip

# Words of a trust mark in the alt text, title or file name of its picture, or in its host.
SEAL_WORDS = _any(
    r"keurmerk|waarborg|thuiswinkel|becommerce|webwinkelkeur|safeshops|trustmark|trust[ _-]?mark",
    r"gutesiegel|guetesiegel|trusted[ _-]?shops?|label de (?:qualite|confiance)|\bseal\b|siegel\b",
    r"gecertificeerd|certifie\b|certified (?:shop|store|member)|zertifiziert|ecommerce europe",
    r"marque de confiance|qshops|geschillencommissie|\bcertificaat|\bcertificat\b|zertifikat",
)
# One of these stands in the markup of every page whose pictures ``SEAL_WORDS`` finds.
MARK_STEMS = (
    b"keurmerk", b"waarborg", b"thuiswinkel", b"becommerce", b"webwinkelkeur", b"safeshops",
    b"trust", b"siegel", b"label de", b"label-de", b"label_de", b"seal", b"certif", b"zertifi",
    b"ecommerce", b"marque de", b"qshops", b"geschillen",
)  # fmt: skip
