"""``findings``: weaknesses that scans showed, and what people say of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from monitor.cli import Context, InputError
from monitor.commands.common import (
    Day,
    actor,
    application_of,
    echo_json,
    logs_on_stderr,
    name_of,
    note,
    open_store,
    save,
    settings_of,
    site_of,
    table,
)
from monitor.domain.finding import Severity
from monitor.domain.site import Site
from monitor.domain.weakness import STANDING, Again, Weakness, WeaknessState
from monitor.services import sarif, triage
from monitor.services.once import rfc3339
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import ScanOutcome

SHORT = 12
AGAIN_WORDS: Mapping[Again | None, str] = {
    Again.VERIFIED: "seen again",
    Again.NOT_SEEN: "not seen again",
    Again.COULD_NOT: "could not look",
}


@click.group()
def findings() -> None:
    """Weaknesses that scans showed: new, open, confirmed, resolved, set aside."""


@findings.command("list")
@click.argument("site", required=False)
@click.option(
    "--state", "states", multiple=True, type=click.Choice([s.value for s in WeaknessState]),
    help="Only this state; may be repeated. What stands, when left out.",
)  # fmt: skip
@click.option(
    "--severity", type=click.Choice([s.value for s in Severity]), default=Severity.INFO.value,
    show_default=True, help="At least this grave.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def findings_list(
    context: Context, site: str | None, states: tuple[str, ...], severity: str, as_json: bool
) -> None:
    """List weaknesses, of the fleet or of SITE, the gravest first."""
    wanted = {WeaknessState(state) for state in states} or STANDING
    order = list(Severity)
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> Sequence[Weakness]:
            return tx.weaknesses(None if site is None else site_of(tx, site).site_id, wanted)

        rows = store.transact(read)
    rows = [w for w in rows if order.index(w.seen.severity) >= order.index(Severity(severity))]
    if as_json:
        echo_json({
            "schema": "keurwacht/findings@1", "findings": [weakness_json(one) for one in rows],
        })  # fmt: skip
        return
    table(
        ("finding", "site", "severity", "state", "second look", "2021", "2025", "what", "where",
         "since"),
        [
            (w.seen.fingerprint[:SHORT], w.site_id, w.seen.severity, w.state,
             AGAIN_WORDS.get(w.again, "-"), w.seen.owasp_2021, w.seen.owasp_2025, w.seen.name,
             w.seen.url, f"{w.first_at:%Y-%m-%d}")
            for w in rows
        ],
    )  # fmt: skip


@findings.command("show")
@click.argument("site")
@click.argument("finding")
@click.pass_obj
def findings_show(context: Context, site: str, finding: str) -> None:
    """Show FINDING (the beginning of its fingerprint) of SITE as one JSON document."""
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> Weakness:
            try:
                return triage.find(tx, site_of(tx, site), finding)
            except RequestError as error:
                raise InputError(str(error)) from error

        found = store.transact(read)
    echo_json({"schema": "keurwacht/finding@1", **weakness_json(found)})


def _word(name: str, about: str, *, dated: bool) -> None:
    """Add one command that says ``name`` of a finding."""

    @findings.command(name, help=about)
    @click.argument("site")
    @click.argument("finding")
    @click.option("--reason", required=True, help="Why, for whoever asks later.")
    @click.option("--by", help="Who says so; the login name otherwise.")
    @click.pass_obj
    def command(
        context: Context,
        site: str,
        finding: str,
        reason: str,
        by: str | None,
        until: datetime | None = None,
    ) -> None:
        application = application_of(settings_of(context))
        word = triage.Word(
            triage.WORDS[name], actor() if by is None else name_of(by, "--by"), reason,
            None if until is None else until.date(),
        )  # fmt: skip
        with open_store(settings_of(context)) as store:
            now = store.clock.now()

            def work(tx: Tx) -> Weakness:
                try:
                    found: Site = site_of(tx, site)
                    one = triage.find(tx, found, finding)
                    return triage.say(tx, application, found, one, word, now)
                except RequestError as error:
                    raise InputError(str(error)) from error

            with logs_on_stderr():
                said = store.transact(work)
        last = f" until {said.until}" if said.until is not None else ""
        note(f"{said.site_id}: {said.seen.name} is {said.state}{last}")

    if dated:
        command.params.append(
            click.Option(
                ["--until"],
                type=Day(),
                help="Its last day; a year from now at most, and by default.",
            )
        )


_word("confirm", "Say that FINDING of SITE is real: the member is told of a grave one.",
      dated=False)  # fmt: skip
_word("false-positive", "Say that FINDING of SITE is none; read again after a year.", dated=True)
_word("accept", "Accept the risk of FINDING of SITE for a time.", dated=True)
_word("reopen", "Take a word on FINDING of SITE back.", dated=False)


@findings.command("export")
@click.argument("site")
@click.option("--format", "form", type=click.Choice(["sarif", "json"]), default="sarif",
              show_default=True, help="SARIF 2.1.0, or our own document.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="What is gone or set aside as well.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; else stdout.")
@click.pass_obj
def findings_export(
    context: Context, site: str, form: str, everything: bool, out: Path | None
) -> None:
    """Write the weaknesses of SITE for other programs."""
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> tuple[Site, Sequence[Weakness], set[str]]:
            found = site_of(tx, site)
            whole = (r for r in tx.runs(found.site_id) if r.outcome is ScanOutcome.COMPLETE)
            looked = {run.engine for run in whole}
            return found, tx.weaknesses(found.site_id, None if everything else STANDING), looked

        found, rows, looked = store.transact(read)
    document: dict[str, object] = {
        "schema": "keurwacht/findings@1", "findings": [weakness_json(one) for one in rows],
    }  # fmt: skip
    if form == "sarif":
        document = sarif.document(found.url, rows, looked)
    if out is None:
        echo_json(document)
        return
    save(out, json.dumps(document, indent=2).encode())
    note(f"{len(rows)} findings in {out}")


def weakness_json(one: Weakness) -> dict[str, object]:
    """A weakness as the JSON of the commands shows it."""
    seen = one.seen
    return {
        "site": one.site_id,
        "fingerprint": seen.fingerprint,
        "state": one.state.value,
        "severity": seen.severity.value,
        "name": seen.name,
        "engine": seen.engine,
        "rule": seen.rule,
        "owasp_2021": seen.owasp_2021,
        "owasp_2025": seen.owasp_2025,
        "cwe": seen.cwe,
        "url": seen.url,
        "method": seen.method,
        "param": seen.param,
        "excerpt": seen.excerpt,
        "profile": one.profile,
        "first_at": rfc3339(one.first_at),
        "last_at": rfc3339(one.last_at),
        "times": one.times,
        "misses": one.misses,
        "again": None if one.again is None else one.again.value,
        "again_why": seen.again_why or None,
        "decided_by": one.decided_by or None,
        "decided_at": None if one.decided_at is None else rfc3339(one.decided_at),
        "reason": one.reason or None,
        "until": None if one.until is None else one.until.isoformat(),
    }
