"""``baseline``: the accepted state of a site, and what comes and goes at it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from monitor import bootstrap
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    echo_json,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.policy.drifting.change import Leeway
from monitor.policy.drifting.compare import drift_of, settled
from monitor.policy.drifting.pairing import marked
from monitor.services.drifting import event_json
from monitor.services.once import rfc3339
from monitor.services.rescans import accept_baseline, forget_habits, reject_baseline
from scanners.api import ScanKind
from scanners.drift.evidence import DriftFacts


@click.group()
def baseline() -> None:
    """The accepted state of a site that drift is measured against."""


@baseline.command("show")
@click.argument("site")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def baseline_show(context: Context, site: str, as_json: bool) -> None:
    """Show the accepted and the proposed baseline of SITE."""
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        accepted = store.transact(lambda tx: tx.baseline(found.site_id))
        proposed = store.transact(lambda tx: tx.proposed_baseline(found.site_id))
    document: dict[str, object] = {
        "schema": "keurwacht/baseline@1", "site": found.site_id, "accepted": None, "proposed": None,
    }  # fmt: skip
    rows: list[tuple[object, ...]] = []
    if accepted is not None:
        document["accepted"] = {
            "at": rfc3339(accepted.accepted_at), "by": accepted.accepted_by,
            "sha256": [e.sha256 for e in accepted.evidence],
        }  # fmt: skip
        rows.extend(("accepted", *row) for row in _rows([e.facts for e in accepted.evidence]))
    if proposed is not None:
        evidence, at = proposed
        document["proposed"] = {"at": rfc3339(at), "sha256": [e.sha256 for e in evidence]}
        rows.extend(("proposed", *row) for row in _rows([e.facts for e in evidence]))
    if as_json:
        echo_json(document)
    elif rows:
        table(("", "role", "numbers", "mail", "terms", "sentences"), rows)
    else:
        note("no baseline, and nothing proposed yet: the first drift scan proposes one")


def _rows(facts: Sequence[object]) -> list[tuple[object, ...]]:
    return [
        (role.role, ", ".join(role.numbers), ", ".join(role.emails), ", ".join(role.durations),
         len(role.sentences))
        for one in facts
        if isinstance(one, DriftFacts)
        for role in one.roles
    ]  # fmt: skip


@baseline.command("accept")
@click.argument("site")
@click.option("--by", "by", help="Who accepts; the login name otherwise.")
@click.option("--replace", is_flag=True, help="Forget what was accepted before.")
@click.pass_obj
def baseline_accept(context: Context, site: str, by: str | None, replace: bool) -> None:
    """Add the proposed baseline of SITE to the accepted one, five observations at most."""
    clock = bootstrap.system_clock()
    name = actor() if by is None else name_of(by, "--by")
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        if not store.transact(
            lambda tx: accept_baseline(tx, found, name, clock.now(), replace=replace)
        ):
            raise OperationalError(f"{found.site_id}: nothing is proposed; rescan --only drift")
    note(f"{found.site_id}: baseline accepted by {name}")


@baseline.command("reject")
@click.argument("site")
@click.option("--reason", required=True, help="Why this is not how the shop should be.")
@click.option("--by", "by", help="Who rejects; the login name otherwise.")
@click.pass_obj
def baseline_reject(context: Context, site: str, reason: str, by: str | None) -> None:
    """Drop the proposed baseline of SITE: what it shows stays a change."""
    if not reason.strip():
        raise InputError("--reason: say why, in a few words")
    clock = bootstrap.system_clock()
    name = actor() if by is None else name_of(by, "--by")
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        done = store.transact(
            lambda tx: reject_baseline(tx, found, name, reason.strip(), clock.now())
        )
        if not done:
            raise OperationalError(f"{found.site_id}: nothing is proposed; rescan --only drift")
    note(f"{found.site_id}: baseline rejected by {name}")


@baseline.command("diff")
@click.argument("site")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def baseline_diff(context: Context, site: str, as_json: bool) -> None:
    """Show what changed on SITE since its accepted baseline, word by word."""
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        accepted = store.transact(lambda tx: tx.baseline(found.site_id))
        scan = store.transact(lambda tx: tx.newest_scans(found.site_id)).get(ScanKind.DRIFT)
        memory = store.transact(lambda tx: tx.drift_memory(found.site_id))
    known = () if accepted is None else drift_of(accepted.evidence)
    newest = () if scan is None else drift_of(scan.evidence)
    if not known or not newest:
        missing = "no baseline is accepted" if not known else "the newest look saw nothing"
        raise OperationalError(f"{found.site_id}: {missing}")
    changes = settled(known, newest[0], Leeway(quiet=memory.habits))
    if as_json:
        events = [event_json(c) | {"seen_before": c.key in memory.earlier} for c in changes]
        echo_json({"schema": "keurwacht/baseline-diff@1", "site": found.site_id, "events": events})
    elif changes:
        rows = [
            (c.weight.value, c.kind.value, c.role, 2 if c.key in memory.earlier else 1,
             c.named or marked(c.before, c.after), c.url)
            for c in changes
        ]  # fmt: skip
        table(("severity", "kind", "role", "looks", "what changed", "where"), rows)
    else:
        note(f"{found.site_id}: nothing changed")


@baseline.command("habits")
@click.argument("site")
@click.option("--reset", is_flag=True, help="Forget them: what comes and goes is told again.")
@click.option("--by", "by", help="Who resets; the login name otherwise.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def baseline_habits(
    context: Context, site: str, reset: bool, by: str | None, as_json: bool
) -> None:
    """Show what comes and goes at SITE by habit, and so is told for review only."""
    clock = bootstrap.system_clock()
    name = actor() if by is None else name_of(by, "--by")
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        memory = store.transact(lambda tx: tx.drift_memory(found.site_id))
        if reset:
            store.transact(lambda tx: forget_habits(tx, found, name, clock.now()))
    habits = sorted(memory.habits)
    if as_json:
        rows = [{"feature": one, "times": memory.moves[one]} for one in habits]
        echo_json({"schema": "keurwacht/habits@1", "site": found.site_id, "habits": rows})
    elif habits:
        table(("feature", "times"), [(one, memory.moves[one]) for one in habits])
    else:
        note(f"{found.site_id}: nothing comes and goes by habit")
    if reset:
        note(f"{found.site_id}: {len(memory.moves)} feature(s) forgotten")
