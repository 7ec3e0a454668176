"""The offer: prices and VAT, descriptions, contracts with a term, extra costs (tz-5.*, bc-1.2)."""

from __future__ import annotations

from monitor.policy.conditions.content_offer_contract import ContractSeen, contract_term
from monitor.policy.conditions.content_offer_drawn import PARAMS as DRAWN
from monitor.policy.conditions.content_offer_drawn import ProminenceSeen
from monitor.policy.conditions.content_offer_pages import PRODUCT_SAMPLE_MIN
from monitor.policy.conditions.content_offer_pair import (
    BothSeen,
    both_prices,
    price_prominence,
)
from monitor.policy.conditions.content_offer_prices import (
    InclusiveSeen,
    PriceVatSeen,
    price_includes_vat,
    price_vat,
)
from monitor.policy.conditions.content_offer_texts import (
    DESCRIPTION_MIN_CHARS,
    CostsSeen,
    DescribedSeen,
    extra_costs,
    offer_described,
)
from monitor.policy.conditions.content_seen import VALUES
from monitor.policy.judge import Judge, Param
from scanners.api import ScanKind

_SAMPLE = {
    "product_sample_min": Param("int", PRODUCT_SAMPLE_MIN, "product pages that are looked at")
}
_KINDS = (ScanKind.CONTENT,)

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.price_vat",
        version=1,
        kinds=_KINDS,
        outcomes=PriceVatSeen,
        run=price_vat,
        params=_SAMPLE,
        values=VALUES,
        help="At the price it is told whether VAT is included.",
    ),
    Judge(
        name="content.both_prices",
        version=1,
        kinds=_KINDS,
        outcomes=BothSeen,
        run=both_prices,
        params=_SAMPLE,
        values=VALUES,
        help="The price with and the price without VAT are both shown at the product.",
    ),
    Judge(
        name="content.price_prominence",
        version=1,
        kinds=_KINDS,
        outcomes=ProminenceSeen,
        run=price_prominence,
        params=DRAWN,
        values=VALUES,
        measures=("styles",),
        help="The price without VAT is no more prominent than the one with VAT.",
    ),
    Judge(
        name="content.price_includes_vat",
        version=1,
        kinds=_KINDS,
        outcomes=InclusiveSeen,
        run=price_includes_vat,
        values=VALUES,
        help="Prices shown to consumers include VAT.",
    ),
    Judge(
        name="content.offer_described",
        version=1,
        kinds=_KINDS,
        outcomes=DescribedSeen,
        run=offer_described,
        params={
            **_SAMPLE,
            "description_min_chars": Param(
                "int", DESCRIPTION_MIN_CHARS, "a description has this many"
            ),
        },
        values=VALUES,
        help="Product pages describe the product well enough to judge it.",
    ),
    Judge(
        name="content.contract_term",
        version=1,
        kinds=_KINDS,
        outcomes=ContractSeen,
        run=contract_term,
        values=VALUES,
        help="Length, renewal and ending of a contract are told before it is made.",
    ),
    Judge(
        name="content.extra_costs",
        version=1,
        kinds=_KINDS,
        outcomes=CostsSeen,
        run=extra_costs,
        values=VALUES,
        help="Costs beside the price are told before ordering begins.",
    ),
)
