"""The command line.  stdout is data, stderr is progress and logs.

Exit codes of every command: 0 all met or done, 1 operational error, 2 usage or
bad input, 3 some condition not met, 4 something could not be evaluated, 130
interrupted.  Commands are imported when they are called, so ``--help`` is quick.
"""

from __future__ import annotations

import importlib
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click

from monitor.adapters.store.errors import StoreError

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_NOT_MET = 3
EXIT_UNKNOWN = 4
EXIT_INTERRUPTED = 130

COMMANDS = {
    "attest": (
        "monitor.commands.attestation:attest",
        "Record a document or answer with its expiry.",
    ),
    "attestations": (
        "monitor.commands.attestation:attestations",
        "List and show documents and answers on file.",
    ),
    "audit": ("monitor.commands.audit:audit", "Show who did what, when."),
    "baseline": (
        "monitor.commands.baseline:baseline",
        "Show, accept or reject the baseline of a site.",
    ),
    "cases": ("monitor.commands.status:cases", "List nonconformities."),
    "check": ("monitor.commands.check:check", "Look at one site once, without a database."),
    "consent": (
        "monitor.commands.consent:consent",
        "Record what owners allow, and prove that they control their site.",
    ),
    "db": ("monitor.commands.database:db", "Upgrade, back up or restore the database."),
    "doctor": ("monitor.commands.doctor:doctor", "Find what keeps the daemon from working."),
    "drift": ("monitor.commands.drift:drift", "What changed on a site, without a database."),
    "evidence": ("monitor.commands.evidence:evidence", "Export what was seen, for an auditor."),
    "findings": (
        "monitor.commands.findings:findings",
        "List, decide and export weaknesses that scans showed.",
    ),
    "healthcheck": ("monitor.commands.doctor:healthcheck", "Ask the running daemon if it is well."),
    "killswitch": ("monitor.commands.consent:killswitch", "Stop OWASP scans at once."),
    "labels": ("monitor.commands.labels:labels", "Lint, list and show label files."),
    "mail": ("monitor.commands.mail:mail", "Try the mail road."),
    "obligations": (
        "monitor.commands.obligations:obligations",
        "List what the organisation owes.",
    ),
    "procedure": (
        "monitor.commands.procedure:procedure",
        "Open, list, show and record procedures.",
    ),
    "rescan": ("monitor.commands.office:rescan", "Look at a site now."),
    "review": ("monitor.commands.review:review", "List, show and decide what waits for a person."),
    "run": ("monitor.commands.run:run", "Run the daemon."),
    "scan": ("monitor.commands.scan:scan", "Order an OWASP scan of a site by name."),
    "second-opinion": (
        "monitor.commands.second_opinion:second_opinion",
        "Look at the TLS of a site with SSLyze beside our look.",
    ),
    "sites": ("monitor.commands.sites:sites", "Import, list, show and add member sites."),
    "status": ("monitor.commands.status:status", "Show verdicts, of the fleet or of one site."),
    "valve": ("monitor.commands.mail:valve", "Show, release or drop held member mail."),
    "waiver": ("monitor.commands.waiver:waiver", "Record, list and end exceptions."),
}  # fmt: skip


class OperationalError(click.ClickException):
    """Something of ours or around us failed: exit 1, one line."""

    exit_code = EXIT_ERROR


class InputError(click.ClickException):
    """Bad input: exit 2, one line per problem."""

    exit_code = EXIT_USAGE


@dataclass(slots=True)
class Context:
    """What the global options said."""

    config: Path | None = None
    database: str | None = None
    overrides: dict[str, object] = field(default_factory=dict)


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click names it)
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click names it)
        """The command, imported now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click names it)
        """Names and one-liners from the table: nothing is imported for ``--help``."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file (TOML). Default: ./keurwacht.toml, then the user's configuration folder.",
)
@click.option("--database", metavar="URL", help="Database URL; overrides the settings.")
@click.version_option(package_name="keurwacht", prog_name="keurwacht")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, database: str | None) -> None:
    """keurwacht: the watch over a trust mark."""
    ctx.obj = Context(config, database)


def main() -> None:
    """Entry point; turns an interruption into 130."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal's encoding does not have is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        # A reader that goes away (head, less) ends in click as exit 1, without a word.
        code = cli.main(prog_name="keurwacht", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        for line in error_lines(error):
            click.echo(line, err=True)
        sys.exit(error.exit_code)
    except StoreError as error:
        click.echo(printable(str(error)), err=True)
        sys.exit(EXIT_ERROR)
    except OSError as error:
        click.echo(f"{error.filename or 'keurwacht'}: {error.strerror or error}", err=True)
        sys.exit(EXIT_ERROR)
    sys.exit(code if isinstance(code, int) else 0)


def error_lines(error: click.ClickException) -> list[str]:
    """One line per problem, safe for a terminal; wrong usage names its command."""
    message = error.format_message()
    if isinstance(error, click.UsageError):
        where = "keurwacht" if error.ctx is None else error.ctx.command_path
        return [printable(f"{where}: {message}")]
    if isinstance(error, InputError):
        return [printable(line) for line in message.splitlines() if line.strip()]
    return [printable(message)]


def printable(text: str) -> str:
    """One line without control characters, escapes and marks that turn the writing direction."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
