"""Hosts that could be taken for the label's."""

from __future__ import annotations

import pytest

from monitor.policy.conditions.seal_marks import resembles_label
from monitor.policy.judge import Subject
from scanners.seal.evidence import Reference
from tests.builders import certified, member, site

SUBJECT = Subject(site(), member(), certified(), label_hosts=("abcdefg.org",))


@pytest.mark.parametrize(
    ("host", "alike"),
    [
        ("abcdefh.org", True),
        ("abcdefg.org.example", True),
        ("abcd.example.com", False),
        ("abcdexyz.net", False),
        ("x.nl", False),
        ("www.abcdefg.org", False),
        ("", False),
    ],
)
def test_two_letters_apart_is_near_and_another_length_is_not(host: str, alike: bool) -> None:
    reference = Reference("link", f"https://{host}/", host, "", "https://shop.example/")
    assert resembles_label(reference, SUBJECT) is alike
