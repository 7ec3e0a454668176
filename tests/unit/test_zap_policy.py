"""Which rules a live shop can stand, and how a policy is named."""

from __future__ import annotations

import pytest

from scanners.owasp.engine import Profile
from scanners.owasp.zap.policy import policy_name, strength_of, wanted_rules
from scanners.owasp.zap.probe import ScanRule
from scanners.owasp.zap.rules import UNSAFE

LOW, MEDIUM = Profile.ACTIVE_LOW, Profile.ACTIVE_MEDIUM


def test_no_rule_that_harms_is_ever_wanted() -> None:
    installed = [ScanRule(rule, "") for rule in (*UNSAFE, "40012", "990001")]
    assert wanted_rules(installed) == {"40012", "990001"}


MUST_NOT = (
    "10104", "40044", "30001", "30002", "40014", "40016", "40017", "90037", "40019", "40020",
    "40021", "40022", "40027", "20015",
)  # fmt: skip


@pytest.mark.parametrize("rule", MUST_NOT)
def test_the_rules_that_must_not_run_are_in_the_list(rule: str) -> None:
    assert rule in UNSAFE


def test_a_policy_is_named_after_its_content() -> None:
    name = policy_name(LOW, frozenset({"6", "40012"}))
    assert name.startswith("kw-low-")
    assert name == policy_name(LOW, frozenset({"40012", "6"}))
    others = {policy_name(LOW, frozenset({"6"})), policy_name(MEDIUM, frozenset({"6", "40012"}))}
    assert name not in others


def test_a_baseline_has_no_strength() -> None:
    with pytest.raises(ValueError, match="does not attack"):
        strength_of(Profile.BASELINE)
