"""Whatever a server takes, per version and in whatever order, the hellos find just that."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanners.net.guard import Endpoint
from scanners.tls.enumerated import Enumerated
from scanners.tls.enumeration import Enumeration
from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13
from scanners.tls.groups import Rotation
from scanners.tls.suites import CHUNK, CURVES, TLS13_GROUPS, WEAK_CURVES, suites_of
from scanners.tls.target import Deadline
from tests.integration import tls_lab
from tests.shops.tls.modelled import Model, modelled

OLDER = (TLS12, TLS11, TLS10, SSL3)
BELOW_13 = (*CURVES, *WEAK_CURVES)
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def some(version: str) -> st.SearchStrategy[list[str]]:
    """A few suites of a version, those with a named group and those that show none."""
    every = suites_of(version)
    curves = [name for name in every if name.startswith("TLS_ECDHE_")]
    pool = st.sampled_from(every)
    mixed = pool if version in (TLS13, SSL3) else st.sampled_from(curves) | pool
    return st.lists(mixed, min_size=1, max_size=8, unique=True)


@st.composite
def models(draw: st.DrawFn) -> Model:
    versions = draw(st.lists(st.sampled_from((TLS13, *OLDER)), min_size=1, unique=True))
    suites = {version: draw(some(version)) for version in versions}
    if SSL3 in suites:
        # No extension, no named group: such a server takes none of these there.
        suites[SSL3] = [n for n in suites[SSL3] if not n.startswith("TLS_ECDHE_")] or [
            "TLS_RSA_WITH_RC4_128_SHA"
        ]
    if TLS13 in suites and len(suites) == 1:
        groups = draw(st.lists(st.sampled_from(TLS13_GROUPS), min_size=1, max_size=9, unique=True))
        return Model(suites, groups, draw(st.booleans()))
    # A server has one list for all versions; what each version knows of it counts.
    known = [g for g in dict.fromkeys((*TLS13_GROUPS[:5], *BELOW_13)) if g]
    groups = draw(st.lists(st.sampled_from(known), min_size=1, max_size=9, unique=True))
    groups.append("secp256r1") if "secp256r1" not in groups else None
    needs = draw(st.sampled_from(("", "secp256r1")))
    return Model(suites, groups, draw(st.booleans()), needs)


def asked(model: Model, pems: dict[bool, Path]) -> Enumerated:
    with tls_lab.serving(modelled(model, pems[bool(model.needs)])) as port:
        endpoint = Endpoint("127.0.0.1", port)
        return asyncio.run(Enumeration(endpoint, tls_lab.HOST, Deadline(30.0)).run())


def shows_groups(model: Model, version: str) -> bool:
    return any(n.startswith("TLS_ECDHE_") for n in model.suites.get(version, ()))


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """By whether the certificate has a curve."""
    return {
        True: tls_lab.odd_pem(tmp_path_factory.mktemp("curve")),
        False: tls_lab.odd_pem(tmp_path_factory.mktemp("rsa"), rsa_bits=2048),
    }


@SLOW
@given(model=models())
def test_what_a_server_takes_is_found_exactly(model: Model, pems: dict[bool, Path]) -> None:
    found = asked(model, pems)
    on = {version for version, accepted in found.protocols.items() if accepted}
    assert on == set(model.suites)
    assert found.protocols[SSL2] is False
    seen = {version: set(names) for version, names in found.suites.items() if names}
    assert seen == {version: set(names) for version, names in model.suites.items()}
    if model.own_choice:
        for version, names in model.suites.items():
            # What fits in the first hello; no one sees the order of what was never side by side.
            first = suites_of(version)[:CHUNK]
            # Nor that of suites with ECDHE and others where curves were asked beside them.
            for curved in (True, False):
                wanted = [n for n in names if n in first and ("_ECDHE_" in n) is curved]
                assert [n for n in found.suites[version] if n in wanted] == wanted
    assert all(found.known.values())
    assert found.doubtful == 0
    groups = set(found.groups or ())
    assert groups <= set(model.groups)
    if TLS13 in model.suites:
        assert groups >= set(model.groups) & set(TLS13_GROUPS)
    newest_older = next((v for v in OLDER if v in model.suites), "")
    # A server that prefers the curve of its certificate hides whatever it likes less.
    if shows_groups(model, newest_older) and not (model.needs and model.own_choice):
        assert groups >= set(model.groups) & set(BELOW_13)


@pytest.mark.parametrize(
    ("suites", "groups", "at_most"),
    [
        pytest.param(
            {TLS13: suites_of(TLS13)[:3]}, TLS13_GROUPS[:10], 20, id="modern, ten groups"
        ),
        pytest.param(
            {TLS13: suites_of(TLS13)[:3],
             TLS12: [n for n in suites_of(TLS12) if "ECDHE_RSA" in n and "GCM" in n]},
            ("x25519", "secp256r1", "secp384r1"), 22, id="intermediate, three groups",
        ),
    ],
)  # fmt: skip
def test_a_group_is_learnt_on_the_way_where_that_is_possible(
    suites: dict[str, list[str]], groups: tuple[str, ...], at_most: int, pems: dict[bool, Path]
) -> None:
    found = asked(Model(suites, groups, own_choice=True), pems)
    assert set(found.groups or ()) == set(groups)
    assert found.connections <= at_most


def test_a_server_that_hangs_up_for_want_of_a_group_is_still_known(pems: dict[bool, Path]) -> None:
    suites = {
        TLS13: suites_of(TLS13)[:3],
        TLS12: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
    }
    model = Model(suites, ("x25519", "secp256r1"), own_choice=True, hangs_up=True)
    found = asked(model, pems)
    assert {v: tuple(names) for v, names in found.suites.items() if names} == {
        version: tuple(names) for version, names in suites.items()
    }
    assert all(found.known.values())
    assert set(found.groups or ()) == set(model.groups)


@given(
    seen=st.sets(st.sampled_from(TLS13_GROUPS)),
    answers=st.lists(st.sampled_from((None, *TLS13_GROUPS)), max_size=12),
    kept=st.lists(st.sampled_from(TLS13_GROUPS), max_size=2, unique=True),
)
def test_groups_are_left_out_only_while_every_answer_shows_a_new_one(
    seen: set[str], answers: list[str | None], kept: list[str]
) -> None:
    rotation = Rotation(TLS13_GROUPS, TLS13_GROUPS[:10], seen)
    assert rotation.offer(worthwhile=True, kept=kept) == TLS13_GROUPS
    new_so_far = True
    for answer in answers:
        new_so_far = new_so_far and answer is not None and answer not in seen
        rotation.saw(answer)
        seen.add(answer or "")
        offered = rotation.offer(worthwhile=True, kept=kept)
        if not rotation.turning:
            assert offered == TLS13_GROUPS
        else:
            assert new_so_far
            assert set(offered) == (set(TLS13_GROUPS) - seen) | set(kept)
            assert list(offered[len(offered) - len(kept) :]) == kept
