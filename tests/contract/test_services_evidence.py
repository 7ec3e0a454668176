"""What an auditor gets of a site: the findings with their evidence, and nothing of others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from monitor.adapters.store.store import SqlTx
from monitor.domain.attestation import AttestationState, Role
from monitor.domain.finding import Finding
from monitor.domain.label import Label
from monitor.domain.procedure import ProcedureKind
from monitor.domain.review import ReviewRole
from monitor.services import evidence_pack as module
from monitor.services.attestations import attest
from monitor.services.evidence_pack import evidence_pack
from monitor.services.evidence_words import README, TEXT_WORDS
from monitor.services.rescans import RequestError
from monitor.services.reviews import Decision, decide
from monitor.services.waivers import add, propose
from scanners.api import ScanKind, ScanOutcome, ScanResult
from scanners.content.evidence import PageFacts
from tests.builders import DAY, HOUR, MONDAY, condition, label
from tests.contract.services_world import SHOP, World, on_page, open_world, result
from tests.contract.test_services_procedures import NEW, begin, record
from tests.unit.test_assess import YEARLY

SECRET = replace(YEARLY, confidential=True, decided_by=("finance",))
MARK = label(
    on_page(),
    condition("tz-1.1", attestation=SECRET),
    condition("tz-4.9", attestation=replace(YEARLY, decided_by=("auditor",))),
)
SCHEMA = json.loads(resources.files("monitor").joinpath("schemas/evidence-1.json").read_text())
Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *(labels or (MARK,))))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def pack(world: World, role: Role = Role.AUDITOR, language: str = "en") -> Mapping[str, bytes]:
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None
    return world.do(lambda tx: evidence_pack(tx, world.catalogue, on, "mark", role, language))


def hand_in(world: World, condition_id: str, role: Role, document: bytes) -> None:
    on, now = world.do(lambda tx: tx.site(SHOP)), world.clock.now()
    assert on is not None
    world.do(
        lambda tx: attest(
            tx,
            on,
            condition_id,
            None,
            "ann",
            document,
            world.catalogue,
            now,
            role=role,
            state=AttestationState.ACCEPTED,
            note="a note",
        )
    )


def rows(files: Mapping[str, bytes], name: str) -> list[dict[str, Any]]:
    found = json.loads(files[f"{name}.json"])
    assert isinstance(found, list)
    return found


def test_every_finding_is_there_with_clause_evidence_and_history(opened: Open) -> None:
    world = opened().look("found").after(DAY).look("nothing").after(HOUR).look("nothing")
    files = pack(world)
    first = rows(files, "findings")[0]
    assert (first["id"], first["finding"]) == ("tz-3.1c", "not_met")
    assert first["clause"] == {
        "document": "framework",
        "section": "Contact",
        "item": "1",
        "part": "c",
        "framework": "2017-01-01",
    }
    (seen,) = first["evidence"]
    assert hashlib.sha256(files[seen["file"]]).hexdigest() == seen["sha256"]
    assert [one["finding"] for one in first["history"]] == ["met", "inconclusive", "not_met"]
    (case,) = rows(files, "cases")
    assert (case["state"], case["notified_at"]) == ("open", None)
    (scan,) = rows(files, "scans")
    assert (scan["kind"], scan["outcome"]) == ("content", "complete")
    assert b"tz-3.1c  not met (absent_complete)" in files["findings.txt"]


def test_the_manifest_fits_its_schema_and_names_every_file_with_its_sum(opened: Open) -> None:
    files = pack(opened().look("nothing"))
    manifest = json.loads(files["manifest.json"])
    jsonschema.Draft202012Validator(SCHEMA).validate(manifest)
    listed = {one["path"]: one["sha256"] for one in manifest["files"]}
    assert set(listed) == set(files) - {"manifest.json", "SHA256SUMS"}
    assert all(hashlib.sha256(files[name]).hexdigest() == sha for name, sha in listed.items())
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == listed | {"manifest.json": hashlib.sha256(files["manifest.json"]).hexdigest()}
    assert (manifest["verdict"], manifest["role"]) == ("unknown", "auditor")


def test_the_same_state_gives_the_same_files_later(opened: Open) -> None:
    world = opened().look("nothing")
    assert pack(world) == pack(world.after(3 * DAY))


def test_a_document_is_shown_to_the_role_that_decides_on_it_and_to_no_other(opened: Open) -> None:
    world = opened().look("found")
    hand_in(world, "tz-1.1", Role.FINANCE, b"%PDF-1.7 turnover 1,000,000")
    hand_in(world, "tz-4.9", Role.AUDITOR, b"PK answers")
    mine = pack(world)
    papers = {str(one["condition"]): one for one in rows(mine, "attestations")}
    assert papers["tz-1.1"] == {
        "condition": "tz-1.1",
        "kind": SECRET.kind,
        "decided_by": ["finance"],
        "confidential": True,
        "state": "on_file",
    }
    assert not any(b"turnover" in data for data in mine.values())
    assert mine[str(papers["tz-4.9"]["file"])] == b"PK answers"
    theirs = pack(world, Role.FINANCE)
    (paper,) = (one for one in rows(theirs, "attestations") if one["condition"] == "tz-1.1")
    assert (paper["state"], paper["note"]) == ("accepted", "a note")
    assert str(paper["file"]).endswith(".pdf")
    assert theirs[str(paper["file"])].startswith(b"%PDF-1.7")


def test_a_paper_without_a_document_names_none(opened: Open) -> None:
    world = opened().look("found")
    on, now = world.do(lambda tx: tx.site(SHOP)), world.clock.now()
    assert on is not None
    world.do(
        lambda tx: attest(
            tx, on, "tz-4.9", None, "ann", None, world.catalogue, now, dated=MONDAY.date() - DAY
        )
    )
    (paper,) = (one for one in rows(pack(world), "attestations") if one["condition"] == "tz-4.9")
    assert (paper["file"], paper["sha256"], paper["dated"]) == (None, None, "2026-03-01")


def test_decisions_and_exceptions_are_there_with_their_reasons(opened: Open) -> None:
    world = opened().look("other number")
    on, now = world.do(lambda tx: tx.site(SHOP)), world.clock.now()
    assert on is not None
    word = Decision(Finding.NOT_MET, ReviewRole.AUDITOR, "Eva", "Another company's number.")
    world.do(lambda tx: decide(tx, world.application, on, "tz-3.1c", word, now))
    today = now.date()
    waiver = propose(on, "tz-3.1c", "Head", "Moves.", (today, today + DAY), "ann", now)
    world.do(lambda tx: add(tx, world.application, on, waiver, now))
    files = pack(world)
    (review,) = rows(files, "reviews")
    assert (review["by"], review["role"], review["decision"]) == ("Eva", "auditor", "not_met")
    assert review["evidence"]
    (exception,) = rows(files, "waivers")
    assert (exception["owner"], exception["ended_at"]) == ("Head", None)
    world.do(lambda tx: tx.end_waiver(1, now, "ann"))
    (over,) = rows(pack(world), "waivers")
    assert over["ended_by"] == "ann"


def test_nothing_of_the_owner_before_is_in_it(opened: Open) -> None:
    world = opened().look("nothing").after(HOUR).look("nothing")
    on, now = world.do(lambda tx: tx.site(SHOP)), world.clock.now()
    assert on is not None
    word = Decision(Finding.NOT_MET, ReviewRole.REVIEWER, "Eva", "Seen.")
    world.do(lambda tx: decide(tx, world.application, on, "tz-3.1c", word, now))
    world.do(lambda tx: tx.put_members([NEW]))
    one = begin(world, ProcedureKind.OWNER_CHANGE, "")
    record(world, one, "sender_verified", method="site_code")
    record(world, one, "data_changed")
    record(world, one, "domain_transferred")
    world.after(2 * DAY)
    record(world, one, "validated", to=NEW.member_id)
    world.after(HOUR).look("found")
    files = pack(world)
    assert json.loads(files["manifest.json"])["member"]["id"] == NEW.member_id
    assert (rows(files, "reviews"), rows(files, "cases")) == ([], [])
    (history,) = (one["history"] for one in rows(files, "findings") if one["id"] == "tz-3.1c")
    assert [one["finding"] for one in history] == ["met"]
    assert not any(b"Eva" in data for data in files.values())


def test_evidence_that_retention_took_away_is_named_as_missing(opened: Open) -> None:
    world = opened().look("nothing")
    (row,) = (r for r in world.do(lambda tx: tx.findings(SHOP)) if r.condition_id == "tz-3.1c")
    sha = row.evidence[0].sha256

    def lose(tx: SqlTx) -> None:
        run = tx.connection.exec_driver_sql
        run("DELETE FROM evidence")
        run("DELETE FROM blob")

    world.do(lose)
    files = pack(world)
    manifest = json.loads(files["manifest.json"])
    assert manifest["not_stored_any_more"] == [sha]
    assert rows(files, "findings")[0]["evidence"][0]["file"] is None


def test_a_page_of_the_site_is_kept_as_text_and_hostile_text_breaks_nothing(opened: Open) -> None:
    world = opened()
    job = world.claim()
    made = result("<script>alert(1)</script>\ud800\x1b", ScanKind.CONTENT, at=world.clock.now())
    page = made.evidence[0]
    assert isinstance(page.facts, PageFacts)
    bodied = replace(
        page,
        body=b"<html><script>alert(1)</script>",
        source_url="https://shop.example/\u202e\x1b[31m",
        excerpt="\x1b[31m",
    )
    world.apply(
        job,
        ScanResult(ScanKind.CONTENT, ScanOutcome.COMPLETE, (bodied,), world.clock.now(), 1.0, 1),
    )
    files = pack(world)
    (name,) = (name for name in files if name.startswith("evidence/"))
    assert name.endswith(".txt")
    assert files[name] == b"<html><script>alert(1)</script>"
    text = files["findings.txt"].decode()
    assert all(c == "\n" or c.isprintable() for c in text)


@pytest.mark.parametrize(
    ("data", "ending"), [(b"\x89PNG\r\n\x1a\n..", "png"), (b"\xff\xd8\xff\xe0", "jpg")]
)
def test_pictures_are_known_by_their_first_bytes(data: bytes, ending: str, opened: Open) -> None:
    world = opened().look("found")
    hand_in(world, "tz-4.9", Role.AUDITOR, data)
    (name,) = (name for name in pack(world) if name.startswith("documents/"))
    assert name.endswith(f".{ending}")


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_the_pack_speaks_the_language_of_the_auditor(opened: Open, language: str) -> None:
    world = opened().look("other number")
    files = pack(world, language=language)
    assert files["README.txt"].decode() == README[language]
    assert "sha256sum -c SHA256SUMS" in README[language]
    assert all(
        name in README[language] for name in files if "/" not in name and name != "README.txt"
    )
    text = files["findings.txt"].decode()
    assert TEXT_WORDS[language].waits in text
    assert set(TEXT_WORDS[language].findings) == set(Finding)


def test_a_label_without_a_judgement_or_a_right_to_be_judged_has_no_pack(opened: Open) -> None:
    world = opened()
    with pytest.raises(RequestError, match="was not judged for mark yet"):
        pack(world)
    on = world.do(lambda tx: tx.site(SHOP))
    assert on is not None
    with pytest.raises(RequestError, match="has no label 'other'; it has mark"):
        world.do(lambda tx: evidence_pack(tx, world.catalogue, on, "other", Role.STAFF, "en"))


def test_a_pack_beyond_all_measure_is_refused(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = opened().look("found")
    monkeypatch.setattr(module, "PACK_MAX_BYTES", 100)
    with pytest.raises(RequestError, match="more than 100 bytes"):
        pack(world)


def test_a_row_that_has_only_conditions_yet_is_unknown(opened: Open) -> None:
    world = opened().look("found")

    def without_the_label(tx: SqlTx) -> None:
        tx.connection.exec_driver_sql("DELETE FROM finding WHERE condition_id = ''")

    world.do(without_the_label)
    assert json.loads(pack(world)["manifest.json"])["verdict"] == "unknown"
