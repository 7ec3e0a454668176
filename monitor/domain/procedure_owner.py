"""A shop changes hands (ww-5.1 to ww-5.4): checked by people, then another member's shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    Calendar,
    Effect,
    EffectKind,
    Event,
    Machine,
    Moved,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    Step,
    day_of,
    local_day,
    to,
)

OPEN, VALIDATED = "open", "validated"
TRANSFERRED, DISMISSED = "transferred", "dismissed"
SENDER, DATA, DOMAIN = "sender_verified", "data_changed", "domain_transferred"
CHECKLIST = (SENDER, DATA, DOMAIN)
MAIL, SITE_CODE, DNS_CODE = "mail", "site_code", "dns_code"
METHODS = (MAIL, SITE_CODE, DNS_CODE)
TO, SINCE = "to", "since"


def _start(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """Opened by staff, or by a finding; the owner of today is not accused of anything."""
    said = event.data.get("why", "") or "A change of owner was reported."
    # The code is what the new owner puts on the site or in its DNS where a mail proves too little.
    given = {name: event.data.get(name, "") for name in ("case", "code", "domain")}
    moved = procedure.noted(why=said, **given)
    return replace(moved, state=OPEN), (
        Effect(EffectKind.TASK, summary=f"{said} Please check it."),
    )


def _sender(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """The mail came from the shop, or a code was placed on the site or in its DNS (ww-5.3).

    A mail proves it only when its domain is the shop's and SPF or DKIM passed for it:
    anybody can write any sender.
    """
    method = event.data.get("method", "")
    if method not in METHODS:
        raise NotPossibleError(f"method {method!r} is not one of {', '.join(METHODS)}")
    if method == MAIL:
        domain = event.data.get("domain", "").casefold().rstrip(".")
        shop = procedure.parts.get("domain", "").casefold()
        if not domain or not shop or not _same_domain(domain, shop):
            raise NotPossibleError(
                f"the sender's domain ({domain or 'not said'}) is not the shop's"
                f" ({shop or 'not known'}); use a code: method=site_code or method=dns_code"
            )
        if "pass" not in (event.data.get("spf"), event.data.get("dkim")):
            raise NotPossibleError("a mail proves nothing unless spf=pass or dkim=pass")
    return procedure.noted(**{SENDER: method}), ()


def _same_domain(sender: str, shop: str) -> bool:
    """Equal, but for the shop's www."""
    return shop in (sender, f"www.{sender}")


def _checked(name: str) -> Step:
    def step(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
        return procedure.noted(**{name: event.data.get("note", "") or "yes"}), ()

    return step


def _validated(procedure: Procedure, event: Event, at: datetime, _calendar: Calendar) -> Moved:
    missing = [name for name in CHECKLIST if not procedure.parts.get(name)]
    if missing:
        raise NotPossibleError(f"not checked yet: {', '.join(missing)}")
    member = event.data.get(TO, "")
    if not member:
        raise NotPossibleError("say whose it is from now on: to=MEMBER")
    if member == procedure.member_id:
        raise NotPossibleError(f"{member} is the owner already")
    since = event.data.get(SINCE, "")
    day = day_of(since, SINCE) if since else local_day(at, procedure.country)
    moved = procedure.noted(**{TO: member, SINCE: day.isoformat()})
    return _transfer(replace(moved, state=VALIDATED), at)


def _transfer(procedure: Procedure, at: datetime) -> Moved:
    """On its day the shop goes over; before that it waits."""
    day = day_of(procedure.parts[SINCE], SINCE)
    if local_day(at, procedure.country) < day:
        return procedure, ()
    return replace(procedure, state=TRANSFERRED), (
        Effect(EffectKind.TRANSFER, day=day, target=procedure.parts[TO]),
        Effect(EffectKind.EVALUATE, summary="Another owner: everything is looked at anew."),
        Effect(EffectKind.MAIL, "welcome", day=day),
    )


def _elapse(procedure: Procedure, _event: Event, at: datetime, _calendar: Calendar) -> Moved:
    return _transfer(procedure, at) if procedure.state == VALIDATED else (procedure, ())


OWNER_CHANGE = Machine(
    kind=ProcedureKind.OWNER_CHANGE,
    initial=OPEN,
    steps={
        (OPEN, SENDER): _sender,
        (OPEN, DATA): _checked(DATA),
        (OPEN, DOMAIN): _checked(DOMAIN),
        (OPEN, VALIDATED): _validated,
        (OPEN, DISMISSED): to(DISMISSED),
        (VALIDATED, DISMISSED): to(DISMISSED),
    },
    finals=frozenset({TRANSFERRED, DISMISSED}),
    start=_start,
    elapse=_elapse,
    roles={SENDER: Role.STAFF, VALIDATED: Role.STAFF, DISMISSED: Role.STAFF},
)
