"""Members and sites, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.store import SqlStore
from monitor.domain.site import Certification, Standing
from tests.contract.store_world import NOW, a_member, a_site, each, fill, schedule


def test_member_comes_back_as_it_was_put(store: SqlStore) -> None:
    member = a_member()
    store.transact(lambda tx: tx.put_members([member]))
    assert store.transact(lambda tx: tx.member("m1")) == member
    assert store.transact(lambda tx: tx.member("m2")) is None


def test_site_comes_back_with_its_certifications_in_order(store: SqlStore) -> None:
    fill(store)
    assert store.transact(lambda tx: tx.site("s1")) == a_site(1)


def test_putting_again_replaces_and_takes_certifications_away(store: SqlStore) -> None:
    fill(store, 2)
    changed = replace(
        a_site(1),
        url="https://new.example/",
        certifications=(Certification("nl", Standing.SUSPENDED, NOW.date()),),
    )
    renamed = replace(a_member(), legal_name="Anders B.V.", kvk=None)
    store.transact(each(lambda tx: tx.put_members([renamed]), lambda tx: tx.put_sites([changed])))
    assert store.transact(lambda tx: tx.members()) == [renamed]
    assert store.transact(lambda tx: tx.sites()) == [changed, a_site(2)]
    assert store.transact(lambda tx: tx.sites("tm")) == [a_site(2)]
    assert store.transact(lambda tx: tx.find_site("shop1.example")) is None


def test_site_of_an_unknown_member_is_refused_and_nothing_is_written(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        store.transact(
            each(
                lambda tx: tx.put_members([a_member()]),
                lambda tx: tx.put_sites([a_site(1, member=9)]),
            )
        )
    assert store.transact(lambda tx: tx.members()) == []


@pytest.mark.parametrize(
    "text", ["s1", "https://shop1.example/", "Shop1.example", "www.shop1.example"]
)
def test_site_is_found_by_id_url_and_host(store: SqlStore, text: str) -> None:
    fill(store, 2)
    assert store.transact(lambda tx: tx.find_site(text)) == a_site(1)


def test_host_of_two_sites_finds_none_of_them(store: SqlStore) -> None:
    fill(store, 2)
    store.transact(lambda tx: tx.put_sites([replace(a_site(2), hosts=("shop1.example",))]))
    assert store.transact(lambda tx: tx.find_site("shop1.example")) is None
    assert store.transact(lambda tx: tx.find_site("nowhere.example")) is None


def test_certified_sites_counts_a_site_once(store: SqlStore) -> None:
    fill(store, 3)
    twice = replace(
        a_site(1),
        certifications=(
            Certification("tm", Standing.CERTIFIED),
            Certification("be", Standing.CERTIFIED),
        ),
    )
    ended = replace(a_site(2), certifications=(Certification("tm", Standing.ENDED),))
    store.transact(lambda tx: tx.put_sites([twice, ended]))
    assert store.transact(lambda tx: tx.certified_sites()) == 2


def test_putting_a_site_again_keeps_what_hangs_on_it(store: SqlStore) -> None:
    fill(store)
    schedule(store, "s1")
    store.transact(lambda tx: tx.put_sites([a_site(1)]))
    assert len(store.transact(lambda tx: tx.due_rows("s1"))) == 1
