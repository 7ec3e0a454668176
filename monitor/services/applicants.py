"""Of a site that only applies for a label, staff alone hear (tz-0.5)."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.domain.site import Site, Standing


def only_applies(site: Site, label_ids: Iterable[str]) -> bool:
    """Is the site an applicant for every one of those labels that it has to do with?"""
    names = set(label_ids)
    standings = {c.standing for c in site.certifications if c.label_id in names}
    return standings == {Standing.APPLICANT}
