"""Ids of tag managers and measurement accounts: who may put anything on the page."""

from __future__ import annotations

import re

IDS_MAX = 12
READ_MAX_CHARS = 400_000

_GOOGLE = re.compile(
    r"(?<![\w-])(GTM-[A-Z0-9]{4,10}|G-[A-Z0-9]{6,12}|UA-\d{4,12}-\d{1,3}|AW-\d{6,12}|DC-\d{5,12}|GT-[A-Z0-9]{5,12})(?![\w-])"
)
_OTHERS = (
    ("fbq", re.compile(r"fbq\(\s?[\"']init[\"']\s?,\s?[\"']?(\d{8,20})")),
    ("hotjar", re.compile(r"hjid\s?[:=]\s?[\"']?(\d{4,10})")),
    ("clarity", re.compile(r"[\"']clarity[\"']\s?,\s?[\"']script[\"']\s?,\s?[\"'](\w{6,14})[\"']")),
    ("tiktok", re.compile(r"ttq\.load\(\s?[\"'](\w{10,30})[\"']")),
    ("pinterest", re.compile(r"pintrk\(\s?[\"']load[\"']\s?,\s?[\"'](\d{8,20})[\"']")),
    ("snap", re.compile(r"snaptr\(\s?[\"']init[\"']\s?,\s?[\"']([\w-]{10,50})[\"']")),
    ("linkedin", re.compile(r"_linkedin_partner_id\s?=\s?[\"'](\d{4,12})[\"']")),
    ("matomo", re.compile(r"setSiteId[\"']\s?,\s?[\"']?(\d{1,8})")),
    ("bing", re.compile(r"[\"']?\bti[\"']?\s?:\s?[\"'](\d{6,12})[\"']")),
    ("matomo_tag", re.compile(r"/js/container_(\w{6,12})\.js")),
)  # fmt: skip
_KINDS = {"GTM": "gtm", "G": "ga4", "UA": "ua", "AW": "ads", "DC": "floodlight", "GT": "gtag"}


def containers_in(raw: str, url: str) -> tuple[str, ...]:
    """``gtm:GTM-ABCD`` and kin in a script and in the address it is loaded from, sorted."""
    text = f"{raw[:READ_MAX_CHARS]}\n{url[:2_000]}"
    found = {f"{_KINDS[m[1].partition('-')[0]]}:{m[1]}" for m in _GOOGLE.finditer(text)}
    for kind, pattern in _OTHERS:
        found |= {f"{kind}:{match[1]}" for match in pattern.finditer(text)}
    return tuple(sorted(found)[:IDS_MAX])
