"""``keurwacht drift``: a baseline in a folder, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import cast

import jsonschema
import pytest

from tests.integration.cli_kit import Office, Result, office
from tests.integration.content_shop import Reply, Shop, healthy_pages, page, running_shop

SCHEMA = json.loads(resources.files("monitor").joinpath("schemas/drift-1.json").read_text("utf-8"))
TERMS = (
    "<h1>Algemene voorwaarden</h1>"
    "<p>De klant kan binnen veertien dagen na ontvangst van de koop af zonder reden.</p>"
    "<p>Retourneren kost de klant niets als het artikel gebreken heeft.</p>"
    + "<p>Deze voorwaarden gelden voor elk aanbod van onze winkel. </p>"
    * 20
)
SHORTER = TERMS.replace("veertien", "zeven")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    pages = {**healthy_pages(), "/voorwaarden": page(TERMS)}
    with running_shop(tmp_path, pages) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path, database=False)


def drift(desk: Office, shop: Shop, *words: str, target: str | None = None) -> Result:
    dialled = [
        word
        for one in shop.options.resolve
        for word in ("--resolve", f"{one.host}:{one.port}:{one.address}:{one.to_port}")
    ]
    return desk.run(
        "drift", *([target or shop.url] if "--site" not in words else []),
        "--baseline", str(desk.folder / "base"), "--ca-file", str(shop.options.ca_file),
        "--allow-network", "127.0.0.0/8", "--again-after", "0", *dialled, *words,
    )  # fmt: skip


def told(result: Result) -> dict[str, object]:
    jsonschema.validate(result.document, SCHEMA)
    return result.document


def events(result: Result) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", told(result)["events"])


def test_the_first_run_proposes_and_a_quiet_one_says_nothing(desk: Office, shop: Shop) -> None:
    first = drift(desk, shop, "--json")
    assert (first.code, told(first)["baseline"]) == (0, {"state": "proposed", "observations": 1})
    again = drift(desk, shop, "--json")
    assert (again.code, events(again), told(again)["looks"]) == (0, [], 1)
    assert [p.name for p in (desk.folder / "base").iterdir()] == ["observation-0001.json"]


def test_a_shorter_term_is_told_after_two_looks_until_it_is_accepted(
    desk: Office, shop: Shop
) -> None:
    drift(desk, shop)
    shop.pages["/voorwaarden"] = page(SHORTER)
    found = drift(desk, shop, "--json")
    assert (found.code, told(found)["looks"]) == (3, 2)
    (event,) = events(found)
    assert (event["kind"], event["severity"], event["role"]) == ("term_changed", "high", "terms")
    assert "14 days -> 7 days" in event["named"]
    assert "veertien" in event["before"]
    assert "zeven" in event["after"]
    shown = drift(desk, shop)
    assert shown.code == 3
    assert "14 days -> 7 days" in shown.out
    taken = drift(desk, shop, "--accept", "--json")
    assert (taken.code, told(taken)["baseline"]) == (0, {"state": "accepted", "observations": 2})
    assert drift(desk, shop).code == 0


def test_two_versions_by_turns_are_both_known_once_accepted(desk: Office, shop: Shop) -> None:
    drift(desk, shop)
    shop.pages["/voorwaarden"] = page(SHORTER)
    drift(desk, shop, "--accept")
    shop.pages["/voorwaarden"] = page(TERMS)
    assert drift(desk, shop).code == 0
    shop.pages["/voorwaarden"] = page(TERMS.replace("veertien", "drie"))
    assert drift(desk, shop).code == 3


def test_what_only_one_look_saw_is_not_told(desk: Office, shop: Shop) -> None:
    drift(desk, shop)
    answers = [page(SHORTER), page(TERMS)]

    class Turning(dict[str, Reply]):
        def get(self, key: str, default: object = None) -> Reply:
            if key == "/voorwaarden" and answers:
                return answers.pop(0)
            return cast("Reply", super().get(key, default))

    shop.pages = Turning(shop.pages)
    result = drift(desk, shop, "--json")
    assert (result.code, events(result), told(result)["looks"]) == (0, [], 2)


def test_a_site_that_cannot_be_seen_is_neither_changed_nor_quiet(desk: Office, shop: Shop) -> None:
    wall = Reply("<title>Attention Required! | Cloudflare</title>", 403)
    shop.pages = dict.fromkeys(shop.pages, wall)
    shop.fallback = wall
    first = drift(desk, shop, "--json")
    assert (first.code, told(first)["baseline"]) == (4, {"state": "none", "observations": 0})
    assert not (desk.folder / "base").exists()


def test_a_page_that_was_not_read_leaves_it_open(desk: Office, shop: Shop) -> None:
    drift(desk, shop)
    shop.pages["/voorwaarden"] = Reply("later", 503)
    result = drift(desk, shop, "--json")
    assert (result.code, events(result), told(result)["not_read"]) == (4, [], ["terms"])
    accepted = drift(desk, shop, "--accept")
    assert accepted.code == 4
    assert "not accepted: the site was not seen whole" in accepted.err


def test_five_observations_are_kept(desk: Office, shop: Shop) -> None:
    for _ in range(7):
        assert drift(desk, shop, "--accept").code == 0
    names = sorted(p.name for p in (desk.folder / "base").iterdir())
    assert names == [f"observation-{n:04d}.json" for n in range(3, 8)]


def observation(**more: object) -> str:
    known = {"schema": "keurwacht/drift-observation@1", "kind": "drift.facts@3"}
    return json.dumps({**known, "url": "https://shop.example.nl/", **more})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "no observation of ours"),
        ("[]", "not an object"),
        (observation(url="https://o/"), "the baseline of https://o/"),
        (observation(facts={"roles": 3}), "no observation of ours"),
    ],
)
def test_a_spoilt_folder_is_bad_input(desk: Office, shop: Shop, body: str, said: str) -> None:
    (desk.folder / "base").mkdir()
    file = desk.file("base/observation-0001.json", body)
    result = drift(desk, shop)
    assert result.code == 2
    assert str(file) in result.err
    assert said in result.err
    assert file.read_text("utf-8") == body


def test_an_observation_of_another_version_is_left_alone(desk: Office, shop: Shop) -> None:
    (desk.folder / "base").mkdir()
    old = desk.file("base/observation-0001.json", '{"schema": "keurwacht/drift-observation@0"}')
    result = drift(desk, shop, "--json")
    assert "another version" in result.err
    assert told(result)["baseline"] == {"state": "proposed", "observations": 1}
    assert old.exists()


def test_the_folder_and_the_site_have_to_be_named(desk: Office, shop: Shop) -> None:
    assert desk.run("drift", shop.url).code == 2
    assert desk.run("drift", "--baseline", str(desk.folder)).code == 2
    assert drift(desk, shop, target="ftp://x/").code == 2


def test_hostile_text_reaches_no_terminal(desk: Office, shop: Shop) -> None:
    drift(desk, shop)
    evil = "<p>De klant betaalt voortaan \x1b[31m alle kosten \x07 van de retour zelf.</p>"
    reply = shop.pages["/voorwaarden"]
    assert isinstance(reply.body, str)
    shop.pages["/voorwaarden"] = replace(reply, body=reply.body.replace("<h1>", f"{evil}<h1>"))
    result = drift(desk, shop)
    assert result.code == 3
    assert "\x1b" not in result.out + result.err
    assert "\x07" not in result.out + result.err
