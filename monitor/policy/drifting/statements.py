"""What a shop states about itself: company, address, account, law, rights, payment, prices.

A statement is gone when it stands on no page any more and every page that held it was read
again, or rule AB holds (``View.sure``).  What moved to another page, or is now said in
passing, is not gone.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.names import same_company, same_name
from monitor.policy.drifting.view import View
from scanners.drift.evidence import DriftFacts, Statement

KINDS = frozenset(
    {"company", "named", "address", "iban", "mail", "premium", "wallet", "law", "right"}
    | {"payment", "prices"}
)
HOMES = ("start", "contact", "about")
# On other pages, such as a blog or a product, a number may be somebody else's.
TELLING = frozenset(
    {"start", "contact", "about", "terms", "privacy", "complaints", "returns", "delivery"}
    | {"checkout", "payment", "cart"}
)
# Money sent by these does not come back.
UNPROTECTED = frozenset({"transfer", "cash", "cheque", "crypto", "paysafecard"})
_COURT = "court:"


def statements_changed(view: View) -> list[Change]:
    """Every change of what the shop states."""
    return [
        *_company(view),
        *_address(view),
        *_account(view),
        *_planted(view, "premium", Kind.PREMIUM_NUMBER_ADDED),
        *_planted(view, "wallet", Kind.WALLET_ADDED),
        *_law(view),
        *_rights(view),
        *_payment(view),
        *_prices(view),
    ]


def features(facts: DriftFacts) -> frozenset[str]:
    """``company:bloemen|bv``, ``law:NL``, ``iban:NL00-…``: kind and value of each statement."""
    return frozenset(f"{s.kind}:{s.value}" for s in facts.statements if s.kind in KINDS)


def mail_moved(view: View, role: str) -> bool:
    """Do all mail addresses of a role lie with another domain now, which is not the site's?

    The old domains stand nowhere any more.  That they are surely gone is the caller's to say.
    """
    then, now = _values(view.before, "mail", (role,)), _values(view.after, "mail", (role,))
    came = now - _values(view.before, "mail")
    return bool(then) and not then & _values(view.after, "mail") and bool(came - {"own"})


def _of(facts: DriftFacts, kind: str, roles: Iterable[str] | None = None) -> list[Statement]:
    wanted = None if roles is None else frozenset(roles)
    return [s for s in facts.statements if s.kind == kind and (wanted is None or s.role in wanted)]


def _values(facts: DriftFacts, kind: str, roles: Iterable[str] | None = None) -> frozenset[str]:
    return frozenset(s.value for s in _of(facts, kind, roles))


def _sure(view: View, statement: Statement) -> bool:
    """Was the place of a statement read again?"""
    then = view.old().get(statement.role)
    if then is not None:
        return view.sure(then)
    seen = {s.url for s in view.after.statements}
    return statement.url in seen or statement.url in view.after.gone


def _gone(view: View, kind: str, values: Iterable[str]) -> list[str]:
    """Those of ``values`` whose every place was read again."""
    held = {value: [s for s in _of(view.before, kind) if s.value == value] for value in values}
    return sorted(v for v, places in held.items() if all(_sure(view, s) for s in places))


def _moved(view: View, kind: str) -> tuple[list[str], list[str]]:
    """(values that are gone, values that came), sorted."""
    was, now = _values(view.before, kind), _values(view.after, kind)
    return _gone(view, kind, was - now), sorted(now - was)


def _change(
    view: View, what: tuple[Kind, Weight, str], kind: str, gone: list[str], came: list[str],
    named: str = "",
) -> Change:  # fmt: skip
    """A change with the fragments of both sides and the page where it is seen."""
    before, after = (
        [s for value in values for s in _of(facts, kind) if s.value == value]
        for facts, values in ((view.before, gone), (view.after, came))
    )
    url = next((s.url for s in (*after, *before)), view.after.start_url)
    return Change(
        *what, url, _shown(before, gone), _shown(after, came), named,
        lost=tuple(f"{kind}:{value}" for value in gone),
        came=tuple(f"{kind}:{value}" for value in came),
    )  # fmt: skip


def _shown(statements: list[Statement], values: list[str]) -> str:
    """The words of each value; the value where the site has no words for it."""
    texts = {value: value for value in values}
    texts |= {s.value: s.text for s in reversed(statements) if s.text}
    return "; ".join(dict.fromkeys(texts.values()))


def _company(view: View) -> list[Change]:
    """Another company instead of the one that was named is the worst of all."""
    was, now = _values(view.before, "company"), _values(view.after, "company")
    then_any = was | _values(view.before, "named")
    now_any = now | _values(view.after, "named")
    kept = {value for value in was if any(same_company(value, other) for other in now_any)}
    gone = _gone(view, "company", was - kept)
    came = sorted(v for v in now if not any(same_company(v, other) for other in then_any))
    if not (gone or came):
        return []
    named = ""
    weight = Weight.REVIEW
    if gone and came:
        form = any(same_name(a, b) for a in gone for b in came)
        named = "legal form" if form else ""
        weight = Weight.HIGH if form else Weight.REVIEW if kept else Weight.CRITICAL
    what = (Kind.COMPANY_CHANGED, weight, "identity")
    return [_change(view, what, "company", gone, came, named)]


def _address(view: View) -> list[Change]:
    """A move: no old address left, and another one."""
    everywhere = _values(view.after, "address")
    homes = _values(view.before, "address", HOMES)
    roles = HOMES if homes else None
    was, now = homes or _values(view.before, "address"), _values(view.after, "address", roles)
    gone = _gone(view, "address", was - everywhere)
    came = sorted(now - _values(view.before, "address"))
    if not (gone or came):
        return []
    moved = gone and came and not was & everywhere and len(gone) == len(was)
    weight = Weight.HIGH if moved else Weight.REVIEW
    return [_change(view, (Kind.ADDRESS_CHANGED, weight, "identity"), "address", gone, came)]


def _account(view: View) -> list[Change]:
    """Another bank account instead of the old one."""
    gone, came = _moved(view, "iban")
    if not (gone or came):
        return []
    weight = Weight.CRITICAL if gone and came else Weight.REVIEW
    return [_change(view, (Kind.IBAN_CHANGED, weight, "identity"), "iban", gone, came)]


def _planted(view: View, kind: str, told: Kind) -> list[Change]:
    """A number or wallet that stood nowhere before."""
    known = _values(view.before, kind)
    known |= {phone for facts in view.before.roles for phone in facts.phones}
    found = []
    for value in sorted(_values(view.after, kind) - known):
        roles = sorted(s.role for s in _of(view.after, kind) if s.value == value)
        role = next((r for r in roles if r in TELLING), roles[0])
        weight = Weight.HIGH if role in TELLING else Weight.REVIEW
        found.append(_change(view, (told, weight, role), kind, [], [value]))
    return found


def _law(view: View) -> list[Change]:
    """Another country's law instead of the old one, or none that is known; another court."""
    gone, came = _moved(view, "law")
    found = []
    for court in (False, True):
        lost, new = ([v for v in side if v.startswith(_COURT) is court] for side in (gone, came))
        if not (lost or new):
            continue
        # A clause on the law that went is as bad as another law; a court is also named in passing.
        weight = Weight.HIGH if lost and (new or not court) else Weight.REVIEW
        sides = (", ".join(v.removeprefix(_COURT) for v in side) or "none" for side in (lost, new))
        named = f"{'court' if court else 'law'} {' -> '.join(sides)}"
        what = (Kind.LAW_CHANGED, weight, "terms")
        found.append(_change(view, what, "law", lost, new, named))
    return found


def _rights(view: View) -> list[Change]:
    """Rights that a privacy statement named and none names now.

    Where the statement itself is gone, that is told already.
    """
    if "privacy" not in view.new():
        return []
    gone, _ = _moved(view, "right")
    if not gone:
        return []
    what = (Kind.RIGHT_GONE, Weight.HIGH, "privacy")
    return [_change(view, what, "right", gone, [], ", ".join(gone))]


def _payment(view: View) -> list[Change]:
    """Methods that came and went; when none is left by which money comes back, that is more."""
    gone, came = _moved(view, "payment")
    if not (gone or came):
        return []
    was, now = _values(view.before, "payment"), _values(view.after, "payment")
    bare = bool(now) and now <= UNPROTECTED and bool(set(gone) - UNPROTECTED)
    bare = bare and set(gone) >= was - UNPROTECTED
    weight = Weight.HIGH if bare or _bare_page(view, gone, came) else Weight.REVIEW
    role = next((s.role for s in _of(view.after, "payment") if s.value in came), "start")
    named = ", ".join((*(f"+{m}" for m in came), *(f"-{m}" for m in gone)))
    return [_change(view, (Kind.PAYMENT_CHANGED, weight, role), "payment", gone, came, named)]


def _bare_page(view: View, gone: list[str], came: list[str]) -> bool:
    """Does one page show a new unprotected method in place of all its protected ones?"""
    for role in sorted({s.role for s in _of(view.after, "payment") if s.value in came}):
        was, now = _values(view.before, "payment", (role,)), _values(view.after, "payment", (role,))
        protected = was - UNPROTECTED
        if protected and protected <= set(gone) and now <= UNPROTECTED:
            return True
    return False


def _prices(view: View) -> list[Change]:
    """Prices with VAT that are without now, or the other way, on the same kind of page."""
    found = []
    for way in ("", "shown:"):
        for role in sorted({s.role for s in _of(view.before, "prices")}):
            was, now = (
                {
                    v
                    for v in _values(facts, "prices", (role,))
                    if v.startswith("shown:") is bool(way)
                }
                for facts in (view.before, view.after)
            )
            if len(was) == len(now) == 1 and was != now:
                (old,), (new,) = was, now
                named = f"{old.removeprefix(way)} VAT -> {new.removeprefix(way)} VAT"
                what = (Kind.PRICES_CHANGED, Weight.HIGH, role)
                found.append(_change(view, what, "prices", [old], [new], named))
                break
    return found
