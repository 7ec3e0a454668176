"""A dependency that is not known makes nothing look mended."""

from __future__ import annotations

from monitor.domain.finding import Finding
from monitor.policy.assess import UnderLabel, assess
from scanners.api import ScanKind
from tests.builders import Spotted, certified, condition, judge, label, member, site
from tests.unit.test_assess import seen


def _findings(*spotted: tuple[str, Spotted]) -> dict[str, Finding]:
    """``a`` <- ``b`` <- ``c``, each needing the one before to be met."""
    mark = label(
        condition("c", uses="c", depends_on={"b": Finding.MET}),
        condition("b", uses="b", depends_on={"a": Finding.MET}),
        condition("a", uses="a"),
    )
    judges = {name: judge(outcome, name=name) for name, outcome in spotted}
    under = UnderLabel(site(), member(), mark, certified())
    looked = seen(asked=frozenset(ScanKind))
    return {f.condition_id: f.finding for f in assess(under, looked, judges)}


def test_not_knowing_the_first_makes_the_whole_chain_not_known() -> None:
    found = _findings(("a", Spotted.UNSEEN), ("b", Spotted.FOUND), ("c", Spotted.ABSENT))
    assert found == dict.fromkeys("abc", Finding.INCONCLUSIVE)


def test_a_breach_of_the_first_takes_the_rest_out_of_the_question() -> None:
    found = _findings(("a", Spotted.ABSENT), ("b", Spotted.FOUND), ("c", Spotted.ABSENT))
    assert found["a"] is Finding.NOT_MET
    assert {found["b"], found["c"]} == {Finding.NOT_APPLICABLE}


def test_a_met_chain_is_judged_to_its_end() -> None:
    found = _findings(("a", Spotted.FOUND), ("b", Spotted.FOUND), ("c", Spotted.ABSENT))
    assert found == {"a": Finding.MET, "b": Finding.MET, "c": Finding.NOT_MET}
