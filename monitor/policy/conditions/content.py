"""All judges of what a site says and how it is reached, in one table."""

from __future__ import annotations

from monitor.policy.conditions import (
    content_complaints,
    content_identity,
    content_numbers,
    content_secure,
    content_statements,
    content_vat,
)
from monitor.policy.judge import Judge

JUDGES: tuple[Judge, ...] = (
    *content_identity.JUDGES,
    *content_numbers.JUDGES,
    *content_vat.JUDGES,
    *content_complaints.JUDGES,
    *content_statements.JUDGES,
    *content_secure.JUDGES,
)
