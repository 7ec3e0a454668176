"""``run``: the daemon."""

from __future__ import annotations

import asyncio

import click

from monitor import bootstrap, daemon
from monitor.adapters.store.backup import DatabaseLock
from monitor.adapters.store.errors import StoreError
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import settings_of
from monitor.policy.schemes import LabelFileError
from scanners.tls.trust import RootsError


@click.command()
@click.pass_obj
def run(context: Context) -> int:
    """Run the daemon until Ctrl-C or SIGTERM; what runs is finished first."""
    settings = settings_of(context)
    problems = bootstrap.channel_problems(settings, bootstrap.system_clock())
    if problems:
        raise InputError("\n".join(f"{name}: {said}" for name, said in problems.items()))
    try:
        with DatabaseLock(settings.database_url):
            return asyncio.run(daemon.run(settings))
    except (LabelFileError, RootsError) as error:
        raise InputError(str(error)) from error
    except (StoreError, OSError) as error:
        raise OperationalError(str(error)) from error
