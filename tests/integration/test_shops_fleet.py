"""The demonstration fleet: who the members are, what each shop shows, how it is handed over."""

from __future__ import annotations

import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import dns.message
import dns.query
import dns.rcode
import httpx
import pytest
import yaml
from selectolax.parser import HTMLParser
from stdnum.be import vat as be_vat
from stdnum.nl import btw

from tests.shops.fleet import (
    ANOTHER_KVK,
    EXCHANGER,
    Fleet,
    MemberShop,
    fleet,
    site_file,
    sites_yaml,
)
from tests.shops.members import BECOMMERCE, MEMBERS, PARKING, THUISWINKEL, WEBWINKELKEUR, Member
from tests.shops.pages import HTML, build_pages, consent_wall_page, role_paths

ROOT = Path(__file__).resolve().parents[2]
KEYS = [member.key for member in MEMBERS]
OPEN = ("healthy", "old_tls", "privacy_gone", "kvk_swapped", "belgian", "webwinkelkeur")
PRIVACY_WORDS = {
    "nl": "persoonsgegevens|doel|verwerk|inzage|correct|verwijder|bezwaar",
    "fr": "personnel|finalit|trait|accès|rectific|effac|oppos",
    "en": "personal data|purpose|process|access|correct|eras|object",
    "de": "personenbezogen|zweck|verarbeit|auskunft|bericht|lösch|widerspruch",
}
TERM = {
    "nl": r"beantwoorden .* binnen 14 dagen",
    "fr": r"répondons .* délai de 14 jours",
    "en": r"answer .* within 14 days",
    "de": r"beantworten .* innerhalb von 14 Tagen",
}
ABROAD = pytest.mark.parametrize(
    "member", [next(m for m in MEMBERS if m.text.language == name) for name in TERM], ids=list(TERM)
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("lab")) as started:
        yield started


def visible(body: str) -> str:
    tree = HTMLParser(body).body
    return " ".join(tree.text(separator=" ").split()) if tree is not None else ""


def main_text(body: str) -> str:
    node = HTMLParser(body).css_first("main")
    return " ".join(node.text(separator=" ").split()) if node is not None else ""


def get(fleet_: Fleet, found: MemberShop, path: str = "/") -> httpx.Response:
    with httpx.Client(verify=fleet_.authority.client_context(), timeout=5) as client:
        return client.get(
            f"https://127.0.0.1:{found.shop.https_port}{path}",
            headers={"host": found.shop.host},
            extensions={"sni_hostname": found.shop.host},
        )


@pytest.mark.parametrize("member", MEMBERS, ids=KEYS)
def test_every_member_has_numbers_that_hold_their_check_digits(member: Member) -> None:
    text = member.text
    if member.jurisdiction == "BE":
        assert be_vat.is_valid(text.kbo)
        assert text.vat == f"BE{text.kbo}"
    else:
        assert re.fullmatch(r"\d{8}", text.kvk)
        assert btw.is_valid(text.vat)


def test_hosts_and_numbers_are_each_members_own() -> None:
    texts = [member.text for member in MEMBERS]
    assert len({t.host.rsplit(".", 2)[-2] for t in (*texts, PARKING)}) == len(MEMBERS) + 1
    assert all(t.host.count(".") == 1 and t.host.endswith(".example") for t in texts)
    assert len({t.vat for t in texts}) == len(MEMBERS)
    assert ANOTHER_KVK not in {t.kvk for t in texts}


@pytest.mark.parametrize("member", MEMBERS, ids=KEYS)
def test_every_page_has_its_measure_and_no_link_is_dead(member: Member) -> None:
    pages, paths = build_pages(member.text), role_paths(member.text)
    assert len(visible(pages["/"].body)) > 400
    assert len(main_text(pages[paths["terms"]].body)) > 1500
    assert len(main_text(pages[paths["privacy"]].body)) > 600
    assert len(visible(consent_wall_page(member.text).body)) < 300
    for path, page in pages.items():
        assert "$" not in page.body, path
        if page.content_type == HTML:
            tree = HTMLParser(page.body)
            targets = [n.attributes.get("href") for n in tree.css("a[href], link[href]")]
            targets += [n.attributes.get("src") for n in tree.css("img")]
            local = {t for t in targets if t and t.startswith("/")}
            assert local <= set(pages), path
    listed = re.findall(r"<loc>https://[^/]+([^<]+)</loc>", pages["/sitemap.xml"].body)
    assert set(listed) == {p for p, page in pages.items() if page.content_type == HTML}
    assert len(listed) == 15


@ABROAD
def test_privacy_complaints_and_delivery_say_what_a_label_asks_in_each_language(
    member: Member,
) -> None:
    pages, paths = build_pages(member.text), role_paths(member.text)
    language = member.text.language
    privacy = main_text(pages[paths["privacy"]].body).lower()
    assert [w for w in PRIVACY_WORDS[language].split("|") if w not in privacy] == []
    assert re.search(TERM[language], main_text(pages[paths["complaints"]].body))
    delivery = main_text(pages[paths["delivery"]].body)
    assert re.search(r"\d (tot|à|to|bis) \d (werkdagen|jours|working days|Werktage)", delivery)
    assert re.search(r"€ \d", delivery)
    contact = main_text(pages[paths["contact"]].body)
    for shown in (member.text.company, member.text.postcode, member.text.vat, member.text.email):
        assert shown in contact


@pytest.mark.parametrize("key", OPEN)
def test_open_shops_answer_and_show_the_seals_of_their_labels(running: Fleet, key: str) -> None:
    found = running[key]
    answer = get(running, found)
    assert answer.status_code == 200
    links = [n.attributes["href"] for n in HTMLParser(answer.text).css("a.seal")]
    hosts = {THUISWINKEL: "www.thuiswinkel.org", WEBWINKELKEUR: "www.webwinkelkeur.nl"}
    hosts[BECOMMERCE] = "www.becommerce.be"
    assert [httpx.URL(str(link)).host for link in links] == [hosts[n] for n in found.member.labels]


def test_the_four_certificate_and_tls_stories_are_true(running: Fleet) -> None:
    now = datetime.now(UTC)
    assert running["expired"].shop.certificate.not_after < now
    left = running["expires"].shop.certificate.not_after - now
    assert timedelta(days=4, hours=22) < left < timedelta(days=5)
    assert get(running, running["expires"]).status_code == 200
    for key, complaint in (("expired", "expired"), ("wrong_host", "Hostname mismatch")):
        with pytest.raises(httpx.ConnectError, match=complaint):
            get(running, running[key])


def test_the_content_stories_are_true(running: Fleet) -> None:
    gone, swapped = running["privacy_gone"], running["kvk_swapped"]
    assert get(running, gone, gone.shop.paths["privacy"]).status_code == 404
    assert "privacy" not in get(running, gone).text.lower()
    assert ANOTHER_KVK in get(running, swapped, "/contact/").text
    assert swapped.member.text.kvk not in get(running, swapped).text
    assert ANOTHER_KVK not in site_file(swapped)


def test_the_walls_and_the_parking_page_are_true(running: Fleet) -> None:
    assert get(running, running["bot_wall"]).status_code == 403
    with pytest.raises((httpx.ConnectTimeout, httpx.ReadTimeout)):
        httpx.get(
            f"https://127.0.0.1:{running['tarpit'].shop.https_port}/",
            verify=ssl.create_default_context(),
            timeout=0.5,
        )
    location = httpx.URL(get(running, running["parked"]).headers["location"])
    assert location.host == PARKING.host
    assert f"{PARKING.host}:443:127.0.0.1:{running.parking.https_port}" in running.resolve


def test_the_name_server_names_one_mail_server_for_every_member_and_knows_no_other(
    running: Fleet,
) -> None:
    def ask(name: str, kind: str) -> dns.message.Message:
        question = dns.message.make_query(name, kind)
        return dns.query.udp(question, "127.0.0.1", timeout=5, port=running.names.port)

    for found in running.members:
        (answer,) = ask(found.shop.host, "MX").answer
        assert [record.to_text() for record in answer] == [f"10 {EXCHANGER}."]
    assert ask(PARKING.host, "MX").rcode() is dns.rcode.NXDOMAIN
    assert f"{EXCHANGER}:25:127.0.0.1:{running.exchanger.port}" in running.resolve
    assert running.dns_server == f"127.0.0.1:{running.names.port}"


def test_the_import_file_has_every_site_with_contacts_in_its_language(running: Fleet) -> None:
    entries = cast("list[dict[str, object]]", yaml.safe_load(sites_yaml(running))["sites"])
    assert [e["url"] for e in entries] == [m.shop.url for m in running.members]
    for entry, member in zip(entries, MEMBERS, strict=True):
        described = cast("dict[str, object]", entry["member"])
        contacts = cast("list[dict[str, str]]", described["contacts"])
        assert [c["role"] for c in contacts] == ["contact", "technical"]
        assert {c["language"] for c in contacts} == {member.text.language}
        assert set(entry) == {"url", "subject", "site", "member"}


def test_a_site_file_has_the_keys_of_the_contract(running: Fleet) -> None:
    data = yaml.safe_load(site_file(running["belgian"]))
    assert set(data) == {"url", "subject", "site", "member", "parameters"}
    assert set(data["site"]) == {"hosts", "certificate_url", "profile_urls"}
    names = "legal_name trade_names kvk kbo vat address customers jurisdiction languages"
    assert set(data["member"]) == {*names.split(), "flags", "size", "labels"}
    assert data["member"]["kvk"] is None
    assert data["member"]["kbo"] == "0999041206"
    assert data["member"]["labels"] == {BECOMMERCE: "certified"}


def test_a_part_of_the_fleet_can_be_started_and_unknown_names_are_refused(tmp_path: Path) -> None:
    with fleet(tmp_path / "a", ("healthy",)) as small:
        assert [m.key for m in small.members] == ["healthy"]
        with pytest.raises(KeyError, match="known: healthy"):
            small["tarpit"]
    with pytest.raises(KeyError, match="'nobody'"), fleet(tmp_path / "b", ("nobody",)):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_how_to_check_each_shop_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.shops", "--folder", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(child.stdout.readline())
            assert lines[-1], child.stderr.read()
        child.send_signal(number)
        assert child.wait(20) == 0
        assert child.stderr.read() == ""
    commands = [line for line in lines if line.startswith("  keurwacht check --site")]
    assert len(commands) == len(MEMBERS)
    assert len(list(tmp_path.glob("*.yaml"))) == len(MEMBERS) + 1
