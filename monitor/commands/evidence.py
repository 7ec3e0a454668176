"""``evidence``: what an auditor needs to judge one label on one site, as one file."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import click

from monitor.adapters.evidence_zip import PackTargetError, write_pack
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    catalogue_of,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
)
from monitor.domain.attestation import Role
from monitor.services.evidence_pack import MANIFEST, evidence_pack
from monitor.services.evidence_words import README
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx


@click.group()
def evidence() -> None:
    """What was seen, for those who judge it."""


@evidence.command("export")
@click.argument("site")
@click.option("--label", "label_id", required=True, help="The label that is judged.")
@click.option(
    "--out", "out", required=True, metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False), help="The zip to write.",
)  # fmt: skip
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.AUDITOR.value,
    show_default=True, help="For whom: decides which documents are in it.",
)  # fmt: skip
@click.option("--language", type=click.Choice(sorted(README)), help="That of staff otherwise.")
@click.option("--force", is_flag=True, help="Replace a FILE that is there already.")
@click.option("--by", "by", help="Who asks for it; the login name otherwise.")
@click.pass_obj
def evidence_export(
    context: Context,
    site: str,
    label_id: str,
    out: Path,
    role: str,
    language: str | None,
    force: bool,
    by: str | None,
) -> None:
    """Write the evidence of SITE for one label to a zip with a manifest.

    Findings with clause and history, what was seen, decisions, exceptions, and the
    documents that the role may see.  That it was made is in the audit.
    """
    who = actor() if by is None else name_of(by, "--by")
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    wanted = language or settings.mail.staff_language.value
    with open_store(settings) as store:
        now = store.clock.now()

        def work(tx: Tx) -> tuple[str, Mapping[str, bytes]]:
            found = site_of(tx, site)
            try:
                return found.site_id, evidence_pack(
                    tx, catalogue, found, label_id, Role(role), wanted
                )
            except RequestError as error:
                raise InputError(str(error)) from error

        site_id, files = store.transact(work)
        try:
            size = write_pack(files, out, replace=force)
        except PackTargetError as error:
            raise InputError(str(error)) from error
        except OSError as error:
            raise OperationalError(f"{out}: {error.strerror or error}") from error
        manifest = sha256(files[MANIFEST]).hexdigest()
        detail: dict[str, object] = {"label": label_id, "role": role, "manifest": manifest}
        entry = AuditEntry(now, who, "evidence_exported", site_id, detail)
        store.transact(lambda tx: tx.audit(entry))
    note(f"{out}: {len(files)} files, {size} bytes, manifest {manifest}")
