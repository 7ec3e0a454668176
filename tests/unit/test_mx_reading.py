"""Reading what mail servers and DNS say: replies, SPF, DMARC, MTA-STS, DANE, which domains."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from scanners.api import ScanKind, ScanRequest, encode_facts
from scanners.mail.dane import Tlsa, compare
from scanners.mail.domains import DOMAINS_MAX, domains_of
from scanners.mail.evidence import DaneState, MailDomainFacts, MxState, RecordState
from scanners.mail.lookup import Server, servers_of
from scanners.mail.records import (
    covers,
    read_dmarc,
    read_mta_sts,
    read_policy,
    read_spf,
    read_tls_rpt,
)
from scanners.mail.replies import (
    LINES_MAX,
    NotSmtpError,
    Reply,
    ReplyReader,
    is_masked,
    keywords,
)
from tests.shops.authority import Authority, system_now

PRESENT, ABSENT, INVALID = RecordState.PRESENT, RecordState.ABSENT, RecordState.INVALID


def read(data: bytes) -> list[Reply]:
    reader = ReplyReader()
    reader.feed(data)
    found = []
    while (reply := reader.next()) is not None:
        found.append(reply)
    return found


def test_replies_of_one_and_of_many_lines_are_read() -> None:
    assert read(b"220 hi\r\n250-a\r\n250-B c\r\n250 d\r\n221") == [
        Reply(220, ("hi",)),
        Reply(250, ("a", "B c", "d")),
    ]
    assert read(b"250\n") == [Reply(250, ("",))]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n",
        b"25 x\r\n",
        b"2500 x\r\n",
        b"150 x\r\n",
        b"\r\n",
        b"250-a\r\n251 b\r\n",
        b"a" * 2_001,
        b"250-x\r\n" * (LINES_MAX + 1),
        b"\xd9\xa1\xd9\xa2 x\r\n",
    ],
)
def test_what_is_no_reply_is_refused(data: bytes) -> None:
    with pytest.raises(NotSmtpError):
        read(data)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_are_a_reply_or_none_however_they_are_cut(parts: list[bytes]) -> None:
    def outcome(pieces: list[bytes]) -> object:
        reader, found = ReplyReader(), []
        try:
            for piece in pieces:
                reader.feed(piece)
                while (reply := reader.next()) is not None:
                    found.append(reply)
        except NotSmtpError:
            return found, "no smtp"
        return found, reader.has_more()

    assert outcome(parts) == outcome([b"".join(parts)])


@given(
    st.integers(200, 599),
    st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))),
)
def test_a_reply_written_by_the_rules_is_read_back(code: int, lines: list[str]) -> None:
    words = lines[:LINES_MAX] or [""]
    short = [word[:400] for word in words]
    marks = "-" * (len(short) - 1) + " "
    text = "".join(f"{code}{mark}{word}\r\n" for mark, word in zip(marks, short, strict=True))
    assert read(text.encode()) == [Reply(code, tuple(short))]


def test_keywords_are_read_whatever_their_case_and_the_greeting_is_none() -> None:
    assert keywords(Reply(250, ("size", "StartTLS", "SIZE 100", "", " "))) == {"STARTTLS", "SIZE"}
    assert "STARTTLS" not in keywords(Reply(250, ("mx starttls", "SIZE")))
    assert "STARTTLS" in keywords(Reply(250, ("STARTTLS",)))
    assert keywords(Reply(250, ())) == frozenset()


@pytest.mark.parametrize(
    ("words", "masked"),
    [({"XXXXXXXA"}, True), ({"XXXX"}, True), ({"X-EXPS", "XXX"}, False), ({"XXXXFOO"}, False)],
)
def test_words_a_firewall_blots_out_are_known(words: set[str], masked: bool) -> None:
    assert is_masked(frozenset(words)) is masked


@pytest.mark.parametrize(
    ("texts", "state", "last"),
    [
        pytest.param([], ABSENT, "", id="none"),
        pytest.param(["v=spf10 -all", "spf1 -all", "v=DMARC1"], ABSENT, "", id="others"),
        pytest.param(["v=spf1 include:x.example -all"], PRESENT, "-", id="strict"),
        pytest.param(["V=SPF1 mx ~ALL", "x"], PRESENT, "~", id="capitals"),
        pytest.param(["v=spf1 ?all"], PRESENT, "?", id="neutral"),
        pytest.param(["v=spf1 +all"], PRESENT, "+", id="anybody"),
        pytest.param(["v=spf1 all"], PRESENT, "+", id="anybody without a sign"),
        pytest.param(["v=spf1 all -all"], PRESENT, "+", id="the first counts"),
        pytest.param(["v=spf1"], PRESENT, "", id="empty"),
        pytest.param(["v=spf1 a/24 a:b.example/24//64 exists:%{i}.x.example"], PRESENT, "", id="a"),
        pytest.param(["v=spf1 exp=x.example foo=bar -all"], PRESENT, "-", id="modifiers"),
        pytest.param(["v=spf1 -all", "v=spf1 +all"], INVALID, "", id="two"),
        pytest.param(["v=spf1 ipv4:1.2.3.4 -all"], INVALID, "", id="unknown part"),
        pytest.param(["v=spf1 " + "a " * 9_000], INVALID, "", id="too long"),
        pytest.param(["v=spf1 " + "a " * 900], INVALID, "", id="too many"),
        pytest.param(["v=spf1 redirect=a redirect=b"], INVALID, "", id="two redirects"),
    ],
)
def test_spf_is_read(texts: list[str], state: RecordState, last: str) -> None:
    found = read_spf(texts)
    assert (found.state, found.all) == (state, last)
    assert bool(found.problem) == (state is INVALID)


def test_a_redirect_of_spf_counts_without_all_only() -> None:
    assert read_spf(["v=spf1 redirect=_spf.example"]).redirect == "_spf.example"
    assert read_spf(["v=spf1 redirect=_spf.example -all"]).redirect == ""


@pytest.mark.parametrize(
    ("texts", "state", "policy"),
    [
        pytest.param([], ABSENT, "", id="none"),
        pytest.param(["v=DMARC1; p=Reject; rua=mailto:a@b.nl"], PRESENT, "reject", id="reject"),
        pytest.param(["v = DMARC1 ;p = none"], PRESENT, "none", id="spaces"),
        pytest.param(["v=dmarc1; p=reject"], ABSENT, "", id="version has its case"),
        pytest.param(["p=reject; v=DMARC1"], ABSENT, "", id="version first"),
        pytest.param(["v=DMARC1; p=bad; rua=mailto:a@b.nl"], PRESENT, "none", id="reports only"),
        pytest.param(["v=DMARC1; p=bad"], INVALID, "", id="no policy"),
        pytest.param(["v=DMARC1; p=none", "v=DMARC1; p=none"], INVALID, "", id="two"),
        pytest.param(["v=DMARC1; p=none; p=reject"], PRESENT, "none", id="the first counts"),
        pytest.param(["v=DMARC1; p=reject; sp=none"], PRESENT, "reject", id="own policy"),
        pytest.param(["v=DMARC1; p=reject" + " " * 10_000], ABSENT, "", id="too long"),
    ],
)
def test_dmarc_is_read(texts: list[str], state: RecordState, policy: str) -> None:
    found = read_dmarc(texts, "_dmarc.x.nl")
    assert (found.state, found.policy) == (state, policy)
    assert bool(found.found_at) == (state is not ABSENT)


def test_dmarc_below_the_registered_domain_goes_by_its_own_policy() -> None:
    assert read_dmarc(["v=DMARC1;p=reject;sp=none"], "d", inherited=True).policy == "none"
    assert read_dmarc(["v=DMARC1;p=reject;sp=x"], "d", inherited=True).policy == "reject"


@pytest.mark.parametrize(("text", "percent"), [("5", 5), ("500", 100), ("-1", 100), ("²", 100)])
def test_the_share_of_dmarc_is_a_number_up_to_a_hundred(text: str, percent: int) -> None:
    assert read_dmarc([f"v=DMARC1; p=none; pct={text}"], "d").percent == percent


def test_records_of_mta_sts_and_tls_rpt_are_read() -> None:
    assert read_mta_sts(["v=STSv1; id=20260101T00;"]) is PRESENT
    assert read_mta_sts(["v=STSv1; id=a", "v=STSv1; id=b"]) is INVALID
    assert read_mta_sts(["v=STSv1; id="]) is INVALID
    assert read_mta_sts([f"v=STSv1; id={'a' * 33}"]) is INVALID
    assert read_mta_sts(["v=spf1"]) is ABSENT
    assert read_tls_rpt(["v=TLSRPTv1; rua=mailto:a@b.nl"]) is PRESENT
    assert read_tls_rpt(["v=TLSRPTv1"]) is INVALID
    assert read_tls_rpt([""]) is ABSENT


WHOLE = {"version": "STSv1", "mode": "enforce", "mx": "mx.shop.nl", "max_age": "86400"}


def policy_text(**changes: str | None) -> str:
    fields: Mapping[str, str | None] = {**WHOLE, **changes}
    return "\r\n".join(f"{key}: {value}" for key, value in fields.items() if value is not None)


def test_a_whole_policy_is_read() -> None:
    found = read_policy(policy_text() + "\nmx: *.Shop.nl.\nmode: none\nextra: 1\nnonsense")
    assert (found.mode, found.patterns, found.problem) == (
        "enforce",
        ("mx.shop.nl", "*.shop.nl"),
        "",
    )
    assert read_policy(policy_text(mode="none", mx=None)).problem == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "STSv2"},
        {"mode": "strict"},
        {"max_age": "-1"},
        {"max_age": "99999999"},
        {"max_age": "1" * 5_000},
        {"max_age": None},
        {"mx": None},
    ],
)
def test_a_policy_that_lacks_something_has_a_problem(changes: dict[str, str | None]) -> None:
    assert read_policy(policy_text(**changes)).problem


def test_a_pattern_stands_for_one_label() -> None:
    assert covers(("*.shop.nl",), ("a.shop.nl", "b.shop.nl"))
    assert not covers(("*.shop.nl",), ("a.b.shop.nl",))
    assert not covers(("*.shop.nl", "shop.nl"), ("shop.nl", "x.nl"))


TEXTS = st.one_of(
    st.text(max_size=300),
    st.text("v=spf1DMARCSTSLPr ;:=+-~?all/%{}", max_size=300),
    st.sampled_from(("v=spf1 ", "v=DMARC1;", "v=STSv1;", "v=TLSRPTv1;")).flatmap(
        lambda head: st.text(max_size=100).map(lambda tail: head + tail)
    ),
)


@given(st.lists(TEXTS, max_size=5), st.text(max_size=2_000))
def test_no_text_breaks_a_reader_and_facts_stay_small(texts: list[str], policy: str) -> None:
    facts = MailDomainFacts(
        "shop.nl", MxState.NULL, spf=read_spf(texts), dmarc=read_dmarc(texts, "d")
    )
    assert len(encode_facts(facts)) < 4_000
    read_mta_sts(texts)
    read_tls_rpt(texts)
    assert len(read_policy(policy).patterns) <= 500


def request(*hosts: str, url: str = "https://www.shop.nl/", **expected: object) -> ScanRequest:
    return ScanRequest(ScanKind.MAIL, url, hosts, expected=expected)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(request(), ("shop.nl",), id="registered domain"),
        pytest.param(request("shop.nl", "SHOP.NL.", "a.b.shop.nl"), ("shop.nl",), id="once"),
        pytest.param(request("shop.co.uk"), ("shop.nl", "shop.co.uk"), id="two domains"),
        pytest.param(request("192.0.2.1", "a..b", ""), ("shop.nl",), id="no names"),
        pytest.param(
            request(mail_domains=["info@Mail.shop.nl", "x@[192.0.2.1]", 5, "a b", "müller.de"]),
            ("shop.nl", "mail.shop.nl", "xn--mller-kva.de"),
            id="contact addresses",
        ),
        pytest.param(request(mail_domains="shop.be"), ("shop.nl",), id="no list"),
        pytest.param(request("shop.example", url="https://www.shop.example/"), ("shop.example",),
                     id="a lab"),
        pytest.param(
            request("a.shop.example", url="https://shop.example/"), ("shop.example",), id="below"
        ),
        pytest.param(request(url=""), (), id="nothing"),
        pytest.param(request(url="https://[x"), (), id="no url"),
    ],
)  # fmt: skip
def test_mail_domains_of_a_site(asked: ScanRequest, found: tuple[str, ...]) -> None:
    assert domains_of(asked) == found


def test_many_domains_are_bounded() -> None:
    asked = request(*(f"shop{n}.nl" for n in range(50)))
    assert len(domains_of(asked)) == DOMAINS_MAX


@pytest.mark.parametrize(
    ("text", "address", "port", "believed"),
    [
        ("127.0.0.1", "127.0.0.1", 53, True),
        ("127.0.0.1:5353", "127.0.0.1", 5353, True),
        ("192.0.2.53", "192.0.2.53", 53, False),
        ("::1", "::1", 53, True),
        ("[::1]", "::1", 53, True),
        ("[2001:db8::1]:54", "2001:db8::1", 54, False),
    ],
)
def test_a_resolver_is_believed_on_this_machine_only(
    text: str, address: str, port: int, believed: bool
) -> None:
    (server,) = servers_of(text)
    assert (server, server.believed) == (Server(address, port), believed)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    issued = Authority(tmp_path_factory.mktemp("ca")).issue("mx.shop.nl")
    found = x509.load_pem_x509_certificates(issued.chain_pem)
    return tuple(c.public_bytes(Encoding.DER) for c in found)


def digest(der: bytes, *, key: bool) -> bytes:
    if not key:
        return hashlib.sha256(der).digest()
    public = x509.load_der_x509_certificate(der).public_key()
    shown = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(shown).digest()


MXES = ("mx.shop.nl", "shop.nl")


@pytest.mark.parametrize(
    ("usage", "of", "names", "found"),
    [
        pytest.param(3, 0, (), "matches", id="leaf, whatever its name"),
        pytest.param(3, 1, MXES, "mismatch", id="an authority is no leaf"),
        pytest.param(2, 1, MXES, "matches", id="authority"),
        pytest.param(2, 1, ("shop.nl",), "mismatch", id="authority, another name"),
        pytest.param(2, 0, MXES, "mismatch", id="a leaf is no authority"),
        pytest.param(1, 0, MXES, "unusable", id="usage 1"),
        pytest.param(255, 0, MXES, "unusable", id="private usage"),
    ],
)
@pytest.mark.parametrize("key", [True, False])
def test_dane_records_are_compared(
    chain: tuple[bytes, ...], usage: int, of: int, names: tuple[str, ...], found: str, key: bool
) -> None:
    record = Tlsa(usage, int(key), 1, digest(chain[of], key=key))
    assert compare([record], chain, names, system_now()) == found


def test_dane_with_other_digests_and_dates(chain: tuple[bytes, ...]) -> None:
    now = system_now()
    later = now + timedelta(days=400)
    whole, long = Tlsa(3, 0, 0, chain[0]), Tlsa(3, 0, 2, hashlib.sha512(chain[0]).digest())
    assert compare([whole], chain, (), later) is DaneState.MATCHES
    assert compare([long], chain, (), now) is DaneState.MATCHES
    assert compare([Tlsa(3, 0, 9, b""), Tlsa(3, 7, 1, b"")], chain, (), now) is DaneState.UNUSABLE
    anchor = Tlsa(2, 0, 0, chain[1])
    assert compare([anchor], chain, MXES, later) is DaneState.MISMATCH
    assert compare([anchor], chain[:1], MXES, now) is DaneState.MISMATCH
    assert compare([Tlsa(2, 0, 0, b"x"), anchor], chain, MXES, now) is DaneState.MATCHES
    assert compare([Tlsa(2, 0, 0, b"x")], chain, MXES, now) is DaneState.MISMATCH
    assert compare([whole], (), (), now) is DaneState.NOT_KNOWN


@given(st.binary(max_size=200), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_no_chain_and_no_record_break_the_comparison(
    der: bytes, usage: int, selector: int, matching: int
) -> None:
    record = Tlsa(usage, selector, matching, der)
    assert compare([record], (der, der), MXES, system_now()) in (
        DaneState.MISMATCH,
        DaneState.UNUSABLE,
    )


def test_facts_are_small_and_read_back(tmp_path: Path) -> None:
    facts = MailDomainFacts("shop.nl", MxState.NONE)
    assert facts.KIND == "mail.domain@1"
    assert len(encode_facts(facts)) < 700
