"""Every judge by name: what ``judge.uses`` in a label file may say."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.policy.conditions import (
    content,
    drift,
    mail,
    owasp,
    seal,
    seal_link,
    seal_variant,
    tls,
)
from monitor.policy.judge import Judge

JUDGES: Mapping[str, Judge] = {
    judge.name: judge
    for module in (content, drift, mail, owasp, seal, seal_link, seal_variant, tls)
    for judge in module.JUDGES
}
