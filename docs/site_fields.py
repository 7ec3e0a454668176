"""What every key of a site file means.  A test holds the keys to those of the reader."""

from __future__ import annotations

SITE_FIELDS = (
    ("id", "stable id; from the URL when left out"),
    ("url", "start URL; required"),
    ("subject", "`shop` (default), `platform` or `seller`"),
    ("site.hosts", "list of the site's other own hosts"),
    ("site.certificate_url", "the member's certificate page, when it has one"),
    ("site.profile_urls", "pages of a seller on its platform; a seller needs one"),
    ("site.platform", "hosting platform; sites on one platform share its patience"),
    ("member.id", "stable id; from the register number or the exact name when left out"),
    ("member.legal_name", "name in the register; required when there is a member"),
    ("member.trade_names", "list of other names"),
    ("member.kvk", "Dutch register number, 8 digits, in quotes"),
    ("member.kbo", "Belgian enterprise number, 10 digits, in quotes"),
    ("member.vat", "VAT number with its country prefix"),
    ("member.address", "postal address, one line"),
    ("member.customers", "list of `b2b`, `b2c`"),
    ("member.jurisdiction", "country such as NL (default)"),
    ("member.languages", "list of the shop's languages, ISO 639-1"),
    ("member.flags", "list of facts such as `vat_exempt`"),
    ("member.size", "size class of the company"),
    ("member.labels", "`{label: standing}` or `{label: {standing, since, valid_until}}`"),
    ("member.contacts", "list of `{email, name, language, role}`"),
    ("member.categories", "list of names or `{name, since, until}`; they cumulate"),
    ("parameters", "`{name: value}`, see [parameters](parameters.md); for `keurwacht check` only"),
)  # fmt: skip

# Cells of a CSV file that are not written as in YAML.
CSV_CELLS = (
    ("member_id", "`member.id`"),
    *((name, "values with `|` between") for name in (
        "hosts", "profile_urls", "trade_names", "customers", "languages", "flags")),
    ("labels", "`LABEL=standing` or `LABEL=standing@2026-11-20`, with `|` between"),
    ("contacts", "`mail/name/language/role`, with `|` between; nl, fr, en or de"),
    ("categories", "`name` or `name@since..until`, with `|` between"),
)  # fmt: skip
