"""A look for people: a line of progress while it runs, a table when it is done."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scanners.api import ScanResult, clip
from scanners.owasp.engine import Progress, Report
from scanners.owasp.evidence import OwaspFacts, Reach, Severity

EVERY_S = 0.2
PIPE_WIDTH = 200
_COLOURS = {
    Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan", Severity.INFO: "dim",
}  # fmt: skip
_REACHES = {
    Reach.TESTED: "tested",
    Reach.PARTLY: "partly",
    Reach.NOT_TESTABLE: "not testable from outside by this look",
}


def told_to(stream: TextIO) -> Report:
    """Progress as one line that is written over."""
    begun = time.monotonic()
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < EVERY_S:
            return
        last = now
        of = f" of {progress.total}" if progress.total else ""
        left = f", {progress.eta_s:.0f} s to go" if progress.eta_s is not None else ""
        stream.write(
            f"\r\x1b[K{progress.phase}: {progress.done}{of}, {progress.requests} requests, "
            f"{now - begun:.0f} s{left}  {clip(progress.current, 40)}"
        )
        stream.flush()

    return report


def show(result: ScanResult, facts: OwaspFacts) -> None:
    """Findings, the gravest first, then what the look can and cannot speak of."""
    # A file or a pipe has no width: nothing is folded for it.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    table = Table("severity", "weakness", "2021", "2025", "CWE", "about", "where", box=None)
    for one in facts.findings:
        # Text: what a site wrote is never read as markup.
        table.add_row(
            Text(one.severity.value, style=_COLOURS[one.severity]), Text(one.name),
            one.owasp_2021, one.owasp_2025, one.cwe, Text(one.param), Text(clip(one.url, 120)),
        )  # fmt: skip
    if facts.findings:
        console.print(table)
    coverage = facts.coverage
    console.print(
        Text(
            f"{result.outcome.value}: {len(facts.findings)} findings on {coverage.urls_visited} of "
            f"{coverage.urls_known} known pages, {result.requests} requests in "
            f"{result.duration_s:.1f} s by {facts.engine.name} {facts.engine.version}"
        )
    )
    reason = str(result.detail.get("reason", ""))
    if reason:
        console.print(Text(reason))
    for edition, row in facts.categories.items():
        for reach in Reach:
            names = sorted(name for name, one in row.items() if one is reach)
            if names:
                console.print(Text(f"{edition} {_REACHES[reach]}: {', '.join(names)}"))
