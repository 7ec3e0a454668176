"""``attest`` and ``attestations``: documents and answers with the role that decides."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import (
    catalogue_of,
    echo_json,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.domain.attestation import Attestation, AttestationState, Role
from monitor.services.attestations import Shown, shown
from monitor.services.attestations import attest as record
from monitor.services.once import rfc3339
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx

DOCUMENT_MAX_BYTES = 20_000_000
_ROLES = click.Choice([role.value for role in Role])
_SAID = {
    AttestationState.ACCEPTED: "attested until",
    AttestationState.REJECTED: "rejected; it was until",
    AttestationState.UNDER_REVIEW: "handed in, to be decided; it would be until",
}


@click.command()
@click.argument("site")
@click.argument("condition")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Good through this day; needed to accept.",
)
@click.option("--by", "by", required=True, help="Who decided, by name.")
@click.option("--role", type=_ROLES, help="As whom; the label file says who may decide.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in AttestationState]),
    default=AttestationState.ACCEPTED.value,
    show_default=True,
    help="Handed in and waiting, accepted or rejected.",
)
@click.option(
    "--dated", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The day on the document; some may not be older than the label file says.",
)  # fmt: skip
@click.option("--note", "why", default="", help="Why it was decided so.")
@click.option(
    "--file", "document", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The document, kept as evidence.",
)  # fmt: skip
@click.pass_obj
def attest(
    context: Context,
    site: str,
    condition: str,
    until: datetime | None,
    by: str,
    role: str | None,
    state: str,
    dated: datetime | None,
    why: str,
    document: Path | None,
) -> None:
    """Record a document or answer for CONDITION of SITE, good through a day."""
    by = name_of(by, "--by")
    stated = AttestationState(state)
    if until is None and stated is AttestationState.ACCEPTED:
        raise click.UsageError("Missing option '--until'.")
    if not why.isprintable():
        raise InputError("--note must be one line of text")
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    body = None if document is None else document_of(document)
    clock = bootstrap.system_clock()
    with open_store(settings) as store:

        def work(tx: Tx) -> tuple[str, date]:
            found = site_of(tx, site)
            try:
                made = record(
                    tx, found, condition, None if until is None else until.date(), by,
                    body, catalogue, clock.now(), role=None if role is None else Role(role),
                    state=stated, note=why, dated=None if dated is None else dated.date(),
                )  # fmt: skip
            except RequestError as error:
                raise InputError(str(error)) from error
            return found.site_id, made.until

        site_id, last_day = store.transact(work)
        note(f"{site_id}: {condition} {_SAID[stated]} {last_day}")


@click.group()
def attestations() -> None:
    """Documents and answers on file."""


@attestations.command("list")
@click.argument("site", required=False)
@click.option("--role", type=_ROLES, help="Who looks: confidential ones show to their role only.")
@click.option("--state", "wanted", help="Only those in this state, such as missing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def attestations_list(
    context: Context, site: str | None, role: str | None, wanted: str | None, as_json: bool
) -> None:
    """List what is on file for SITE, or for every site."""
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    looking = None if role is None else Role(role)
    states = ("missing", "on_file", *AttestationState)
    if wanted is not None and wanted not in states:
        raise InputError(f"unknown state {wanted!r}; known: {', '.join(states)}")
    with open_store(settings) as store:

        def work(tx: Tx) -> list[Shown]:
            sites = tx.sites() if site is None else [site_of(tx, site)]
            return [one for each in sites for one in shown(tx, each, catalogue, looking)]

        rows = [one for one in store.transact(work) if wanted in (None, one.state)]
    if as_json:
        echo_json({"schema": "keurwacht/attestations@1", "attestations": [_json(r) for r in rows]})
        return
    table(
        ("site", "condition", "document", "state", "until", "decided by"),
        [
            (one.site_id, one.condition_id, one.kind, one.state, _until(one),
             ", ".join(one.decided_by))
            for one in rows
        ],
    )  # fmt: skip


@attestations.command("show")
@click.argument("site")
@click.argument("condition")
@click.option("--role", type=_ROLES, help="Who looks: confidential ones show to their role only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def attestations_show(
    context: Context, site: str, condition: str, role: str | None, as_json: bool
) -> None:
    """Show what is on file for CONDITION of SITE, with its history."""
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    looking = None if role is None else Role(role)
    with open_store(settings) as store:

        def read(tx: Tx) -> tuple[Shown, Sequence[Attestation]]:
            found = site_of(tx, site)
            rows = shown(tx, found, catalogue, looking)
            one = next((row for row in rows if row.condition_id == condition), None)
            if one is None:
                known = ", ".join(row.condition_id for row in rows) or "none"
                raise InputError(
                    f"{condition!r} is not an attested condition of {found.site_id}; it has {known}"
                )
            return one, tx.attestation_log(found.site_id)

        one, log = store.transact(read)
    history = [] if one.hidden else [a for a in log if a.condition_id == condition]
    document = _json(one)
    document["history"] = [
        {
            "state": a.state.value, "until": a.until.isoformat(), "role": a.role,
            "by": a.recorded_by, "at": rfc3339(a.recorded_at), "note": a.note,
            "sha256": a.file_sha256,
        }
        for a in history
    ]  # fmt: skip
    if as_json:
        echo_json({"schema": "keurwacht/attestation@1", **document})
        return
    table(("", ""), [(key, _plain(value)) for key, value in document.items() if key != "history"])
    if history:
        table(
            ("at", "state", "until", "role", "by", "note"),
            [(rfc3339(a.recorded_at), a.state.value, a.until, a.role, a.recorded_by, a.note)
             for a in history],
        )  # fmt: skip


def _json(one: Shown) -> dict[str, object]:
    seen = None if one.hidden else one.on_file
    return {
        "site": one.site_id,
        "condition": one.condition_id,
        "kind": one.kind,
        "labels": list(one.labels),
        "decided_by": list(one.decided_by),
        "confidential": one.confidential,
        "hidden": one.hidden,
        "state": one.state,
        "until": None if seen is None else seen.until.isoformat(),
        "role": None if seen is None else seen.role,
        "by": None if seen is None else seen.recorded_by,
        "note": None if seen is None else seen.note,
        "sha256": None if seen is None else seen.file_sha256,
    }


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _until(one: Shown) -> object:
    return "" if one.hidden or one.on_file is None else one.on_file.until


def document_of(path: Path) -> bytes:
    """What is in a regular file; exit 2 for anything else, or for more than a document has."""
    try:
        # Without O_NONBLOCK opening a pipe waits for whoever writes into it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise InputError(f"{path}: not a regular file")
            body = opened.read(DOCUMENT_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if len(body) > DOCUMENT_MAX_BYTES:
        raise InputError(f"{path}: larger than {DOCUMENT_MAX_BYTES} bytes")
    return body
