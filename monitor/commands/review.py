"""``review``: what waits for a reviewer, what was seen, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import (
    actor,
    application_of,
    catalogue_of,
    echo_json,
    logs_on_stderr,
    name_of,
    note,
    open_store,
    plain,
    settings_of,
    site_of,
    table,
)
from monitor.domain.finding import EvidenceRef
from monitor.domain.review import DECISIONS, Review, ReviewRole
from monitor.domain.waiver import Waiver
from monitor.services.once import rfc3339
from monitor.services.records import CurrentFinding
from monitor.services.rescans import RequestError
from monitor.services.reviews import Decision, Dossier, Wanted, dossier, waiting
from monitor.services.reviews import decide as pin
from monitor.services.tx import Tx
from scanners.api import clip

FRAGMENT_SHOWN = 4_000
SUMMARY_SHOWN = 300


@click.group()
def review() -> None:
    """What waits for a person, and what people decided."""


@review.command("list")
@click.option("--site", "site", help="Only this site (id, URL or host).")
@click.option("--label", "label", help="Only this label.")
@click.option("--condition", "condition", help="Only this condition.")
@click.option("--first", is_flag=True, help="What was never reviewed as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def review_list(
    context: Context,
    site: str | None,
    label: str | None,
    condition: str | None,
    first: bool,
    as_json: bool,
) -> None:
    """List what waits for a reviewer, oldest first."""
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    if label is not None and label not in catalogue.labels:
        raise InputError(f"unknown label {label!r}; known: {', '.join(sorted(catalogue.labels))}")
    now = bootstrap.system_clock().now()
    with open_store(settings) as store:

        def read(tx: Tx) -> Sequence[CurrentFinding]:
            site_id = None if site is None else site_of(tx, site).site_id
            return waiting(tx, catalogue, Wanted(label, site_id, condition, first))

        rows = store.transact(read)
    if as_json:
        echo_json(
            {"schema": "keurwacht/reviews@1", "waiting": [_waiting_json(row, now) for row in rows]}
        )
        return
    table(
        ("site", "label", "condition", "since", "age", "outcome", "what was seen"),
        [
            (r.site_id, r.label_id, r.condition_id, r.first_at.date().isoformat(),
             f"{(now - r.first_at).days} d", r.outcome, _seen(r))
            for r in rows
        ],
    )  # fmt: skip


@review.command("show")
@click.argument("site")
@click.argument("condition")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def review_show(context: Context, site: str, condition: str, as_json: bool) -> None:
    """Show what was seen of CONDITION on SITE, and what was decided before."""
    settings = settings_of(context)
    application = application_of(settings)
    now = bootstrap.system_clock().now()
    with open_store(settings) as store:

        def read(tx: Tx) -> Dossier:
            try:
                return dossier(tx, application, site_of(tx, site), condition, now)
            except RequestError as error:
                raise InputError(str(error)) from error

        found = store.transact(read)
    echo_json(_dossier_json(found)) if as_json else _show(found)


@review.command("decide")
@click.argument("site")
@click.argument("condition")
@click.option("--finding", required=True, type=click.Choice(sorted(DECISIONS)), help="Your word.")
@click.option("--reason", required=True, help="Why, for whoever asks later.")
@click.option("--by", "by", help="Who decides; the login name otherwise.")
@click.option(
    "--role", default=ReviewRole.REVIEWER.value, show_default=True,
    type=click.Choice([role.value for role in ReviewRole]), help="In which role.",
)  # fmt: skip
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Good through this day; a year from now at most, and by default.",
)  # fmt: skip
@click.option(
    "--fragment", default="", metavar="F",
    help="Refuse when it is no longer the fragment that `review show` named.",
)  # fmt: skip
@click.pass_obj
def review_decide(
    context: Context,
    site: str,
    condition: str,
    finding: str,
    reason: str,
    by: str | None,
    role: str,
    until: datetime | None,
    fragment: str,
) -> None:
    """Decide on CONDITION of SITE as it stands now.

    The decision holds until what was judged changes, a year at most.
    """
    settings = settings_of(context)
    application = application_of(settings)
    decision = Decision(
        finding=DECISIONS[finding],
        role=ReviewRole(role),
        reviewer=actor() if by is None else name_of(by, "--by"),
        reason=reason,
        until=None if until is None else until.date(),
        shown=fragment,
    )
    with open_store(settings) as store:
        now = store.clock.now()

        def work(tx: Tx) -> Review:
            try:
                return pin(tx, application, site_of(tx, site), condition, decision, now)
            except RequestError as error:
                raise InputError(str(error)) from error

        with logs_on_stderr():
            made = store.transact(work)
    note(
        f"{made.site_id}: {condition} is {made.decision.value} until {made.until},"
        " or until what was judged changes"
    )


def _seen(row: CurrentFinding) -> str:
    return clip(f"{row.summary} {row.note}".strip(), SUMMARY_SHOWN)


def _waiting_json(row: CurrentFinding, now: datetime) -> dict[str, object]:
    return {
        "site": row.site_id,
        "label": row.label_id,
        "condition": row.condition_id,
        "finding": row.finding.value,
        "outcome": row.outcome,
        "candidate": row.waits,
        "summary": _seen(row),
        "since": rfc3339(row.first_at),
        "last_look": rfc3339(row.last_at),
        "age_seconds": max(int((now - row.first_at).total_seconds()), 0),
    }


def _dossier_json(found: Dossier) -> dict[str, object]:
    trace = found.condition.trace
    machine = found.finding
    return {
        "schema": "keurwacht/review@1",
        "site": found.site.site_id,
        "url": found.site.url,
        "condition": found.condition.condition_id,
        "class": found.condition.condition_class.value,
        "statement": dict(found.condition.statement),
        "trace": {
            "document": trace.document, "section": trace.section, "item": trace.item,
            "part": trace.part, "framework": found.label.framework_version,
        },
        "seen": {
            "finding": machine.finding.value,
            "candidate": machine.candidate,
            "outcome": machine.outcome,
            "summary": clip(machine.summary),
            "note": clip(machine.note),
            "evidence": [_evidence_json(ref) for ref in machine.evidence],
        },
        "fragment": found.fingerprint,
        "fragment_text": clip(found.fragment, FRAGMENT_SHOWN),
        "standing": [
            {
                "label": row.label_id, "finding": row.finding.value, "candidate": row.waits,
                "decided_by": row.decided_by, "summary": _seen(row),
                "since": rfc3339(row.first_at), "last_look": rfc3339(row.last_at),
            }
            for row in found.rows
        ],
        "decisions": [_decision_json(one) for one in found.decisions],
        "waiver": None if found.waiver is None else waiver_json(found.waiver),
    }  # fmt: skip


def _evidence_json(ref: EvidenceRef) -> dict[str, object]:
    return {
        "kind": ref.kind,
        "source_url": ref.source_url,
        "seen_at": rfc3339(ref.seen_at),
        "excerpt": clip(ref.excerpt),
        "sha256": ref.sha256,
    }


def _decision_json(one: Review) -> dict[str, object]:
    return {
        "decision": one.decision.value,
        "outcome": one.outcome,
        "role": one.role.value,
        "by": one.reviewer,
        "reason": one.reason,
        "at": rfc3339(one.at),
        "until": one.until.isoformat(),
        "fragment": one.fingerprint,
        "summary": clip(one.summary),
    }


def waiver_json(one: Waiver) -> dict[str, object]:
    """One exception as a document."""
    return {
        "site": one.site_id,
        "condition": one.condition_id,
        "owner": one.owner,
        "reason": one.reason,
        "from": one.starts.isoformat(),
        "until": one.until.isoformat(),
        "recorded_by": one.recorded_by,
        "recorded_at": rfc3339(one.recorded_at),
        "ended_at": None if one.ended_at is None else rfc3339(one.ended_at),
        "ended_by": one.ended_by,
    }


def _show(found: Dossier) -> None:
    machine, trace = found.finding, found.condition.trace
    suspicion = " (a suspicion)" if machine.candidate else ""
    lines = [
        f"{found.condition.condition_id} on {found.site.url}",
        f"statement  {found.label.text(found.condition.statement, 'en')}",
        f"source     {trace.document}: {trace.clause} ({found.label.framework_version})",
        f"seen       {machine.finding.value}{suspicion}: {machine.outcome}",
        f"           {clip(f'{machine.summary} {machine.note}')}",
        f"fragment   {found.fingerprint}",
    ]
    if found.fragment:
        lines.append(f"text       {clip(found.fragment, FRAGMENT_SHOWN)}")
    lines += [
        f"evidence   {clip(ref.source_url)} {rfc3339(ref.seen_at)}: {clip(ref.excerpt)}"
        for ref in machine.evidence
    ]
    lines += [
        f"stands     {row.label_id}: {row.finding.value}{' (waits)' if row.waits else ''}"
        f" since {row.first_at.date()}"
        for row in found.rows
    ]
    if found.waiver is not None:
        one = found.waiver
        lines.append(f"waiver     until {one.until} by {one.owner}: {one.reason}")
    for line in lines:
        click.echo(plain(line))
    if found.decisions:
        table(
            ("decided", "by", "role", "finding", "until", "on", "reason"),
            [
                (d.at.date(), d.reviewer, d.role.value, d.decision.value, d.until,
                 d.fingerprint[:12], d.reason)
                for d in found.decisions
            ],
        )  # fmt: skip
