"""What conditions want of a browser, and whether a finding rests on a look in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.domain.label import When
from monitor.policy.assess import measures_for
from monitor.policy.browsing import can_be_rendered, is_rendered, measures_of
from scanners.api import Evidence, Facts, ScanKind
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.render.evidence import ConsentFacts
from tests.builders import MONDAY, condition, judge, label, member, site
from tests.unit.content_kit import seen_of

URL = "https://shop.example/"
PAGE = PageFacts(URL, URL, ("start",), 200, "nl", "", own=True, title="", text="")
SHOWN = replace(PAGE, rendered=True)
PAPER = replace(PAGE, document=True)
FOREIGN = replace(PAGE, own=False)
WATCHED = ConsentFacts(URL, URL, "")
(SITE,) = (e.facts for e in seen_of(()).scans[ScanKind.CONTENT].evidence)
assert isinstance(SITE, SiteFacts)
WHOLE = replace(SITE, rendered=True)


@pytest.mark.parametrize(
    ("facts", "rendered"),
    [
        ((), False),
        ((SITE,), False),
        ((WHOLE,), True),
        ((SITE, SHOWN), True),
        ((SITE, SHOWN, PAGE), False),
        ((WHOLE, PAGE), False),
        ((SITE, PAPER), False),
        ((WHOLE, PAPER), True),
        ((SITE, SHOWN, PAPER, FOREIGN), True),
        ((WATCHED,), True),
        ((replace(WATCHED, problem="timed_out"),), False),
    ],
)
def test_a_finding_is_rendered_when_all_it_rests_on_was(
    facts: tuple[Facts, ...], rendered: bool
) -> None:
    assert is_rendered(Evidence(one, URL, MONDAY) for one in facts) is rendered


STYLES = replace(judge(name="a"), measures=("styles",))
CONSENT = replace(judge(name="b"), measures=("consent", "styles"))
PLAIN = judge(name="c", kinds=(ScanKind.TLS,))
JUDGES = {one.name: one for one in (STYLES, CONSENT, PLAIN)}


def test_the_measures_of_several_conditions_are_asked_for_once() -> None:
    asked = [condition(f"x{name}", uses=name) for name in "abc"]
    assert measures_of(asked, JUDGES) == ("consent", "styles")
    assert measures_of([replace(asked[0], judge=None)], JUDGES) == ()


def test_only_a_condition_on_content_can_be_looked_at_in_a_browser() -> None:
    assert can_be_rendered(condition("x", uses="a"), JUDGES)
    assert not can_be_rendered(condition("x", uses="c"), JUDGES)
    assert not can_be_rendered(replace(condition("x", uses="a"), judge=None), JUDGES)


def test_a_condition_that_does_not_apply_asks_for_no_measure() -> None:
    both = replace(condition("x", uses="a"), when=When(labels_all=("mark", "other")))
    labels = {"mark": label(both, condition("y", uses="c"))}
    today = date(2026, 11, 21)
    assert measures_for(site(), member(), labels, JUDGES, today) == ()
    alone = {"mark": label(replace(both, when=When()))}
    assert measures_for(site(), member(), alone, JUDGES, today) == ("styles",)
    assert measures_for(site(), member(), {}, JUDGES, today) == ()
