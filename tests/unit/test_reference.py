"""The reference pages are what the code says."""

from __future__ import annotations

from docs.generate import PAGES, broken_links, main
from docs.label_fields import FIELDS
from monitor.policy import scheme_conditions, scheme_label, scheme_profiles, schemes


def test_every_page_is_as_the_code_says_and_every_link_leads_somewhere() -> None:
    assert main(["--check"]) == 0
    assert broken_links() == []
    assert len(PAGES) == 7


def test_every_field_the_loader_knows_is_described_and_no_other() -> None:
    known = {
        "Top level": schemes._TOP,
        "label": scheme_label._LABEL,
        "conditions": scheme_conditions._KEYS,
        "findings (as a mapping)": scheme_conditions._MAPPED,
        "applies.when": scheme_conditions._WHEN,
        "confirmations": scheme_profiles._CONFIRMATION,
        "remedies": scheme_profiles._REMEDY,
        "obligations": scheme_label._OBLIGATION,
    }
    assert {block: set(keys) for block, keys in known.items()} == {
        block: set(rows) for block, rows in FIELDS.items()
    }
