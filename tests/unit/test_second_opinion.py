"""Two views of the same suites: what agrees, what differs, what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.second_opinion import VersionOpinions, compare, second_opinion
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.tls.evidence import SSL2, TLS12, TLS13, VERSIONS, TlsFacts
from tests.builders import MONDAY

LISTED = VERSIONS[1:]
OFF = dict.fromkeys(VERSIONS, ())
NAMES = ("TLS_A", "TLS_B", "TLS_C", "TLS_D")
lists = st.lists(st.sampled_from(NAMES), unique=True).map(tuple)


def facts(
    host: str = "shop.example",
    address: str = "192.0.2.1",
    *,
    ssl2: bool | None = False,
    problems: tuple[str, ...] = (),
    unknown: frozenset[str] = frozenset(),
    **suites: tuple[str, ...],
) -> TlsFacts:
    """What our look saw; suites of TLS 1.2 and 1.3 as ``tls12`` and ``tls13``."""
    seen = {TLS12: suites.get("tls12", ()), TLS13: suites.get("tls13", ())}
    return TlsFacts(
        host,
        443,
        address,
        protocols={SSL2: ssl2, **{v: bool(seen.get(v)) for v in LISTED}},
        suites={v: seen.get(v, ()) for v in LISTED},
        suites_known={v: v not in unknown for v in LISTED},
        problems=problems,
    )


def result(
    *seen: TlsFacts,
    theirs: dict[str, dict[str, list[str]]] | None,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    reason: str = "",
) -> ScanResult:
    evidence = tuple(Evidence(one, "https://shop.example/", MONDAY) for one in seen)
    detail: dict[str, object] = {"reason": reason} if reason else {}
    if theirs is not None:
        detail["second_opinion"] = theirs
    return ScanResult(ScanKind.TLS, outcome, evidence, MONDAY, 1.0, 600, detail)


def of(version: str, seen: TlsFacts, theirs: dict[str, tuple[str, ...]] | None) -> VersionOpinions:
    (found,) = (v for v in compare(seen, theirs).versions if v.version == version)
    return found


def lean(**suites: list[str]) -> dict[str, list[str]]:
    """What SSLyze tells: every version, those of TLS 1.2 and 1.3 as given."""
    empty: dict[str, list[str]] = {v: [] for v in VERSIONS}
    return {**empty, TLS12: suites.get("tls12", []), TLS13: suites.get("tls13", [])}


@given(ours=lists, theirs=lists)
def test_every_suite_is_seen_by_both_or_by_one_and_only_then_they_agree(
    ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    found = of(TLS12, facts(tls12=ours), {**OFF, TLS12: theirs})
    assert (found.ours, found.theirs) == (ours, theirs)
    assert set(found.both) | set(found.only_ours) == set(ours)
    assert set(found.both) | set(found.only_theirs) == set(theirs)
    assert not set(found.only_ours) & set(theirs)
    assert not set(found.only_theirs) & set(ours)
    assert found.both == tuple(name for name in ours if name in found.both)
    assert found.agrees is (set(ours) == set(theirs))
    assert compare(facts(tls12=ours), {**OFF, TLS12: theirs}).agrees is found.agrees


@given(ours=lists, theirs=lists)
def test_a_comparison_turned_round_says_the_same(
    ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    one = of(TLS13, facts(tls13=ours), {**OFF, TLS13: theirs})
    other = of(TLS13, facts(tls13=theirs), {**OFF, TLS13: ours})
    assert (one.only_ours, one.only_theirs) == (other.only_theirs, other.only_ours)
    assert one.agrees is other.agrees


@given(ours=lists, theirs=lists)
def test_a_list_not_known_in_full_is_compared_with_nothing(
    ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    found = of(TLS12, facts(tls12=ours, unknown=frozenset({TLS12})), {**OFF, TLS12: theirs})
    assert found == VersionOpinions(TLS12, None, theirs, (), (), (), agrees=None)


def test_versions_stand_oldest_first_and_none_is_left_out() -> None:
    compared = compare(facts(tls12=("TLS_A",)), {TLS12: ("TLS_A",)})
    assert [v.version for v in compared.versions] == list(VERSIONS)
    assert (compared.host, compared.address) == ("shop.example", "192.0.2.1")


def test_a_version_sslyze_did_not_tell_of_is_not_known() -> None:
    assert of(TLS12, facts(tls12=("TLS_A",)), {TLS13: ()}).agrees is None
    silent = compare(facts(tls12=("TLS_A",)), None)
    assert {v.agrees for v in silent.versions} == {None}
    assert silent.agrees is None


@pytest.mark.parametrize(
    ("ours", "theirs", "agrees"),
    [
        (False, (), True),
        (False, ("SSL_A",), False),
        (True, ("SSL_A",), True),
        (True, (), False),
        (True, None, None),
        (None, ("SSL_A",), None),
    ],
)
def test_of_ssl_2_only_being_on_is_compared(
    ours: bool | None, theirs: tuple[str, ...] | None, agrees: bool | None
) -> None:
    said = {v: names for v, names in {**OFF, SSL2: theirs}.items() if names is not None}
    found = of(SSL2, facts(ssl2=ours), said)
    assert found.agrees is agrees
    assert found.ours == (() if ours is False else None)


def test_one_difference_outweighs_what_is_not_known() -> None:
    seen = facts(tls12=("TLS_A",), tls13=("TLS_B",), unknown=frozenset({TLS13}))
    assert compare(seen, {**OFF, TLS12: ("TLS_A",), TLS13: ("TLS_B",)}).agrees is None
    assert compare(seen, {**OFF, TLS12: ("TLS_C",), TLS13: ("TLS_B",)}).agrees is False


def test_both_views_are_read_out_of_a_scan_by_host() -> None:
    shop = facts(tls12=("TLS_A",))
    www = facts("www.shop.example", tls12=("TLS_A", "TLS_B"))
    theirs = {"shop.example": lean(tls12=["TLS_A"]), "www.shop.example": lean(tls12=["TLS_B"])}
    seen = second_opinion(result(shop, www, theirs=theirs))
    assert [(one.host, one.agrees) for one in seen.hosts] == [
        ("shop.example", True),
        ("www.shop.example", False),
    ]
    assert seen.agrees is False


@pytest.mark.parametrize(
    ("outcome", "theirs", "agrees"),
    [
        (ScanOutcome.COMPLETE, ["TLS_A"], True),
        (ScanOutcome.COMPLETE, ["TLS_B"], False),
        (ScanOutcome.PARTIAL, ["TLS_A"], None),
        (ScanOutcome.PARTIAL, ["TLS_B"], False),
    ],
)
def test_a_look_that_did_not_end_well_can_differ_but_not_agree(
    outcome: ScanOutcome, theirs: list[str], agrees: bool | None
) -> None:
    kept = {"shop.example": lean(tls12=theirs)}
    seen = second_opinion(
        result(facts(tls12=("TLS_A",)), theirs=kept, outcome=outcome, reason="Why not.")
    )
    assert (seen.outcome, seen.reason, seen.agrees) == (outcome, "Why not.", agrees)


def test_a_look_without_sslyze_or_without_a_host_is_not_known() -> None:
    assert second_opinion(result(facts(tls12=("TLS_A",)), theirs=None)).agrees is None
    nothing = second_opinion(result(theirs={}))
    assert (nothing.hosts, nothing.agrees) == ((), None)


def test_where_addresses_differ_sslyze_stands_beside_the_first_or_beside_none() -> None:
    first, second = facts(tls12=("TLS_A",)), facts(address="192.0.2.2", tls12=("TLS_B",))
    theirs = {"shop.example": lean(tls12=["TLS_A"])}
    seen = second_opinion(result(first, second, theirs=theirs))
    assert [(one.address, one.agrees) for one in seen.hosts] == [
        ("192.0.2.1", True),
        ("192.0.2.2", None),
    ]
    failed = facts(tls12=("TLS_A",), problems=("sslyze could not connect",))
    seen = second_opinion(result(failed, second, theirs=theirs))
    assert [one.agrees for one in seen.hosts] == [None, None]
