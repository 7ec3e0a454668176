"""Entries as people write them: every problem named with its place, none raised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.mailbox import domain_name, mailbox
from monitor.domain.member import (
    Category,
    Contact,
    ContactRole,
    Customers,
    Member,
    member_id_of,
    same_trader,
)
from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.services.entries import (
    MEMBER_FIELDS,
    SITE_FIELDS,
    Entry,
    EntryProblem,
    Path,
    canonical_url,
    is_mail_address,
    parse_entry,
    site_id_of,
)

LABELS = ("thuiswinkel-zakelijk", "webwinkelkeur")
SITE_FILE = """
url: https://shop.example/
subject: shop                 # shop | platform | seller
site: {hosts: [www.shop.example], certificate_url: null, profile_urls: []}
member:
  legal_name: Voorbeeld Handel B.V.
  trade_names: []
  kvk: "30198127"
  kbo: null
  vat: NL004495445B01
  address: null
  customers: [b2b]
  jurisdiction: NL
  languages: [nl]
  flags: []                   # vat_exempt, sells_subscriptions, ...
  size: null
  labels: {thuiswinkel-zakelijk: certified}   # a standing, or {standing: ended, since: 2026-11-20}
parameters: {start_page_min_chars: 10}
"""


def parsed(raw: object) -> Entry:
    entry, problems = parse_entry(raw, LABELS)
    assert problems == ()
    assert entry is not None
    return entry


def problems_of(raw: object) -> tuple[EntryProblem, ...]:
    entry, problems = parse_entry(raw, LABELS)
    assert entry is None
    assert problems
    return problems


def with_member(**fields: object) -> dict[str, object]:
    return {"url": "shop.example", "member": {"legal_name": "Voorbeeld", **fields}}


def with_site(**fields: object) -> dict[str, object]:
    return {"url": "shop.example", "site": fields}


def test_the_site_file_of_the_documents_is_read_as_it_stands() -> None:
    assert parsed(yaml.safe_load(SITE_FILE)) == Entry(
        Site(
            "shop.example",
            "kvk-30198127",
            "https://shop.example/",
            SubjectType.SHOP,
            hosts=("www.shop.example",),
            certifications=(Certification("thuiswinkel-zakelijk", Standing.CERTIFIED),),
        ),
        Member(
            "kvk-30198127",
            "Voorbeeld Handel B.V.",
            kvk="30198127",
            vat="NL004495445B01",
            customers=frozenset({Customers.B2B}),
            jurisdiction="NL",
            languages=("nl",),
        ),
        {"start_page_min_chars": 10},
        SITE_FIELDS - {"platform"} | MEMBER_FIELDS - {"contacts", "categories"},
    )


def test_a_standing_may_have_days() -> None:
    ended = {"standing": "ended", "since": date(2026, 11, 20), "valid_until": "2026-12-31"}
    certification = Certification(
        "webwinkelkeur", Standing.ENDED, date(2026, 11, 20), date(2026, 12, 31)
    )
    entry = parsed(with_member(labels={"webwinkelkeur": ended}))
    assert entry.site.certifications == (certification,)


def test_a_url_alone_is_an_entry() -> None:
    entry = parsed({"url": "Shop.Example"})
    assert entry.site == Site("shop.example", "unnamed", "https://shop.example/")
    assert entry.parameters == {}


def test_contacts_and_categories_are_read_with_their_defaults() -> None:
    entry = parsed(
        with_member(
            contacts=[
                {"email": "a@shop.example"},
                {"email": "b@shop.example", "name": "B", "language": "fr", "role": "technical"},
            ],
            categories=["webshop", {"name": "platform", "since": "2026-01-01"}],
        )
    )
    assert entry.member.contacts == (
        Contact("a@shop.example", "", "en"),
        Contact("b@shop.example", "B", "fr", ContactRole.TECHNICAL),
    )
    assert entry.member.categories == (
        Category("webshop"),
        Category("platform", date(2026, 1, 1)),
    )


@pytest.mark.parametrize(
    ("fields", "member_id"),
    [
        pytest.param({"id": "m-1", "kvk": "30198127"}, "m-1", id="the one given"),
        pytest.param({"kvk": 30198127, "kbo": "0123456789"}, "kvk-30198127", id="the Dutch number"),
        pytest.param({"kbo": "0123.456.789"}, "kbo-0123456789", id="the Belgian number"),
        pytest.param({"legal_name": "voorbeeld"}, "voorbeeld", id="the name"),
        pytest.param({"legal_name": "Ünal & Zn."}, "nal-zn-0b0a06ab55", id="a name with signs"),
        pytest.param({"legal_name": "中文公司"}, "name-96fdf108fe", id="other letters"),
    ],
)
def test_a_member_is_known_by_its_id_its_number_or_its_name(
    fields: dict[str, object], member_id: str
) -> None:
    assert parsed(with_member(**fields)).member.member_id == member_id


def test_a_seller_is_read_with_its_profile_pages() -> None:
    raw = {
        "url": "https://market.example/",
        "subject": "seller",
        "site": {"profile_urls": ["https://Market.example/seller/1"], "platform": "market"},
    }
    seller = parsed(raw).site
    assert seller.profile_urls == ("https://market.example/seller/1",)
    assert (seller.subject, seller.platform) == (SubjectType.SELLER, "market")


HUGE = 16**5000


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        pytest.param([], (), ["mapping", "[]"], id="no mapping"),
        pytest.param(None, ("url",), ["None", "URL"], id="nothing"),
        pytest.param({}, ("url",), ["None", "URL"], id="no url"),
        pytest.param({"url": "a.nl", "lable": 1}, ("lable",), ["lable", "parameters"], id="key"),
        pytest.param({"url": "ftp://a.nl"}, ("url",), ["ftp://a.nl"], id="scheme"),
        pytest.param({"url": "two words"}, ("url",), ["two words"], id="words"),
        pytest.param({"url": True}, ("url",), ["True", "text"], id="bool"),
        pytest.param({"url": "a" * 2001}, ("url",), ["2000"], id="too long"),
        pytest.param({"url": "a\nb.nl"}, ("url",), ["printable"], id="two lines"),
        pytest.param({"url": HUGE}, ("url",), ["number"], id="a number too long to write"),
        pytest.param(
            {"url": "a.nl", "subject": "stall"},
            ("subject",),
            ["stall", "shop, platform, seller"],
            id="subject",
        ),
        pytest.param(
            {"url": "a.nl", "subject": HUGE}, ("subject",), ["number", "shop"], id="huge subject"
        ),
        pytest.param({"url": "a.nl", "id": "A B"}, ("id",), ["A B", "a-z"], id="site id"),
        pytest.param({"url": "a.nl", "parameters": [1]}, ("parameters",), ["[1]"], id="parameters"),
        pytest.param({"url": "a.nl", "site": "x"}, ("site",), ["mapping", "x"], id="site"),
        pytest.param(with_site(host="x"), ("site", "host"), ["host", "hosts"], id="site key"),
        pytest.param(with_site(hosts="x"), ("site", "hosts"), ["list", "x"], id="hosts text"),
        pytest.param(with_site(hosts=b"x"), ("site", "hosts"), ["list"], id="hosts bytes"),
        pytest.param(with_site(hosts=["b.nl/x"]), ("site", "hosts", 0), ["b.nl/x"], id="path"),
        pytest.param(with_site(hosts=["b.nl?x"]), ("site", "hosts", 0), ["b.nl?x"], id="query"),
        pytest.param(with_site(hosts=["", "b b"]), ("site", "hosts", 1), ["b b"], id="second host"),
        pytest.param(with_site(hosts=[{}]), ("site", "hosts", 0), ["text", "{}"], id="host map"),
        pytest.param(
            with_site(certificate_url="ftp://x"), ("site", "certificate_url"), ["ftp"], id="cert"
        ),
        pytest.param(
            with_site(certificate_url=False), ("site", "certificate_url"), ["False"], id="cert no"
        ),
        pytest.param(
            with_site(profile_urls=["", "x y"]), ("site", "profile_urls", 1), ["x y"], id="profile"
        ),
        pytest.param(
            {"url": "a.nl", "subject": "seller"}, ("site", "profile_urls"), ["seller"], id="seller"
        ),
        pytest.param(with_site(platform="p" * 101), ("site", "platform"), ["100"], id="platform"),
        pytest.param({"url": "a.nl", "member": []}, ("member",), ["mapping"], id="member"),
        pytest.param(with_member(kvk="123"), ("member", "kvk"), ["123", "8 digits"], id="kvk"),
        pytest.param(with_member(kbo="9"), ("member", "kbo"), ["9", "10 digits"], id="kbo"),
        pytest.param(with_member(vat="12"), ("member", "vat"), ["12", "VAT"], id="vat"),
        pytest.param(
            with_member(legal_name=""), ("member", "legal_name"), ["missing"], id="no name"
        ),
        pytest.param(
            with_member(legal_name=["x"]), ("member", "legal_name"), ["['x']"], id="name list"
        ),
        pytest.param(with_member(id="É"), ("member", "id"), ["É"], id="member id"),
        pytest.param(
            with_member(jurisdiction="Holland"), ("member", "jurisdiction"), ["Holland"], id="where"
        ),
        pytest.param(
            with_member(customers=["", "b2g"]),
            ("member", "customers", 1),
            ["b2g", "b2b, b2c"],
            id="customers",
        ),
        pytest.param(with_member(labels=["x"]), ("member", "labels"), ["['x']"], id="labels list"),
        pytest.param(
            with_member(labels={"gold": "certified"}),
            ("member", "labels", "gold"),
            ["gold", "thuiswinkel-zakelijk, webwinkelkeur"],
            id="label",
        ),
        pytest.param(
            with_member(labels={"webwinkelkeur": "lost"}),
            ("member", "labels", "webwinkelkeur"),
            ["lost", "applicant, certified"],
            id="standing",
        ),
        pytest.param(
            with_member(labels={"webwinkelkeur": {"stand": 1}}),
            ("member", "labels", "webwinkelkeur", "stand"),
            ["standing, since"],
            id="standing key",
        ),
        pytest.param(
            with_member(labels={"webwinkelkeur": {"since": "soon"}}),
            ("member", "labels", "webwinkelkeur", "since"),
            ["soon", "2026-11-20"],
            id="since",
        ),
        pytest.param(
            with_member(labels={"webwinkelkeur": {"since": datetime(2026, 1, 1)}}),  # noqa: DTZ001
            ("member", "labels", "webwinkelkeur", "since"),
            ["2026-01-01 00:00:00"],
            id="a moment is no day",
        ),
        pytest.param(with_member(contacts="a@b.nl"), ("member", "contacts"), ["list"], id="c1"),
        pytest.param(with_member(contacts=[1]), ("member", "contacts", 0), ["mapping"], id="c2"),
        pytest.param(
            with_member(contacts=[{"email": "a b@c.nl"}]),
            ("member", "contacts", 0, "email"),
            ["a b@c.nl"],
            id="mail",
        ),
        pytest.param(
            with_member(contacts=[{}]), ("member", "contacts", 0, "email"), ["mail"], id="no mail"
        ),
        pytest.param(
            with_member(contacts=[{"email": "a@b.nl", "language": "es"}]),
            ("member", "contacts", 0, "language"),
            ["es", "nl, fr, en, de"],
            id="language",
        ),
        pytest.param(
            with_member(contacts=[{"email": "a@b.nl", "role": "boss"}]),
            ("member", "contacts", 0, "role"),
            ["boss", "contact, technical, finance"],
            id="role",
        ),
        pytest.param(
            with_member(categories={"a": 1}), ("member", "categories"), ["list"], id="categories"
        ),
        pytest.param(
            with_member(categories=[None]), ("member", "categories", 0), ["name"], id="no category"
        ),
        pytest.param(
            with_member(categories=[{"name": "x", "until": "?"}]),
            ("member", "categories", 0, "until"),
            ["?"],
            id="category until",
        ),
    ],
)
def test_a_bad_field_is_named_with_its_place_its_value_and_the_choices(
    raw: object, path: Path, words: list[str]
) -> None:
    found = {problem.path: problem.message for problem in reversed(problems_of(raw))}
    assert path in found
    for word in words:
        assert word in found[path]


def test_all_problems_are_found_at_once() -> None:
    raw = {**with_member(kvk="1", vat="2"), "url": "?", "subject": "stall", "sight": {}}
    assert {problem.path[-1] for problem in problems_of(raw)} == {
        "sight",
        "url",
        "kvk",
        "vat",
        "subject",
    }


def test_a_hostile_value_is_shown_short_and_in_one_line() -> None:
    (problem,) = problems_of({"url": "a.nl", "subject": "x\x1b[31m\n" + "y" * 9999})
    assert problem.message.isprintable()
    assert len(problem.message) < 200


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.binary(max_size=6)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(["certified", "shop", "seller", "webwinkelkeur", "b2b", "a@b.nl"])
    | st.integers(1, 9).map(lambda factor: factor * HUGE)  # Python refuses to write it
)
KEYS = st.sampled_from(
    ["url", "id", "subject", "site", "member", "parameters", "hosts", "labels", "contacts",
     "categories", "email", "standing", "since", "name", "kvk", "profile_urls", "webwinkelkeur"]
) | LEAVES  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


@given(TREES)
def test_nothing_that_yaml_can_hold_raises(raw: object) -> None:
    entry, problems = parse_entry(raw, LABELS)
    assert (entry is None) is bool(problems)


@given(
    st.dictionaries(st.sampled_from(["legal_name", "kvk", "contacts", "labels", "flags"]), TREES),
    st.dictionaries(st.sampled_from(["hosts", "certificate_url", "profile_urls"]), TREES),
)
def test_nothing_inside_the_known_fields_raises_either(
    member: Mapping[str, object], site: Mapping[str, object]
) -> None:
    entry, problems = parse_entry({"url": "a.nl", "member": member, "site": site}, LABELS)
    assert (entry is None) is bool(problems)
    assert all(isinstance(problem.message, str) for problem in problems)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("shop.example", "https://shop.example/"),
        ("HTTPS://Shop.Example:8443/Winkel?a=B#top", "https://shop.example:8443/Winkel?a=B"),
        ("http://shop.example.", "http://shop.example/"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("https://[::1]:8443/", "https://[::1]:8443/"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080/"),
        ("localhost", "https://localhost/"),
        ("my_shop.example", "https://my_shop.example/"),
        ("ftp://shop.example", None),
        ("https://", None),
        ("https://.", None),
        ("https://a..b", None),
        ("https://user@shop.example", None),
        ("https://:secret@shop.example", None),
        ("https://shop.example:99999", None),
        ("https://[::1", None),
        ("https://[fe80::1%eth0]/", None),
        ("https://[v1.a:b]/", None),
        ("https://two words.example", None),
        ("https://shop<script>.example", None),
        ("https://shop.example\\.evil.example", None),
        ("https://-shop.example", None),
        ("javascript:alert(1)", None),
        ("//shop.example", None),
        ("", None),
    ],
)
def test_a_url_has_one_way_of_writing_or_none(text: str, url: str | None) -> None:
    assert canonical_url(text) == url


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-zA-Z0-9.\-_:\[\]@%]{1,30}/?.{0,8}"))
def test_the_canonical_form_of_a_canonical_url_is_itself(text: str) -> None:
    url = canonical_url(text)
    if url is not None:
        assert canonical_url(url) == url
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert parts.fragment == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("anna@shop.example", True),
        ("a+b@x.y.nl", True),
        ("info@bücher.example", True),
        ("info@shop.xn--p1ai", True),
        ("ü@u.example", False),
        ("jan..p@u.example", False),
        (".jan@u.example", False),
        ("jan.@u.example", False),
        ("jan@-u.example", False),
        ("jan@u..example", False),
        ("jan@192.0.2.1", False),
        (f"{'j' * 65}@u.example", False),
        (f"{'j' * 64}@{'.'.join(['u' * 60] * 3)}.example", False),
        (f"jan@{'.'.join(['u' * 60] * 5)}.example", False),
        ("anna@shop", False),
        ("anna@shop.example, x@y.nl", False),
        ("Anna <anna@shop.example>", False),
        ("anna@shop.example\nBcc: x@y.nl", False),
        ("", False),
    ],
)
def test_a_mail_address_is_one_and_plain(text: str, *, is_one: bool) -> None:
    assert is_mail_address(text) is is_one


@given(st.text(max_size=30) | st.from_regex(r"[a-z.ü]{1,8}@[a-zü.-]{1,12}", fullmatch=True))
def test_what_is_kept_as_an_address_can_be_written_to(text: str) -> None:
    if is_mail_address(text):
        local, _, domain = mailbox(text).rpartition("@")
        assert local.isascii()
        assert domain == domain_name(domain)


@pytest.mark.parametrize(
    ("url", "site_id"),
    [
        ("https://shop.example/", "shop.example"),
        ("http://shop.example/", "shop.example"),
        ("https://mijn--shop.example/", "mijn--shop.example"),
        ("https://my_shop.example/", "my_shop.example"),
        ("https://shop.example:8443/", "shop.example-8443-34ec72c16c"),
        ("https://shop.example/NL/Winkel/", "shop.example-nl-winkel-93457267cc"),
        ("https://shop.example/?shop=1", "shop.example-33ebddb24c"),
        ("https://[::1]/", "1-6d16ab695d"),
        ("https://_/", "site-d2e2adf717"),
    ],
)
def test_a_site_is_named_by_its_host_and_a_mark_of_the_rest(url: str, site_id: str) -> None:
    assert site_id_of(url) == site_id
    assert parsed({"url": url}).site.site_id == site_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://mijn-shop.example/", "https://mijn--shop.example/"),
        ("https://mall.example/a/b", "https://mall.example/a-b"),
        ("https://mall.example/a", "https://mall.example/A"),
        ("https://mall.example/?a=1", "https://mall.example/?a=2"),
        ("https://mall.example/a", "https://mall.example-a/"),
        ("https://mall.example/" + "x" * 200, "https://mall.example/" + "x" * 201),
        (f"https://{'a' * 60}.{'b' * 60}.nl/", f"https://{'a' * 60}.{'b' * 60}.be/"),
    ],
)
def test_two_sites_never_share_an_id(one: str, other: str) -> None:
    assert site_id_of(one) != site_id_of(other)


@given(st.from_regex(r"https://[a-z0-9_.-]{1,20}(:[0-9]{1,4})?/[a-zA-Z/?=-]{0,9}", fullmatch=True),
       st.text(max_size=120))  # fmt: skip
def test_every_id_that_is_made_may_be_said_again(url: str, name: str) -> None:
    canonical = canonical_url(url)
    if canonical is not None:
        made = site_id_of(canonical)
        assert parsed({"id": made, "url": canonical}).site.site_id == made
    made = member_id_of(None, None, name)
    assert parsed({"url": "a.nl", "member": {"id": made, "legal_name": "A"}}).member.member_id == (
        made
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bakkerij Jansen", "Bakkerij-Jansen", False),
        ("中文公司", "日本会社", False),
        ("Straße", "Strasse", False),
        ("kvk 30198127", "kvk-30198127", False),
        ("x" * 120, "x" * 121, False),
        ("Bakkerij  Jansen ", "BAKKERIJ JANSEN", True),
        ("Cafe\u0301", "Café", True),
    ],
)
def test_two_names_are_one_member_only_when_they_are_one_name(
    one: str, other: str, *, same: bool
) -> None:
    assert (member_id_of(None, None, one) == member_id_of(None, None, other)) is same
    assert same_trader(Member("a", one), Member("a", other)) is same


def test_no_name_is_taken_for_a_register_number_or_for_no_name() -> None:
    assert member_id_of("30198127", None, "A") == "kvk-30198127"
    assert member_id_of(None, None, "kvk-30198127") != "kvk-30198127"
    assert member_id_of(None, None, "Unnamed") != member_id_of(None, None, " ")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Member("a", "A", kvk="1"), Member("a", "B", kvk="1"), True),
        (Member("a", "A", kvk="1"), Member("a", "A", kvk="2"), False),
        (Member("a", "A", kvk="1", kbo="3"), Member("a", "B", kvk="1", kbo="4"), False),
        (Member("a", "A", kvk="1"), Member("a", "a", kbo="3"), True),
        (Member("a", "A", kvk="1"), Member("a", "B"), False),
    ],
)
def test_a_register_number_decides_who_is_who_and_without_one_the_name(
    one: Member, other: Member, *, same: bool
) -> None:
    assert same_trader(one, other) is same
    assert same_trader(other, one) is same


def test_an_entry_remembers_what_it_speaks_of() -> None:
    short = {"url": "a.nl", "member": {"legal_name": "A"}}
    assert parsed(short).given == {"legal_name"}
    said: dict[str, object] = {"id": "a", "url": "a.nl", "subject": None, "site": {"hosts": []},
            "member": {"id": 0, "legal_name": "A", "contacts": None, "labels": {}}}  # fmt: skip
    assert parsed(said).given == {
        "site_id", "subject", "hosts", "member_id", "legal_name", "contacts", "certifications",
    }  # fmt: skip
    blank = {"id": " ", "url": "a.nl", "member": {"id": None, "legal_name": "A"}}
    assert parsed(blank).given == {"legal_name"}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://MÜNCHEN.example", "https://xn--mnchen-3ya.example/"),
        ("https://shop_1.example.", "https://shop_1.example/"),
    ],
)
def test_a_name_with_signs_keeps_its_own_owner(written: str, url: str) -> None:
    assert canonical_url(written) == url


@pytest.mark.parametrize(
    "written", [f"https://{'a' * 64}.example/", "https://a..example/", "https://é..example/"]
)
def test_a_name_that_cannot_be_one_is_no_address(written: str) -> None:
    assert canonical_url(written) is None
