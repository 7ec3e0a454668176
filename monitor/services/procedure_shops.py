"""Several shops of one member: each added and ended by itself (ww-2.x, ww-4.x)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.domain.member import Member
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.domain.site import Site
from monitor.services.members import put_site
from monitor.services.procedures import Procedures
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx


def add_shop(
    tx: Tx,
    procedures: Procedures,
    account: Member,
    site: Site,
    label_id: str,
    number: str,
    by: str,
    now: datetime,
) -> Procedure:
    """Another shop of the same company: put on file, with an application of its own.

    ``number`` is the register number the shop states (KvK or KBO).  RequestError
    when it is not the account's: another legal entity needs its own account
    (ww-4.3).  No seal before the decision (ww-4.1).
    """
    own = [known for known in (account.kvk, account.kbo) if known]
    if not own:
        raise RequestError(f"{account.member_id} has no register number on file to compare with")
    plain = "".join(c for c in number if c.isdigit())
    if plain not in own:
        raise RequestError(
            f"{number!r} is not the register number of {account.member_id}:"
            " another company needs an account of its own"
        )
    known = tx.site(site.site_id)
    if known is not None and known.member_id != account.member_id:
        raise RequestError(f"{site.site_id} is on file as a shop of {known.member_id}")
    shop = known or replace(site, member_id=account.member_id)
    if known is None:
        put_site(tx, shop, account, procedures.casework.catalogue, by, now)
    data = {"added_to": account.member_id}
    return procedures.open(tx, ProcedureKind.APPLICATION, shop, label_id, by, now, data)


def end_shop(
    tx: Tx,
    procedures: Procedures,
    site: Site,
    label_id: str | None,
    by: str,
    now: datetime,
    *,
    paid_until: str = "",
    on: str = "",
) -> tuple[Procedure, ...]:
    """End the label on this shop alone; of all its labels when none is named.

    The member's other shops stay as they are (ww-2.6).
    """
    held = [
        c.label_id for c in site.certifications if c.standing.value in ("certified", "suspended")
    ]
    wanted = held if label_id is None else [label_id]
    if not wanted:
        raise RequestError(f"{site.site_id} holds no label that could end")
    data = {name: value for name, value in (("paid_until", paid_until), ("on", on)) if value}
    return tuple(
        procedures.open(tx, ProcedureKind.ENDING, site, name, by, now, data) for name in wanted
    )
