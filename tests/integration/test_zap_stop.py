"""The kill switch, from the command of staff to the last request a shop sees; true and fake."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
import trustme

from monitor import bootstrap
from monitor.daemon import Daemon
from monitor.settings_load import load_settings
from scanners.api import ScanKind, ScanOutcome
from scanners.owasp.zap.client import ZapClient
from tests.integration.cli_kit import Office, office
from tests.integration.net_server import HOST, ca_file, server_context
from tests.integration.zap_lab import running
from tests.shops.vulnerable import Behaviour, Seen, Shop, serve_vulnerable

pytestmark = pytest.mark.timeout(240)
WITHIN_S = 5.0
SITE = f"""\
url: {HOST}
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {{thuiswinkel-zakelijk: certified}}
"""


def by_zap(shop: Shop) -> list[Seen]:
    """Requests of the OWASP scan: other checks bear no number of a run."""
    return [seen for seen in shop.log if "x-keurwacht-scan" in seen.headers]


async def until(what: str, ready: object, within_s: float = 90.0) -> None:
    end = time.monotonic() + within_s
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < end, what
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("kind", ["fake", "true"])
def test_the_kill_switch_ends_a_running_scan_within_five_seconds(kind: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    with (
        serve_vulnerable(
            server_context(authority, HOST), HOST, behaviour=Behaviour(wait_s=0.1)
        ) as shop,
        running(kind, tmp_path / "zap") as zap,
    ):
        desk = office(tmp_path)
        desk.settings(
            f'[owasp]\nengine = "zap"\n[zap]\nendpoints = ["{zap.url}"]\nkeys = "{zap.key}"\n'
            "[http]\nport = 0\n[work]\ntick_s = 0.2\n",
            net=f'ca_file = "{ca_file(authority, tmp_path)}"\nallow_networks = ["127.0.0.0/8"]\n'
            f'resolve = ["{HOST}:443:127.0.0.1:{shop.port}"]\n',
        )
        # At three requests a second the spider is busy for long.
        text = desk.config.read_text().replace(
            "requests_per_second = 100", "requests_per_second = 3"
        )
        desk.config.write_text(text)
        assert desk.run("sites", "add", str(desk.file("een.yaml", SITE))).code == 0
        assert desk.run("scan", "owasp", HOST).code == 0
        asyncio.run(stopped(desk, shop))
        left = ZapClient(zap.url, zap.key)
        assert not [row for row in left.spider.scans if row["state"] == "RUNNING"]


async def stopped(desk: Office, shop: Shop) -> None:
    settings = load_settings(desk.config, {}, {})
    store = bootstrap.open_store(settings)
    (site_id,) = store.transact(lambda tx: [site.site_id for site in tx.sites()])
    daemon = Daemon(settings, store)
    await daemon.start()
    try:
        await until("the scan", lambda: len(by_zap(shop)) >= 8)
        begun = time.monotonic()
        done = await asyncio.to_thread(desk.run, "killswitch", "on", "--reason", "storm")
        on_at = time.monotonic()
        assert done.code == 0
        assert begun < on_at
        await asyncio.sleep(WITHIN_S + 2.0)
        assert by_zap(shop)[-1].at - on_at < WITHIN_S
        rows = store.transact(lambda tx: tx.scans(site_id))
        assert [row.outcome for row in rows if row.kind is ScanKind.OWASP] == [
            ScanOutcome.CANCELLED
        ]
    finally:
        await daemon.stop()
        store.close()
