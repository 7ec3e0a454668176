"""What a lab shop says in one language, apart from who it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the lab's shops.

    ``paths`` and ``titles`` are by role; ``bodies`` too: plain text with ``$name``
    fields of the shop, a blank line between paragraphs, ``## `` before a heading
    and ``- `` before list items.  A role without a body is built elsewhere.
    """

    language: str
    paths: Mapping[str, str]
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    kvk_line: str
    kbo_line: str
    vat_line: str
    welcome: str
    assortment: str
    product_text: str
    price_lines: str
    add_to_cart: str
    newsletter: str
    newsletter_consent: str
    subscribe: str
    email_label: str
    password_label: str
    name_label: str
    message_label: str
    send: str
    not_found: str
    consent_wall: str
    complaint_form: str
