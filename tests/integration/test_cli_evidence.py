"""The evidence of a site as a file, on the command line."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.domain.finding import Finding
from monitor.domain.verdict import LabelVerdict, Verdict
from tests.contract.store_world import FACTS, HOUR, NOW, a_finding
from tests.integration.cli_kit import Office, office
from tests.integration.test_cli_procedure import LABEL, add


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    add(made)
    return made


def judged(desk: Office) -> None:
    found = a_finding(Finding.INCONCLUSIVE, "incomplete", "tz-3.1c")
    verdict = LabelVerdict("een.example", "thuiswinkel-zakelijk", "2017-01-01", 1, "f" * 64,
                           Verdict.UNKNOWN, (found,), NOW)  # fmt: skip
    store = SqlStore(f"sqlite:///{desk.database}", facts_types=FACTS)
    store.transact(lambda tx: tx.put_verdict(verdict, 24 * HOUR))
    store.close()


def test_the_evidence_of_a_site_is_written_once_and_kept_in_the_audit(desk: Office) -> None:
    judged(desk)
    out = desk.folder / "een.zip"
    export = ("evidence", "export", "een.example", *LABEL, "--out", str(out), "--language", "fr")
    done = desk.run(*export, "--by", "Eva")
    assert (done.code, done.out) == (0, "")
    with zipfile.ZipFile(out) as archive:
        manifest = archive.read("manifest.json")
        assert json.loads(manifest)["language"] == "fr"
        assert "Preuves" in archive.read("README.txt").decode()
    assert done.problems[-1].endswith(f"manifest {hashlib.sha256(manifest).hexdigest()}")
    first = out.read_bytes()
    again = desk.run(*export)
    assert (again.code, "is there already" in again.err) == (2, True)
    assert desk.run(*export, "--force").code == 0
    assert out.read_bytes() == first
    store = SqlStore(f"sqlite:///{desk.database}", facts_types=FACTS)
    (entry,) = (e for e in store.transact(lambda tx: tx.audit_log()) if e.actor == "Eva")
    store.close()
    assert (entry.action, entry.detail["role"]) == ("evidence_exported", "auditor")


def test_what_cannot_be_exported_is_refused_and_leaves_no_file(desk: Office) -> None:
    out = desk.folder / "een.zip"
    early = desk.run("evidence", "export", "een.example", *LABEL, "--out", str(out))
    assert (early.code, "was not judged" in early.err) == (2, True)
    judged(desk)
    strange = desk.run("evidence", "export", "een.example", "--label", "x", "--out", str(out))
    assert (strange.code, "has no label 'x'" in strange.err) == (2, True)
    nowhere = desk.folder / "gone" / "een.zip"
    lost = desk.run("evidence", "export", "een.example", *LABEL, "--out", str(nowhere))
    assert (lost.code, "is no folder" in lost.err) == (2, True)
    assert not out.exists()
