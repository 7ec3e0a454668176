"""The words of payment methods, as patterns on a line of text (tz-7.1a)."""

from __future__ import annotations

from collections.abc import Mapping

# What means a payment method wherever it stands.
CERTAIN: Mapping[str, str] = {
    "bancontact": r"bancontact|mister\s?cash",
    "mastercard": r"master\s?card|eurocard",
    "visa": r"visa[\s\-]?(?:card|kaart|karte|electron|debit|credit)|carte\svisa",
    "vpay": r"v[\s\-]pay|vpay",
    "amex": r"american\s?express|amex",
    "diners": r"diners\s?club",
    "paypal": r"pay\s?pal",
    "klarna": r"klarna",
    "billink": r"billink",
    "riverty": r"riverty|after\s?pay",
    "in3": r"ideal\s?in3|in3\s?betalen|betalen?\sin3",
    "applepay": r"apple\s?pay",
    "googlepay": r"google\s?pay|g\s?pay",
    "samsungpay": r"samsung\s?pay",
    "amazonpay": r"amazon\s?pay(?:ments)?",
    "shoppay": r"shop\s?pay",
    "payconiq": r"payconiq",
    "giropay": r"giropay|paydirekt",
    "sofort": r"sofort[\s\-]?(?:[üu]e?berweisung|banking|bank|pay)|directe?\s?banking",
    "eps": r"eps[\s\-][üu]e?berweisung",
    "kbc": r"kbc[\s/\-]?(?:cbc|betaal\w{0,12}|payment\sbutton|online)",
    "belfius": r"belfius[\s\-](?:direct|pay|betaal)\w{0,12}",
    "ing": r"ing\s?home['’\s]?pay",
    "postfinance": r"post\s?finance",
    "twint": r"twint",
    "paysafecard": r"paysafe\s?card",
    "cartes_bancaires": r"cartes?\sbancaires?|carte\sbleue",
    "credit_card": r"pay(?:ment)?\s(?:\w{1,10}\s)?by\scard|paiement\spar\scarte"
    r"|credit\s?-?(?:card|kaart|karte)s?(?:en)?|kredietkaart(?:en)?|kreditkarten?"
    r"|cartes?\sde\s(?:cr[ée]dit|d[ée]bit)|debit\s?-?(?:card|karte|kaart)s?|pinnen|pinpas"
    r"|betaalkaart(?:en)?|bankkaart(?:en)?|ec-karte|girocard",
    "sepa": r"sepa(?:[\s\-]\w{1,20})?|automatische\sincasso|domicili[ëe]ring"
    r"|domiciliation\sbancaire|pr[ée]l[èe]vement\s(?:automatique|bancaire)|lastschrift(?:verfahren)?|direct\sdebit"
    r"|bankeinzug",
    "transfer": r"(?:bank|giro)?-?(?:overschrijving|overboeking)(?:en)?|virements?(?:\sbancaires?)?"
    r"|(?:bank|wire|credit)\stransfers?|bank[üu]berweisung|vorkasse|vorauskasse"
    r"|betaalopdracht|vooraf\sovermaken|mandat\sadministratif",
    "invoice": r"op\s(?:rekening|factuur)\s(?:te\s)?(?:kopen|betalen|bestellen|koopt|bestelt)"
    r"|(?:betalen|betaling|betaal|kopen|koop|bestellen|bestel)\s(?:\w{1,10}\s)?op\s"
    r"(?:rekening|factuur)|achteraf\sbetal\w{2,3}|betal\w{2,3}\sachteraf|(?:kauf|zahlung)"
    r"\s(?:auf|per|gegen)\srechnung|rechnungskauf|pay(?:ment)?\s(?:by|on|upon|against)\sinvoice"
    r"|paiement\s(?:sur|[àa]\sr[ée]ception\sde|par)\s(?:la\s)?facture|paiement\s(?:diff[ée]r[ée]"
    r"|[àa]\s30\sjours)|(?:buy|order|pay)\son\s(?:(?:an?|your|credit|trade)\s)?account(?!\sof)"
    r"|(?:\d{1,2}[\s\-]days?\s)(?:credit\s)?account|(?:account|credit)\sterms(?=\s?[,.;:]|\s(?:of|for|to)\s\d)|paiement\spar\smandat",
    "cash_on_delivery": r"(?:onder|per|met|via)\srembours|rembourszending"
    r"|rembours(?=\s?(?:[,;.:]|$))|contre[\s\-]remboursement|cash\son\sdelivery|(?:per|gegen|auf)\snachnahme|nachnahme\w{0,10}"
    r"|pay(?:ment)?\son\sdelivery|paiement\s[àa]\sla\slivraison|betalen\sbij\s(?:af)?levering",
    "cash": r"contante?\sbetaling|contant\s(?:betalen|geld|afrekenen)|betalen?\scontant|barzahlung"
    r"|bar\s(?:be)?zahlen|paiement\sen\sesp[èe]ces|en\sesp[èe]ces|cash\spayments?|pay\s(?:in\s)?cash",
    "cheque": r"ch[èe]ques?\sbancaires?|par\sch[èe]ques?|by\s(?:cheque|check)"
    r"|(?:maaltijd|eco)cheques?",
}  # fmt: skip
# What means one only in company.
AMBIGUOUS: Mapping[str, str] = {
    "ideal": r"ideal(?!\s(?:for|gift|way|choice|pour|als|f[üu]r|zum|solution|partner|as|to|size))",
    "visa": r"visa",
    "wero": r"wero",
    "maestro": r"maestro",
    "in3": r"in3",
    "sofort": r"sofort(?!\s?(?:lieferbar|verf[üu]gbar|versand|ab|kauf|bestell|download))",
    "eps": r"eps",
    "kbc": r"kbc|cbc",
    "belfius": r"belfius",
    "ing": r"ing\spay",
    "cartes_bancaires": r"cb",
    "oney": r"oney",
    "alma": r"alma",
    "scalapay": r"scalapay",
    "invoice": r"(?:op|per|na)\s(?:rekening|factuur)(?!\s?(?:van|nummer|nr|courant|[a-z]{2}\d))"
    r"|(?:sur|[àa]\sr[ée]ception\sde)\sfacture|(?:auf|per|gegen)\srechnung(?!\s(?:de[rs]|von))"
    r"|(?:on|by|per)\sinvoice|invoice",
    "transfer": r"[üu]berweisung(?:en)?|overmaken|overgemaakt|transfer",
    "cash": r"contant|cash|bar(?=\s(?:oder|bei|im|in\sder))|esp[èe]ces",
    "cheque": r"ch[èe]ques?|checks?",
    "card": r"pin|cartes?|kaart|karte",
}  # fmt: skip

# One of these stands in every match of those: a word is found faster than a pattern.
SIGNS = (
    "ideal", "visa", "wero", "maestro", "in3", "sofort", "eps", "kbc", "cb", "belfius", "pay",
    "oney", "alma", "rekening", "factu", "rechnung", "invoice", "berweisung", "overma", "overgem",
    "transfer", "contant", "cash", "bar", "esp", "cheque", "chèque", "check",
)  # fmt: skip
