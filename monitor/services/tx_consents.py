"""What a transaction offers about consent to scans, proof of control, kill switches, orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.domain.consent import Consent, Control, KillSwitch, Level


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """Somebody wants the next OWASP scan of a site to be that hard, by that engine.

    ``engine`` "" is the one that is set up.  ``planned``: by the plan, not by a person.
    """

    site_id: str
    level: Level
    engine: str
    by: str
    at: datetime
    planned: bool = False


class ConsentTx(Protocol):
    """Who allowed what, and what is stopped."""

    def add_consent(self, consent: Consent) -> int:
        """Keep a new consent; returns its number."""
        ...

    def consents(self, site_id: str | None = None, *, ended: bool = False) -> Sequence[Consent]:
        """Consents that nobody withdrew, newest first; ``ended``: the withdrawn as well."""
        ...

    def revoke_consent(self, number: int, at: datetime, by: str) -> None:
        """It holds no longer."""
        ...

    def put_control(self, control: Control) -> None:
        """Insert or replace by site."""
        ...

    def control(self, site_id: str) -> Control | None:
        """What is known of the site's control; None when no token was ever made."""
        ...

    def controls(self) -> Mapping[str, Control]:
        """All of them, by site id."""
        ...

    def put_switch(self, switch: KillSwitch) -> bool:
        """Turn it on; False when it was on (what is on file stays)."""
        ...

    def drop_switch(self, member_id: str) -> bool:
        """Turn it off; False when it was off."""
        ...

    def switches(self) -> Sequence[KillSwitch]:
        """Those that are on; the one for everybody first."""
        ...

    def put_order(self, order: ScanOrder) -> None:
        """Insert or replace by site; a person's is not replaced by the plan's."""
        ...

    def order(self, site_id: str) -> ScanOrder | None:
        """What is ordered for the site."""
        ...

    def drop_order(self, site_id: str) -> None:
        """It was carried out, or will not be."""
        ...

    def put_progress(self, site_id: str, at: datetime, progress: Mapping[str, object]) -> None:
        """How far the running OWASP scan of the site has come."""
        ...

    def progress(self, site_id: str) -> tuple[datetime, Mapping[str, object]] | None:
        """When that was last told, and what; None when no scan runs that tells."""
        ...

    def drop_progress(self, site_id: str) -> None:
        """The scan ended."""
        ...
