"""Ordering, payment and delivery as far as pages tell (tz-6.*, tz-7.*, tz-8.*): the judges."""

from __future__ import annotations

from monitor.policy.conditions.content_order_checkout import (
    OverviewSeen,
    PlaceSeen,
    StepsSeen,
    delivery_place,
    order_overview,
    order_steps,
)
from monitor.policy.conditions.content_order_payment import (
    CostsSeen,
    MethodsSeen,
    PrepaymentSeen,
    payment_costs,
    payment_methods,
    prepayment_told,
)
from monitor.policy.conditions.content_order_time import SHARE_MIN, TimeSeen, delivery_time
from monitor.policy.conditions.content_seen import VALUES
from monitor.policy.judge import Judge, Param
from scanners.api import ScanKind

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.order_steps",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=StepsSeen,
        run=order_steps,
        values=VALUES,
        help="The checkout shows clear steps; nothing is ordered to see them.",
    ),
    Judge(
        name="content.order_overview",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=OverviewSeen,
        run=order_overview,
        values=VALUES,
        help="An overview with items, total, address and a way to correct comes before the order.",
    ),
    Judge(
        name="content.payment_methods",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=MethodsSeen,
        run=payment_methods,
        values=(*VALUES, "methods", "costs"),
        help="At least one payment method is named in words or by its logo.",
    ),
    Judge(
        name="content.payment_costs",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=CostsSeen,
        run=payment_costs,
        values=(*VALUES, "methods", "costs"),
        help="It is told whether ways of paying cost extra.",
    ),
    Judge(
        name="content.prepayment_told",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=PrepaymentSeen,
        run=prepayment_told,
        values=(*VALUES, "methods", "costs"),
        help="Payment in advance is announced before ordering.",
    ),
    Judge(
        name="content.delivery_place",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=PlaceSeen,
        run=delivery_place,
        values=VALUES,
        help="Ordering asks or says where the order is delivered.",
    ),
    Judge(
        name="content.delivery_time",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=TimeSeen,
        run=delivery_time,
        params={
            "delivery_time_share": Param(
                "float", SHARE_MIN, "share of sampled products that name a time"
            ),
        },
        values=VALUES,
        help="The time of delivery is told on products, in the cart or on the delivery page.",
    ),
)
