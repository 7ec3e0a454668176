"""Scans, evidence, baselines, attestations; on both databases."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.attestation import Attestation
from monitor.domain.finding import Finding
from monitor.domain.verdict import Verdict
from monitor.policy.judge import Baseline, ScanView
from scanners.api import Evidence, ScanKind, ScanOutcome, encode_facts
from tests.contract.store_world import (
    HOUR,
    NOW,
    Leaf,
    OldPage,
    Page,
    a_finding,
    a_scan,
    a_verdict,
    fill,
    leaf,
    ref,
)

ANY_TEXT = st.text(st.characters(), max_size=8)
PAGE = b"<html>" + b"words " * 500 + b"</html>"


@pytest.fixture
def site(store: SqlStore) -> SqlStore:
    fill(store)
    return store


def test_scan_comes_back_with_its_facts(site: SqlStore) -> None:
    other = Evidence(Page("https://shop1.example/x"), "https://shop1.example/x", NOW)
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf(), other)))
    views = site.transact(lambda tx: tx.newest_scans("s1"))
    assert views == {ScanKind.TLS: ScanView(ScanOutcome.COMPLETE, (leaf(), other), NOW)}


def test_numbers_and_reason_of_a_scan_that_failed(site: SqlStore) -> None:
    failed = replace(a_scan(), outcome=ScanOutcome.TIMED_OUT, detail={"reason": "60 s passed"})
    site.transact(lambda tx: tx.save_scan("s1", failed))
    (row,) = site.transact(lambda tx: tx.scans("s1"))
    assert (row.outcome, row.duration_s, row.requests) == (ScanOutcome.TIMED_OUT, 1.25, 7)
    assert row.detail == {"reason": "60 s passed"}
    assert site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS].reason == "60 s passed"


def test_evidence_with_a_body_keeps_its_name_when_read_without_it(site: SqlStore) -> None:
    seen = leaf(body=PAGE)
    site.transact(lambda tx: tx.save_scan("s1", a_scan(seen)))
    (found,) = site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS].evidence
    assert found.body is None
    assert found.sha256 == seen.sha256
    assert found.facts == seen.facts
    assert site.transact(lambda tx: tx.body(found.sha256)) == PAGE


def test_evidence_without_a_body_is_found_by_its_canonical_facts(site: SqlStore) -> None:
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf())))
    assert site.transact(lambda tx: tx.body(leaf().sha256)) == encode_facts(leaf().facts)
    assert site.transact(lambda tx: tx.body("0" * 64)) is None


def test_empty_and_incompressible_bodies_come_back(site: SqlStore) -> None:
    noise = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(100))
    pieces = [leaf("a", b""), leaf("b", noise), leaf("c", b"\0")]
    site.transact(lambda tx: tx.save_scan("s1", a_scan(*pieces)))
    for piece in pieces:
        assert site.transact(partial(SqlTx.body, sha256=piece.sha256)) == piece.body


def test_evidence_of_the_scan_before_is_dropped(site: SqlStore) -> None:
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf(body=PAGE))))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b"))))
    views = site.transact(lambda tx: tx.newest_scans("s1"))
    assert views[ScanKind.TLS].evidence == (leaf("b"),)
    assert site.transact(lambda tx: tx.body(leaf(body=PAGE).sha256)) is None


def test_scan_of_another_kind_drops_nothing(site: SqlStore) -> None:
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf(body=PAGE))))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b"), kind=ScanKind.CONTENT)))
    assert set(site.transact(lambda tx: tx.newest_scans("s1"))) == {ScanKind.TLS, ScanKind.CONTENT}
    assert site.transact(lambda tx: tx.body(leaf(body=PAGE).sha256)) == PAGE


@pytest.mark.parametrize("named_by", ["body", "facts"])
def test_evidence_that_an_interval_points_to_outlives_its_scan(
    site: SqlStore, named_by: str
) -> None:
    seen = leaf(body=PAGE)
    cited = seen if named_by == "body" else replace(seen, body=None)
    bad = a_finding(Finding.NOT_MET, "expired", evidence=(ref(cited),))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(seen)))
    site.transact(lambda tx: tx.put_verdict(a_verdict(Verdict.NOT_MET, NOW, bad), HOUR))
    for _ in range(3):
        site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b"))))
    site.transact(lambda tx: tx.prune(NOW + HOUR, 24 * HOUR))
    assert site.transact(lambda tx: tx.body(seen.sha256)) == PAGE
    assert site.transact(lambda tx: tx.body(leaf().sha256)) == encode_facts(seen.facts)
    assert len(site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS].evidence) == 1


def test_pinned_evidence_that_is_seen_again_and_again_is_kept_once(site: SqlStore) -> None:
    bad = a_finding(Finding.NOT_MET, "expired", evidence=(ref(leaf()),))
    site.transact(lambda tx: tx.put_verdict(a_verdict(Verdict.NOT_MET, NOW, bad), HOUR))
    for name in ("a", "a", "b", "a", "b", "a", "b"):
        site.transact(partial(SqlTx.save_scan, site_id="s1", result=a_scan(leaf(name))))
    pruned = site.transact(lambda tx: tx.prune(NOW + HOUR, timedelta(0)))
    assert pruned.evidence == 0
    count = site.transact(
        lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar()
    )
    assert count == 2


def test_same_content_is_stored_once(site: SqlStore) -> None:
    pieces = [leaf(str(n), PAGE) for n in range(5)]
    site.transact(lambda tx: tx.save_scan("s1", a_scan(*pieces)))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(*pieces, kind=ScanKind.CONTENT)))
    rows = site.transact(
        lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM blob").scalar()
    )
    assert rows == 6


def test_unknown_kind_is_left_out_and_the_scan_is_no_longer_proof_of_absence(
    site: SqlStore,
) -> None:
    older = Evidence(OldPage("x"), "https://shop1.example/", NOW)
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf(), older)))
    view = site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS]
    assert view.evidence == (leaf(),)
    assert view.outcome is ScanOutcome.PARTIAL
    assert view.reason
    assert site.transact(lambda tx: tx.body(older.sha256)) == encode_facts(older.facts)


def test_known_kind_of_another_shape_is_left_out_too(store_url: str, site: SqlStore) -> None:
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf())))
    other = SqlStore(store_url, facts_types={Leaf.KIND: OldPage})
    try:
        view = other.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS]
    finally:
        other.close()
    assert (view.outcome, view.evidence) == (ScanOutcome.PARTIAL, ())


def test_hostile_text_of_a_site_does_not_stop_a_scan_from_being_stored(site: SqlStore) -> None:
    nasty = Evidence(Page("x"), "https://shop1.example/\0\ud800", NOW, "a\0b\udcff")
    worse = replace(a_scan(nasty), detail={"reason": "\ud800", "list": [{"\udfff": NOW}]})
    site.transact(lambda tx: tx.save_scan("s1", worse))
    (found,) = site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS].evidence
    assert found.excerpt == "a\ufffdb\ufffd"
    (row,) = site.transact(lambda tx: tx.scans("s1"))
    assert row.detail == {"reason": "\ufffd", "list": [{"\ufffd": "2026-11-03T12:30:15.123456Z"}]}


@given(
    ANY_TEXT, st.lists(ANY_TEXT, max_size=3), st.dictionaries(ANY_TEXT, st.just(0.5), max_size=3)
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_of_a_site_is_stored_and_read_back(
    site: SqlStore, text: str, words: list[str], named: dict[str, float]
) -> None:
    seen = Evidence(Leaf(text, NOW, tuple(words), named), f"https://x.example/{text}", NOW, text)
    cited = replace(ref(seen), excerpt=text)
    bad = replace(a_finding(Finding.NOT_MET, "expired", evidence=(cited,)), summary=text, note=text)
    scan = replace(a_scan(seen), detail={"reason": text, text: words})
    site.transact(lambda tx: tx.save_scan("s1", scan))
    site.transact(lambda tx: tx.put_verdict(a_verdict(Verdict.NOT_MET, NOW, bad), HOUR))
    (found,) = site.transact(lambda tx: tx.newest_scans("s1"))[ScanKind.TLS].evidence
    assert (found.facts, found.sha256) == (seen.facts, seen.sha256)
    assert site.transact(lambda tx: tx.body(seen.sha256)) == encode_facts(seen.facts)
    (row,) = site.transact(lambda tx: tx.scans("s1"))
    assert row.detail == scan.detail
    assert site.transact(lambda tx: tx.findings("s1"))


def test_baseline_is_proposed_replaced_and_accepted(site: SqlStore) -> None:
    assert site.transact(lambda tx: tx.baseline("s1")) is None
    assert not site.transact(lambda tx: tx.drop_proposal("s1"))
    site.transact(lambda tx: tx.propose_baseline("s1", [leaf("old", PAGE)], NOW))
    site.transact(lambda tx: tx.propose_baseline("s1", [leaf("b", PAGE), leaf("c")], NOW + HOUR))
    proposed = site.transact(lambda tx: tx.proposed_baseline("s1"))
    assert proposed == ((leaf("b", PAGE), leaf("c")), NOW + HOUR)
    pieces = [leaf("b", PAGE), leaf("c")]
    site.transact(lambda tx: tx.accept_baseline("s1", pieces, NOW + 2 * HOUR, "ann"))
    accepted = Baseline((leaf("b", PAGE), leaf("c")), NOW + 2 * HOUR, "ann")
    assert site.transact(lambda tx: tx.baseline("s1")) == accepted
    assert site.transact(lambda tx: tx.proposed_baseline("s1")) is None
    assert site.transact(lambda tx: tx.body(leaf("old").sha256)) is None


def test_baseline_keeps_its_bodies_when_the_scan_moves_on(site: SqlStore) -> None:
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("b", PAGE))))
    site.transact(lambda tx: tx.propose_baseline("s1", [leaf("b", PAGE)], NOW))
    site.transact(lambda tx: tx.save_scan("s1", a_scan(leaf("c"))))
    site.transact(lambda tx: tx.prune(NOW + HOUR, timedelta(0)))
    assert site.transact(lambda tx: tx.body(leaf("b", PAGE).sha256)) == PAGE


def test_baseline_with_a_piece_of_an_older_version_is_no_baseline(site: SqlStore) -> None:
    older = Evidence(OldPage("x"), "https://shop1.example/", NOW)
    site.transact(lambda tx: tx.propose_baseline("s1", [leaf(), older], NOW))
    site.transact(lambda tx: tx.accept_baseline("s1", [leaf(), older], NOW, "ann"))
    assert site.transact(lambda tx: tx.baseline("s1")) is None


def test_accepted_again_holds_what_is_named_and_nothing_else(site: SqlStore) -> None:
    old, new = leaf("old", b"old body"), leaf("new", b"new body")
    site.transact(lambda tx: tx.accept_baseline("s1", [old], NOW, "ann"))
    site.transact(lambda tx: tx.accept_baseline("s1", [old, new], NOW + HOUR, "bob"))
    assert site.transact(lambda tx: tx.baseline("s1")) == Baseline((old, new), NOW + HOUR, "bob")
    site.transact(lambda tx: tx.accept_baseline("s1", [new], NOW + HOUR, "bob"))
    assert site.transact(lambda tx: tx.body(old.sha256)) is None
    assert site.transact(lambda tx: tx.body(new.sha256)) == b"new body"


def test_a_proposal_is_dropped_and_the_accepted_baseline_stays(site: SqlStore) -> None:
    site.transact(lambda tx: tx.accept_baseline("s1", [leaf("a", PAGE)], NOW, "ann"))
    site.transact(lambda tx: tx.propose_baseline("s1", [leaf("b", b"other")], NOW))
    assert site.transact(lambda tx: tx.drop_proposal("s1"))
    assert site.transact(lambda tx: tx.proposed_baseline("s1")) is None
    assert site.transact(lambda tx: tx.body(leaf("b", b"other").sha256)) is None
    assert site.transact(lambda tx: tx.baseline("s1")) == Baseline((leaf("a", PAGE),), NOW, "ann")
    assert not site.transact(lambda tx: tx.drop_proposal("s1"))


def test_newest_attestation_of_a_condition_counts_and_its_document_stays(site: SqlStore) -> None:
    first = Attestation("s1", "tm.2", date(2027, 1, 31), "ann", NOW)
    second = Attestation("s1", "tm.2", date(2028, 1, 31), "bob", NOW + HOUR, accepted=False)
    other = Attestation("s1", "tm.3", date(2027, 1, 31), "ann", NOW, file_sha256="a" * 64)
    site.transact(lambda tx: tx.put_attestation(second, b"document"))
    site.transact(lambda tx: tx.put_attestation(first))
    site.transact(lambda tx: tx.put_attestation(other))
    found = site.transact(lambda tx: tx.attestations("s1"))
    sha = found["tm.2"].file_sha256
    assert sha is not None
    assert found == {"tm.2": replace(second, file_sha256=sha), "tm.3": other}
    site.transact(lambda tx: tx.prune(NOW + HOUR, timedelta(0)))
    assert site.transact(lambda tx: tx.body(sha)) == b"document"


def test_document_with_another_digest_is_refused(site: SqlStore) -> None:
    wrong = Attestation("s1", "tm.2", date(2027, 1, 31), "ann", NOW, file_sha256="a" * 64)
    with pytest.raises(ValueError, match="document is"):
        site.transact(lambda tx: tx.put_attestation(wrong, b"document"))


def test_sites_that_share_content_take_it_from_each_other_unharmed(site: SqlStore) -> None:
    fill(site, 3)
    failures: list[BaseException] = []

    def work(site_id: str) -> None:
        try:
            for n in range(20):
                scan = a_scan(leaf("same", PAGE) if n % 2 else leaf("other", b"other" * 99))
                site.transact(partial(SqlTx.save_scan, site_id=site_id, result=scan))
        except Exception as error:  # noqa: BLE001 - any failure of the thread is the finding
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"s{n}",)) for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert site.transact(lambda tx: tx.body(leaf("same", PAGE).sha256)) == PAGE
    site.transact(lambda tx: tx.prune(NOW, HOUR))
    assert site.transact(lambda tx: tx.body(leaf("other", b"other" * 99).sha256)) is None
