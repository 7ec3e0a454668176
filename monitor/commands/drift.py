"""``drift``: what changed on a site since a baseline kept in a folder, without a database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from monitor import bootstrap
from monitor.adapters.baseline_folder import BaselineFolder, BaselineFolderError, Kept
from monitor.cli import Context, InputError
from monitor.commands.check import entry_of
from monitor.commands.common import echo_json, note, settings_of, table
from monitor.commands.net import net_options, with_net_options
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.drifting.compare import OBSERVATIONS_MAX
from monitor.policy.drifting.pairing import marked
from monitor.policy.references import known_parameters
from monitor.policy.schemes import LabelFileError
from monitor.services.drifting import DriftReport, drift_json

AGAIN_AFTER_S = 5.0
AGAIN_MAX_S = 3_600.0


@click.command()
@click.argument("url", required=False)
@click.option(
    "--site",
    "site_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Site file (YAML) with the member's registered data.",
)
@click.option(
    "--baseline",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the observations to compare with; made when it is not there.",
)
@click.option("--accept", is_flag=True, help="Add what is there now to the baseline.")
@click.option(
    "--again-after",
    type=click.FloatRange(0, AGAIN_MAX_S),
    default=AGAIN_AFTER_S,
    show_default=True,
    metavar="SECONDS",
    help="Pause before the second look that an alarm needs.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document (keurwacht/drift@1).")
@with_net_options(mx=False)
@click.pass_obj
def drift(
    context: Context,
    url: str | None,
    site_file: Path | None,
    folder: Path,
    accept: bool,
    again_after: float,
    as_json: bool,
    ca_file: Path | None,
    resolve: tuple[str, ...],
    networks: tuple[str, ...],
) -> int:
    """Compare one site with its baseline: URL, or the one of a site file.

    The first run proposes a baseline.  --accept adds the present state, five observations
    at most.  What alarms was seen in two looks.  Exit 0: nothing critical or high changed,
    3: something did, 4: the site could not be seen (whole).
    """
    settings = settings_of(context)
    options = net_options(settings, ca_file, resolve, (), networks)
    try:
        labels = bootstrap.load_label_files(settings)
    except LabelFileError as error:
        raise InputError(str(error)) from error
    known = known_parameters(labels.values(), JUDGES)
    entry = entry_of(url, site_file, tuple(labels), known)
    baseline = BaselineFolder(folder)
    kept = _kept(baseline, entry.site.url)
    look = bootstrap.drift_look(settings, options, again_after)
    report = asyncio.run(look.look(entry.site, entry.member, kept.observations))
    state = _keep(baseline, kept, report, accept=accept)
    observations = len(_kept(baseline, entry.site.url).observations)
    if as_json:
        echo_json(drift_json(report, observations, state))
    else:
        _show(report, observations, state)
    if accept and report.whole:
        return 0
    return report.exit_code


def _kept(baseline: BaselineFolder, url: str) -> Kept:
    try:
        kept = baseline.read(url)
    except BaselineFolderError as error:
        raise InputError(f"--baseline: {error}") from error
    for path in kept.strange:
        note(f"{path}: written by another version; it is not compared with")
    return kept


def _keep(baseline: BaselineFolder, kept: Kept, report: DriftReport, *, accept: bool) -> str:
    """Add the present observation where that is asked for; how the baseline stands then."""
    if not accept and kept.state != "none":
        return kept.state
    if report.evidence is None or not report.whole:
        if accept:
            note("not accepted: the site was not seen whole")
        return kept.state
    state = "accepted" if accept else "proposed"
    try:
        baseline.add(report.url, report.evidence, state, OBSERVATIONS_MAX)
    except BaselineFolderError as error:
        raise InputError(f"--baseline: {error}") from error
    return state


def _show(report: DriftReport, observations: int, state: str) -> None:
    if report.changes:
        rows = [
            (c.weight.value, c.kind.value, c.role, c.named or marked(c.before, c.after), c.url)
            for c in report.changes
        ]
        table(("severity", "kind", "role", "what changed", "where"), rows)
    words = {
        "none": "no baseline yet",
        "proposed": f"baseline proposed ({observations} observation)",
        "accepted": f"{observations} accepted observation(s)",
    }
    said = f"{report.outcome.value}{f': {report.reason}' if report.reason else ''}"
    note(f"{report.url}: {said}; {len(report.changes)} change(s); {words[state]}")
    if report.unseen:
        note(f"not read this time: {', '.join(report.unseen)}")
