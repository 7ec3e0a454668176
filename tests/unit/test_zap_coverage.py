"""What a look may say of the Top 10, and of how far it came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanners.owasp.evidence import Reach, RuleRun
from scanners.owasp.zap.coverage import (
    categories_of,
    coverage_of,
    read_crawl,
    read_rules_run,
)
from scanners.owasp.zap.rules import CACHE_RULES, UNSAFE, known_rules

NEVER = {"2021": ("A04", "A07", "A08", "A09"), "2025": ("A06", "A07", "A08", "A09")}
FULL = [
    {"urlsInScope": [
        {"processed": "true", "statusCode": "200", "url": "https://s.example/"},
        {"processed": "true", "statusCode": "404", "url": "https://s.example/robots.txt"},
        {"processed": "false", "statusCode": "", "url": "https://s.example/deep/er"},
    ]},
    {"urlsOutOfScope": ["https://other.example/", "https://third.example/"]},
    {"urlsIoError": [{"url": "https://s.example/slow"}]},
]  # fmt: skip


def complete(rules: set[str]) -> list[RuleRun]:
    return [RuleRun(rule, "", "Complete") for rule in sorted(rules)]


def test_pages_that_were_known_and_not_had_lower_the_coverage() -> None:
    found = coverage_of(read_crawl(FULL), unanswered=1)
    assert (found.urls_known, found.urls_visited, found.ratio) == (4, 2, 0.5)
    assert (found.outside, found.unanswered) == (2, 1)


def test_a_full_zap_has_tested_what_can_be_tested_from_outside() -> None:
    every = {rule for rule, known in known_rules().items() if known.basic}
    reach = categories_of(complete(every), attacked=True)
    assert {c for c, r in reach["2021"].items() if r is Reach.TESTED} == {
        "A02",
        "A03",
        "A05",
        "A06",
    }
    assert {c for c, r in reach["2025"].items() if r is Reach.TESTED} == {"A02", "A04", "A05"}
    assert reach["2021"]["A09"] is reach["2025"]["A09"] is Reach.NOT_TESTABLE


def test_a_baseline_has_tested_nothing() -> None:
    reach = categories_of(complete(set(known_rules())), attacked=False)
    assert Reach.TESTED not in {r for edition in reach.values() for r in edition.values()}


def test_one_rule_of_many_makes_a_category_partly_seen_at_most() -> None:
    assert categories_of(complete({"40012"}), attacked=True)["2021"]["A03"] is Reach.PARTLY


def test_rules_about_caches_say_nothing_of_authentication() -> None:
    assert categories_of(complete(set(CACHE_RULES)), attacked=True)["2021"]["A07"] is (
        Reach.NOT_TESTABLE
    )


def test_a_rule_that_was_skipped_counts_for_nothing() -> None:
    runs = [RuleRun("40012", "XSS", "Skipped, exceeded max scan time.", True, 4)]
    assert categories_of(runs, attacked=True)["2021"]["A03"] is Reach.NOT_TESTABLE


@given(st.sets(st.sampled_from(sorted(known_rules()))), st.booleans())
def test_no_set_of_rules_tests_what_cannot_be_tested_from_outside(
    rules: set[str], attacked: bool
) -> None:
    reach = categories_of(complete(rules), attacked=attacked)
    for edition, categories in NEVER.items():
        assert all(reach[edition][c] is not Reach.TESTED for c in categories)


def test_the_table_of_rules_is_whole() -> None:
    assert len(known_rules()) == 157
    assert set(known_rules()) >= UNSAFE
    assert known_rules()["40018"].owasp_2025 == ("A05",)


def test_a_rule_that_ran_on_two_hosts_stands_once_at_its_worst() -> None:
    def row(state: str) -> dict[str, object]:
        return {"Plugin": ["XSS", "40012", "release", state, "12", "7", "0"]}

    progress = ["https://a", {"HostProcess": [row("Complete")]},
                "https://b", {"HostProcess": [row("Pending")]}]  # fmt: skip
    assert read_rules_run(progress) == (RuleRun("40012", "XSS", "Pending", True, 7),)


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["urlsInScope", "urlsOutOfScope", "HostProcess", "Plugin", "url"]),
            inner,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_no_answer_of_a_daemon_breaks_the_figures(found: object) -> None:
    assert 0 <= coverage_of(read_crawl(found), 0).ratio <= 1
    assert all(run.active for run in read_rules_run(found))
