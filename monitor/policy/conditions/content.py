"""All judges of what a site says and how it is reached, in one table."""

from __future__ import annotations

from monitor.policy.conditions import (
    content_complaints,
    content_former,
    content_identity,
    content_law,
    content_numbers,
    content_offer,
    content_order,
    content_people,
    content_platform,
    content_redress,
    content_rights,
    content_secure,
    content_statements,
    content_terms,
    content_vat,
)
from monitor.policy.judge import Judge

JUDGES: tuple[Judge, ...] = (
    *content_complaints.JUDGES,
    *content_former.JUDGES,
    *content_identity.JUDGES,
    *content_law.JUDGES,
    *content_numbers.JUDGES,
    *content_offer.JUDGES,
    *content_order.JUDGES,
    *content_people.JUDGES,
    *content_platform.JUDGES,
    *content_redress.JUDGES,
    *content_rights.JUDGES,
    *content_secure.JUDGES,
    *content_statements.JUDGES,
    *content_terms.JUDGES,
    *content_vat.JUDGES,
)
