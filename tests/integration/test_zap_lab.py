"""The ZAP of the tests: a true daemon and a fake one behave alike, and both really look."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shops.vulnerable import From, Shop, serve_clean, serve_vulnerable
from tests.zap import assemble as assembling
from tests.zap.fake_api import RECORDED
from tests.zap.kit import (
    Api,
    Faults,
    Reply,
    RunningZap,
    UnavailableError,
    WrongSumError,
    assemble,
    default_cache,
    fake_command,
    fake_zap,
    free_port,
    true_zap,
)

pytestmark = pytest.mark.timeout(600)
AGENT = "Keurwacht-lab/1 (+https://keurwacht.example/)"
EXCLUDED = ".*/(winkelwagen|afrekenen|login|logout|account|contact).*"


@pytest.fixture(scope="module")
def install() -> Path:
    """The true daemon's folder; skips where it cannot be had."""
    try:
        return assemble(default_cache())
    except UnavailableError as error:
        pytest.skip(f"no true ZAP: {error}")


@pytest.fixture(scope="module")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningZap]]:
    """One true daemon, started when first asked for, and one fake for the whole module."""
    with ExitStack() as stack:
        yield _Daemons(stack, tmp_path_factory)


class _Daemons(dict[str, RunningZap]):
    def __init__(self, stack: ExitStack, folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self._stack = stack
        self._folders = folders

    def __missing__(self, kind: str) -> RunningZap:
        if kind == "fake":
            found = self._stack.enter_context(fake_zap())
        else:
            try:
                folder = assemble(default_cache())
            except UnavailableError as error:
                pytest.skip(f"no true ZAP: {error}")
            found = self._stack.enter_context(true_zap(folder, self._folders.mktemp("zap")))
        self[kind] = found
        return found


@pytest.fixture(params=["fake", "true"])
def zap(request: pytest.FixtureRequest, daemons: dict[str, RunningZap]) -> RunningZap:
    """Either daemon, with an empty session and its own settings back."""
    found = daemons[request.param]
    reset(Api(found))
    return found


def reset(api: Api) -> None:
    """Everything that outlives a session, as it was."""
    api("core/action/newSession", name="", overwrite="true")
    api("core/action/setMode", mode="standard")
    api("network/action/removeRateLimitRule", description="lab")
    api("spider/action/setOptionPostForm", Boolean="false")
    for kind, option in (("pscan", "maxAlerts"), ("ascan", "Integer")):
        api(f"{kind}/action/enableAllScanners")
        name = "setMaxAlertsPerRule" if kind == "pscan" else "setOptionMaxAlertsPerRule"
        api(f"{kind}/action/{name}", **{option: 0})


@dataclass
class Lab:
    """A daemon that was told about a shop."""

    api: Api
    shop: Shop
    context: str = ""

    def spider(self) -> dict[str, list[dict[str, str]]]:
        """Crawl to the end; the full results by their names."""
        scan = self.api(
            "spider/action/scan", url=self.shop.url, contextName="lab", subtreeOnly="true"
        )["scan"]
        self.api.until(lambda: self.api("spider/view/status", scanId=scan)["status"] == "100")
        parts = self.api("spider/view/fullResults", scanId=scan)["fullResults"]
        assert isinstance(parts, list)
        return {name: rows for part in parts for name, rows in part.items()}

    def settle(self) -> None:
        """Wait for the passive rules."""
        self.api.until(lambda: self.api("pscan/view/recordsToScan")["recordsToScan"] == "0")

    def attack(self) -> str:
        """Begin an active scan of everything; its id."""
        scan = self.api(
            "ascan/action/scan", url=self.shop.url, recurse="true", contextId=self.context
        )["scan"]
        return str(scan)

    def scan(self, number: str) -> dict[str, str]:
        """The row of an active scan."""
        rows = self.api("ascan/view/scans")["scans"]
        assert isinstance(rows, list)
        return next(row for row in rows if row["id"] == number)

    def finished(self, number: str) -> bool:
        """Has it ended, one way or another?"""
        return self.scan(number)["state"] == "FINISHED"

    def rules(self, number: str) -> dict[str, str]:
        """How far each rule came."""
        told = self.api("ascan/view/scanProgress", scanId=number)["scanProgress"]
        assert isinstance(told, list)
        # Empty for a moment after the start.
        rows = [row["Plugin"] for row in told[1]["HostProcess"]] if len(told) > 1 else []
        return {str(row[1]): str(row[3]) for row in rows}

    def alerts(self, start: int = 1, count: int = 500) -> list[dict[str, str]]:
        """One page of alerts."""
        told = self.api("alert/view/alerts", baseurl=self.shop.origin, start=start, count=count)
        assert isinstance(told["alerts"], list)
        return told["alerts"]


def prepared(zap: RunningZap, shop: Shop) -> Lab:
    api = Api(zap)
    api("network/action/setDefaultUserAgent", userAgent=AGENT)
    made = str(api("context/action/newContext", contextName="lab")["contextId"])
    regex = rf"\Q{shop.origin}\E(/.*)?"
    api("context/action/includeInContext", contextName="lab", regex=regex)
    api("context/action/excludeFromContext", contextName="lab", regex=EXCLUDED)
    api("context/action/setContextInScope", contextName="lab", booleanInScope="true")
    api("core/action/setMode", mode="protect")
    api("pscan/action/setScanOnlyInScope", onlyInScope="true")
    api("ascan/action/disableScanners", ids="10104")
    assert api("core/action/accessUrl", url=shop.url, followRedirects="true").status == 200
    return Lab(api, shop, made)


# -- what is there --------------------------------------------------------------------


def test_every_component_an_orchestrator_needs_is_present(zap: RunningZap) -> None:
    api = Api(zap)
    assert api("core/view/version").body == {"version": "2.17.0"}
    assert api("spider/view/scans").body == {"scans": []}
    rows = {kind: api(f"{kind}/view/scanners")["scanners"] for kind in ("pscan", "ascan")}
    numbers = {kind: {row["id"] for row in told} for kind, told in rows.items()}
    assert numbers == {
        "pscan": {"10021", "90022"},
        "ascan": {"6", "20019", "40012", "40018", "10104", "990001"},
    }
    told = api("autoupdate/view/installedAddons")["installedAddons"]
    assert {"network", "commonlib", "spider", "pscan"} <= {row["id"] for row in told}
    assert api("reports/view/templates").code == "no_implementor"


def test_a_wrong_key_is_told_and_not_cut_off(zap: RunningZap) -> None:
    for key in ("", "wrong"):
        refused = Api(zap, key=key)("core/view/version")
        assert (refused.status, refused.code) == (400, "bad_api_key")


# -- what it does ---------------------------------------------------------------------


def test_the_spider_sees_the_shop_and_nothing_else(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        seen = lab.spider()
        lab.settle()
        assert len({row["url"] for row in seen["urlsInScope"]}) >= 20
        assert {"/", "/categorie/pennen", "/product", "/zoeken", "/fout"} <= shop.log.paths()
        assert not [one.target for one in shop.log if re.match(EXCLUDED, one.target)]
        assert any(shop.elsewhere.origin in str(url) for url in seen["urlsOutOfScope"])
        assert (shop.log.of("POST"), len(shop.elsewhere.log)) == ([], 0)
        assert {one.headers["user-agent"] for one in shop.log} == {AGENT}
        told = lab.api("core/view/numberOfMessages", baseurl=shop.origin)["numberOfMessages"]
        assert int(str(told)) >= len(seen["urlsInScope"])


def test_the_spider_sends_forms_only_when_it_is_told_to(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.api("spider/action/setOptionPostForm", Boolean="true")
        lab.spider()
        assert {one.path for one in shop.log.of("POST")} == {"/nieuwsbrief"}


def test_the_rate_limit_is_held(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        limit = {"enabled": "true", "matchRegex": "false", "matchString": "127.0.0.1"}
        lab.api(
            "network/action/addRateLimitRule",
            description="lab", requestsPerSecond=10, groupBy="HOST", **limit,
        )  # fmt: skip
        begun = time.monotonic()
        lab.spider()
        asked = [one for one in shop.log if one.at > begun]
        assert len(asked) >= 20
        assert (len(asked) - 1) / (asked[-1].at - asked[0].at) <= 10.5


def test_the_rules_find_what_is_seeded_and_nothing_in_the_clean_shop(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        lab.settle()
        scan = lab.attack()
        lab.api.until(lambda: lab.finished(scan))
        found = {(row["pluginId"], row["param"]) for row in lab.alerts()}
        assert lab.scan(scan)["progress"] == "100"
        assert set(lab.rules(scan).values()) == {"Complete"}
        assert found == {
            ("10021", "x-content-type-options"), ("90022", ""), ("6", "bestand"),
            ("20019", "naar"), ("40012", "q"), ("40018", "id"),
        }  # fmt: skip
        params = {flaw.param for flaw in shop.flaws if flaw.detectable_from is From.ACTIVE}
        assert params == {"bestand", "naar", "q", "id"}
        assert (shop.log.of("POST"), len(shop.elsewhere.log)) == ([], 0)
        assert {one.headers["user-agent"] for one in shop.log} == {AGENT}
    Api(zap)("core/action/newSession", name="", overwrite="true")
    with serve_clean() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        lab.settle()
        scan = lab.attack()
        lab.api.until(lambda: lab.finished(scan))
        assert len(shop.log) > 20
        assert lab.alerts() == []


def test_pages_of_alerts_begin_at_one_and_overlap_from_zero(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        lab.settle()
        ids = [row["id"] for row in lab.alerts()]
        assert len(ids) >= 6
        pages = {start: [row["id"] for row in lab.alerts(start, 3)] for start in (0, 1, 3, 4)}
        assert pages == {0: ids[:3], 1: ids[:3], 3: ids[2:5], 4: ids[3:6]}
        assert lab.alerts(len(ids) + 1) == []
        message = lab.api("core/view/message", id=lab.alerts()[0]["messageId"])["message"]
        assert isinstance(message, dict)
        assert str(message["requestHeader"]).startswith(f"GET {shop.origin}/")


def test_a_passive_rule_that_told_too_much_stays_off_until_it_is_switched_on(
    zap: RunningZap,
) -> None:
    api = Api(zap)
    api("pscan/action/setMaxAlertsPerRule", maxAlerts=1)
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        lab.settle()
        assert lab.alerts() != []
    assert switched_on(api) == {"10021": "false", "90022": "true"}
    api("core/action/newSession", name="", overwrite="true")
    assert switched_on(api) == {"10021": "false", "90022": "true"}
    api("pscan/action/enableAllScanners")
    assert switched_on(api) == {"10021": "true", "90022": "true"}


def switched_on(api: Api) -> dict[str, str]:
    """Which passive rules are on."""
    rows = api("pscan/view/scanners")["scanners"]
    return {row["id"]: row["enabled"] for row in rows}


def test_a_start_page_that_leads_away_is_refused_before_it_is_followed(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        shop.behaviour.redirect_out = True
        gone = lab.api("core/action/accessUrl", url=shop.url, followRedirects="true")
        assert (gone.status, gone.code) == (400, "mode_violation")
        assert len(shop.elsewhere.log) == 0


def test_a_new_session_forgets_scans_and_contexts_but_not_the_mode(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        lab.api("core/action/newSession", name="", overwrite="true")
        assert lab.api("spider/view/status", scanId=0).code == "does_not_exist"
        assert lab.api("context/view/contextList").body == {"contextList": ["Default Context"]}
        assert lab.api("core/view/mode").body == {"mode": "protect"}
        assert lab.alerts() == []


def test_a_rule_without_an_end_can_be_skipped_or_the_scan_stopped(zap: RunningZap) -> None:
    with serve_vulnerable(slow=True) as shop:
        lab = prepared(zap, shop)
        lab.spider()
        scan = lab.attack()
        lab.api.until(lambda: lab.rules(scan).get("990001", "").endswith("%"))
        assert not lab.finished(scan)
        lab.api("ascan/action/skipScanner", scanId=scan, scannerId="990001")
        lab.api.until(lambda: lab.finished(scan), limit_s=10)
        assert lab.rules(scan)["990001"] == "Skipped, by user action."
        second = lab.attack()
        lab.api.until(lambda: lab.rules(second).get("990001", "").endswith("%"))
        lab.api("ascan/action/stop", scanId=second)
        assert lab.finished(second)
        assert lab.api("ascan/view/status", scanId=second).body == {"status": "100"}


def test_a_stopped_scan_says_100_and_yet_has_pending_rules(zap: RunningZap) -> None:
    with serve_vulnerable() as shop:
        lab = prepared(zap, shop)
        lab.spider()
        shop.behaviour.wait_s = 0.3
        scan = lab.attack()
        lab.api("ascan/action/stop", scanId=scan)
        lab.api.until(lambda: lab.finished(scan))
        assert lab.api("ascan/view/status", scanId=scan).body == {"status": "100"}
        assert "Pending" in lab.rules(scan).values()


# -- what the true daemon costs, and how it ends ------------------------------------------


def test_a_killed_daemon_starts_again_in_its_home_and_has_forgotten_the_scan(
    install: Path, tmp_path: Path
) -> None:
    with serve_vulnerable(slow=True) as shop:
        with true_zap(install, tmp_path) as zap:
            lab = prepared(zap, shop)
            lab.api("ascan/action/addScanPolicy", scanPolicyName="kw-kept")
            lab.spider()
            scan = lab.attack()
            resident = zap.rss_mib()
            assert resident is not None
            assert 100 < resident < 600
            zap.kill()
            with pytest.raises(OSError, match=r"refused|closed|reset"):
                lab.api("core/view/version")
            assert zap.rss_mib() is None
        with true_zap(install, tmp_path) as zap:
            api = Api(zap)
            assert api("ascan/view/status", scanId=scan).code == "does_not_exist"
            assert api("core/view/mode").body == {"mode": "standard"}
            names = api("ascan/view/scanPolicyNames")["scanPolicyNames"]
            assert names == ["Default Policy", "kw-kept"]


# -- the fake is true to the protocol --------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One call of the sequence both daemons are put through."""

    endpoint: str
    params: tuple[tuple[str, str], ...] = ()


def call(endpoint: str, **params: str) -> Call:
    return Call(endpoint, tuple(params.items()))


RATE = {
    "description": "k", "enabled": "true", "matchRegex": "false", "matchString": "127.0.0.1",
    "requestsPerSecond": "100", "groupBy": "HOST",
}  # fmt: skip
SEQUENCE = (
    call("core/view/version"), call("core/view/nothing"), call("core/action/nothing"),
    call("core/nothing/version"), call("nothing/view/x"), call("script/view/listScripts"),
    call("automation/action/runPlan", filePath="/x.yaml"), call("reports/view/templates"),
    call("users/view/usersList"), call("core/view/sessionLocation"),
    call("core/action/newSession", name="", overwrite="true"),
    call("core/view/mode"), call("core/action/setMode"), call("core/action/setMode", mode="x"),
    call("core/view/sites"), call("core/view/urls"), call("core/view/numberOfMessages"),
    call("core/view/message", id="99999"), call("core/view/message"),
    call("core/view/numberOfAlerts"), call("alert/view/alerts"),
    call("alert/view/alerts", riskId="9"), call("alert/view/alerts", contextName="zz"),
    call("alert/view/alert", id="99999"), call("alert/view/alertsSummary"),
    call("alert/view/alertCountsByRisk"), call("alert/view/numberOfAlerts"),
    call("context/view/contextList"), call("context/action/newContext"),
    call("context/action/newContext", contextName="c"),
    call("context/action/newContext", contextName="c"),
    call("context/action/includeInContext", contextName="zz", regex=".*"),
    call("context/action/includeInContext", contextName="c", regex="("),
    call("context/action/includeInContext", contextName="c", regex=r"\QORIGIN\E(/.*)?"),
    call("context/action/excludeFromContext", contextName="c", regex=".*/account.*"),
    call("context/action/setContextInScope", contextName="zz", booleanInScope="true"),
    call("context/action/setContextInScope", contextName="c", booleanInScope="true"),
    call("context/view/context", contextName="c"), call("context/view/context", contextName="z"),
    call("context/view/includeRegexs", contextName="c"),
    call("context/view/excludeRegexs", contextName="c"),
    call("network/action/setDefaultUserAgent", userAgent="lab"),
    call("network/action/setDefaultUserAgent"), call("network/view/getDefaultUserAgent"),
    call("network/action/setConnectionTimeout", timeout="x"),
    call("network/action/setConnectionTimeout", timeout="20"),
    call("network/view/getConnectionTimeout"),
    call("network/action/addRateLimitRule", **RATE),
    call("network/action/addRateLimitRule", **RATE),
    call("network/action/addRateLimitRule", **RATE | {"description": "m", "groupBy": "X"}),
    call("network/action/addRateLimitRule", description="n"),
    call("network/view/getRateLimitRules"),
    call("network/action/removeRateLimitRule", description="k"),
    call("network/action/removeRateLimitRule", description="k"),
    call("network/action/addHttpProxyExclusion", host="x.example", enabled="true"),
    call("network/view/getHttpProxyExclusions"),
    call("network/action/removeHttpProxyExclusion", host="x.example"),
    call("network/action/removeHttpProxyExclusion", host="x.example"),
    call("network/action/setHttpProxy", host="127.0.0.1", port="x"),
    call("network/action/setHttpProxy", host="127.0.0.1", port="9"),
    call("network/view/getHttpProxy"), call("network/view/isHttpProxyEnabled"),
    call("network/action/setHttpProxyAuthEnabled", enabled="false"),
    call("network/action/setHttpProxyEnabled", enabled="true"),
    call("core/action/accessUrl", url="START"),
    call("network/action/setHttpProxyEnabled", enabled="false"),
    call("pscan/action/setScanOnlyInScope", onlyInScope="true"),
    call("pscan/action/setMaxAlertsPerRule", maxAlerts="x"),
    call("pscan/action/setMaxAlertsPerRule", maxAlerts="10"),
    call("pscan/action/setMaxBodySizeInBytes", maxSize="2000000"),
    call("pscan/action/disableAllTags"), call("pscan/view/scanners"),
    call("pscan/view/scanOnlyInScope"), call("pscan/view/maxAlertsPerRule"),
    call("pscan/view/currentTasks"), call("pscan/action/disableScanners", ids="99"),
    call("pscan/action/enableAllScanners"), call("pscan/view/nothing"),
    call("spider/action/setOptionMaxDuration", Integer="3"),
    call("spider/action/setOptionMaxDepth", Integer="abc"),
    call("spider/action/setOptionMaxDepth"), call("spider/action/setOptionNix", Integer="1"),
    call("spider/action/setOptionPostForm", Boolean="x"),
    call("spider/action/setOptionPostForm", Boolean="false"),
    call("spider/action/setOptionParseComments", Boolean="false"),
    call("spider/view/optionMaxDuration"), call("spider/view/optionPostForm"),
    call("spider/view/status", scanId="9"), call("spider/action/stop", scanId="9"),
    call("spider/action/stopAllScans"), call("spider/action/excludeFromScan", regex=".*logout.*"),
    call("spider/view/excludedFromScan"), call("spider/action/clearExcludedFromScan"),
    call("core/action/setMode", mode="protect"),
    call("core/action/accessUrl", url="http://127.0.0.1:1/"),
    call("core/action/accessUrl", url="ORIGIN/partner", followRedirects="true"),
    call("core/action/accessUrl", url="START", followRedirects="true"),
    call("ascan/action/scan", url="ORIGIN/none/"), call("ascan/action/scan"),
    call("spider/action/scan", url="http://127.0.0.9:1/"),
    call("spider/action/scan", url="http://127.0.0.9:1/", contextName="c"),
    call("spider/action/scan", url="xx"), call("spider/action/scan"),
    call("spider/action/scan", url="START", contextName="zz"),
    call("spider/action/scan", url="START", contextName="c", subtreeOnly="true"),
    call("WAIT spider"), call("spider/view/scans"), call("spider/view/status", scanId="0"),
    call("spider/view/fullResults", scanId="0"), call("spider/view/results", scanId="0"),
    call("WAIT passive"), call("pscan/view/recordsToScan"), call("pscan/action/clearQueue"),
    call("core/view/sites"), call("core/view/urls"),
    call("core/view/numberOfMessages", baseurl="ORIGIN"),
    call("alert/view/alerts", baseurl="ORIGIN", start="1", count="500"),
    call("alert/view/alerts", contextName="c", start="1", count="2"),
    call("alert/view/alertsSummary", baseurl="ORIGIN"), call("alert/view/alertCountsByRisk"),
    call("ascan/view/scanners"), call("ascan/view/scanners", scanPolicyName="zz"),
    call("ascan/view/policies"), call("ascan/view/scanPolicyNames"),
    call("ascan/action/addScanPolicy", scanPolicyName="kw-compared", alertThreshold="MEDIUM",
         attackStrength="LOW"),
    call("ascan/action/addScanPolicy", scanPolicyName="kw-compared"),
    call("ascan/action/addScanPolicy", scanPolicyName="a/b"),
    call("ascan/action/addScanPolicy", scanPolicyName="x", alertThreshold="X"),
    call("ascan/action/disableScanners", ids="10104", scanPolicyName="kw-compared"),
    call("ascan/action/disableScanners", ids="40044", scanPolicyName="kw-compared"),
    call("ascan/action/disableScanners", ids="6,x"), call("ascan/action/disableScanners"),
    call("ascan/action/enableScanners", ids="6", scanPolicyName="kw-compared"),
    call("ascan/action/setOptionMaxScanDurationInMins", Integer="4"),
    call("ascan/action/setOptionMaxRuleDurationInMins", Integer="2"),
    call("ascan/action/setOptionThreadPerHost", Integer="2"),
    call("ascan/action/setOptionHostPerScan", Integer="1"),
    call("ascan/action/setOptionDelayInMs", Integer="0"),
    call("ascan/action/setOptionMaxAlertsPerRule", Integer="10"),
    call("ascan/action/setOptionInjectPluginIdInHeader", Boolean="true"),
    call("ascan/action/setOptionAddQueryParam", Boolean="false"),
    call("ascan/action/setOptionScanHeadersAllRequests", Boolean="false"),
    call("ascan/action/setOptionHandleAntiCSRFTokens", Boolean="true"),
    call("ascan/view/optionThreadPerHost"), call("ascan/view/status", scanId="7"),
    call("ascan/view/scanProgress", scanId="7"), call("ascan/action/stop", scanId="7"),
    call("ascan/action/skipScanner", scanId="7", scannerId="6"),
    call("ascan/action/scan", url="START", contextId="99"),
    call("ascan/action/scan", url="START", scanPolicyName="missing", contextId="2"),
    call("ascan/action/scan", url="START", recurse="true", scanPolicyName="kw-compared",
         contextId="2"),
    call("ascan/action/pause", scanId="0"), call("ascan/action/resume", scanId="0"),
    call("WAIT ascan"), call("ascan/view/scans"), call("ascan/view/status", scanId="0"),
    call("ascan/view/scanProgress", scanId="0"), call("ascan/view/messagesIds", scanId="0"),
    call("alert/view/alerts", baseurl="ORIGIN", riskId="3"), call("alert/view/alertsSummary"),
    call("FIRST alert/view/alert"), call("FIRST core/view/message"),
    call("ascan/action/removeScan", scanId="0"), call("ascan/view/scans"),
    call("ascan/action/stopAllScans"), call("spider/action/removeScan", scanId="0"),
    call("ascan/action/removeScanPolicy", scanPolicyName="kw-compared"),
    call("ascan/action/removeScanPolicy", scanPolicyName="kw-compared"),
    call("autoupdate/view/installedAddons"), call("core/action/runGarbageCollection"),
    call("alert/action/deleteAllAlerts"), call("context/action/removeContext", contextName="c"),
    call("context/action/removeContext", contextName="c"),
)  # fmt: skip


def put_through(zap: RunningZap) -> list[Reply]:
    """The answers of a daemon to the whole sequence, at a fresh shop."""
    api = Api(zap)
    reset(api)
    with serve_vulnerable() as shop:
        return [_asked(api, shop, one) for one in SEQUENCE]


def _asked(api: Api, shop: Shop, one: Call) -> Reply:
    places = {"ORIGIN": shop.origin, "START": shop.url}
    params = dict(one.params)
    for name, value in params.items():
        for place, what in places.items():
            params[name] = params[name].replace(place, what) if place in value else params[name]
    kind, _, rest = one.endpoint.partition(" ")
    if kind == "FIRST":
        return api(rest, id=_first(api, "id" if "alert" in rest else "messageId"))
    match rest:
        case "spider":
            api.until(lambda: '"FINISHED"' in json.dumps(api("spider/view/scans").body))
        case "ascan":
            api.until(lambda: '"FINISHED"' in json.dumps(api("ascan/view/scans").body))
        case "passive":
            api.until(lambda: api("pscan/view/recordsToScan")["recordsToScan"] == "0")
        case _:
            return api(one.endpoint, **params)
    return Reply(200, {})


def _first(api: Api, key: str) -> str:
    told = api("alert/view/alerts")["alerts"]
    assert isinstance(told, list)
    return str(told[0][key])


# Their keys are data, not shape.
MAPS = ("tags",)


def shape(value: object, key: str = "") -> object:
    """Key sets and types, with lists by what they hold."""
    if isinstance(value, dict):
        if key in MAPS:
            return "map" if value and all(isinstance(v, str) for v in value.values()) else "none"
        return {name: shape(inner, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        whole = [item for item in value if not re.match(r"\.\.\. \d+ more$", str(item))]
        kinds = {json.dumps(shape(item)) for item in whole}
        return sorted(kinds)
    if isinstance(value, str) and value in ("true", "false"):
        return "truth as text"
    return "text" if isinstance(value, str) else type(value).__name__


@pytest.fixture(scope="module")
def answers(daemons: dict[str, RunningZap]) -> dict[str, list[Reply]]:
    """What the true and the fake daemon said."""
    return {kind: put_through(daemons[kind]) for kind in ("true", "fake")}


@pytest.mark.parametrize(
    "place", range(len(SEQUENCE)), ids=[f"{n}-{c.endpoint}" for n, c in enumerate(SEQUENCE)]
)
def test_fake_and_true_answer_alike(answers: dict[str, list[Reply]], place: int) -> None:
    true, fake = answers["true"][place], answers["fake"][place]
    assert fake.status == true.status, true.body
    assert shape(fake.body) == shape(true.body)
    if true.status != 200:
        assert fake.body == true.body


@pytest.fixture(scope="module")
def fake_answers() -> list[Reply]:
    """What the fake alone said: this half needs no Java."""
    with fake_zap() as zap:
        return put_through(zap)


@pytest.mark.parametrize("path", [path for path in RECORDED if path.startswith("/JSON/")])
def test_the_fake_answers_as_recorded(fake_answers: list[Reply], path: str) -> None:
    endpoint = path.removeprefix("/JSON/").removesuffix(" !error").rstrip("/ ")
    given = [r for c, r in zip(SEQUENCE, fake_answers, strict=True) if endpoint in c.endpoint]
    assert given, f"{endpoint} is not in the sequence"
    for one in RECORDED[path]:
        if "error" in one:
            status, body = one["error"].split(" ", 1)
            assert (int(status), json.loads(body)) in [(r.status, r.body) for r in given]
        else:
            wanted = shape(one["response"])
            assert any(_fits(shape(r.body), wanted) for r in given if r.status == 200), wanted


def _fits(given: object, wanted: object) -> bool:
    """The same keys and types; a list may hold less variety than the recorded one."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        same = wanted.keys() == given.keys()
        return same and all(_fits(given[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list) and isinstance(given, list):
        mine, theirs = ([json.loads(str(item)) for item in one] for one in (given, wanted))
        return not mine or not theirs or any(_fits(m, t) for m in mine for t in theirs)
    texts = {"text", "truth as text"}
    return given == wanted or (given in texts and wanted in texts)


# -- how the fake misbehaves -------------------------------------------------------------------


def test_the_fake_hangs_fails_drops_and_misses_what_it_is_told_to() -> None:
    with fake_zap(hang=["ascan/view/scans"], fail=["core/view/mode"], missing=["pscan"]) as zap:
        api = Api(zap, timeout_s=0.3)
        with pytest.raises(TimeoutError):
            api("ascan/view/scans")
        assert (api("core/view/mode").status, api("core/view/mode").code) == (500, "internal_error")
        assert api("pscan/view/scanners").code == "no_implementor"
        assert zap.faults is not None
        zap.faults.hang.clear()
        assert api("ascan/view/scans").status == 200
        zap.faults.drop_from = len(zap.calls) + 1
        with pytest.raises(OSError, match=r"closed|reset"):
            api("core/view/version")


def test_a_killed_fake_lets_go_of_everything_at_once() -> None:
    with serve_vulnerable() as shop, fake_zap(hang=["core/view/mode"]) as zap:
        lab = prepared(zap, shop)
        threading.Timer(0.3, zap.kill).start()
        begun = time.monotonic()
        with pytest.raises(OSError, match=r"closed|reset"):
            lab.api("core/view/mode")
        assert time.monotonic() - begun < 3
        with pytest.raises(OSError, match=r"refused|closed|reset"):
            lab.api("core/view/version")


def test_a_fake_scan_can_be_stuck_or_fall_short() -> None:
    with serve_vulnerable() as shop, fake_zap(short=True) as zap:
        lab = prepared(zap, shop)
        lab.spider()
        scan = lab.attack()
        lab.api.until(lambda: lab.finished(scan))
        assert lab.api("ascan/view/status", scanId=scan).body == {"status": "100"}
        assert int(lab.scan(scan)["progress"]) < 100
        assert lab.rules(scan)["990001"] == "Skipped, exceeded max scan time."
        assert zap.faults is not None
        zap.faults.short, zap.faults.stuck = False, [6]
        stuck = lab.attack()
        lab.api.until(lambda: lab.rules(stuck).get("6", "").endswith("%"))
        lab.api("ascan/action/skipScanner", scanId=stuck, scannerId="6")
        time.sleep(0.3)
        assert not lab.finished(stuck)


def test_a_fake_process_takes_the_arguments_of_zap_and_guards_its_home(tmp_path: Path) -> None:
    port = free_port()
    command = fake_command(tmp_path / "home", port, "k", Faults(start_s=0.3))
    child = subprocess.Popen(command)
    try:
        api = Api(RunningZap(f"http://127.0.0.1:{port}", "k", None, False))
        api.until(lambda: _answers(api), limit_s=20)
        second = subprocess.run(
            fake_command(tmp_path / "home", free_port(), "k"), capture_output=True, check=False
        )
        assert (second.returncode, b"already in use" in second.stderr) == (1, True)
        api("core/action/shutdown")
        assert child.wait(timeout=10) == 0
    finally:
        child.kill()
        child.wait()


def _answers(api: Api) -> bool:
    try:
        return api("core/view/version").status == 200
    except OSError:
        return False


# -- how it is assembled -------------------------------------------------------------------------


def test_what_is_cached_is_there_at_once_and_as_pinned(install: Path) -> None:
    begun = time.monotonic()
    assert assemble(default_cache()) == install
    assert time.monotonic() - begun < 1
    assert assembling.check(install) == len((assembling.PINS).read_text().splitlines())


def test_a_changed_jar_is_noticed(install: Path, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for jar in (install / "lib").glob("*.jar"):
        (tmp_path / "lib" / jar.name).symlink_to(jar)
    changed = next((tmp_path / "lib").glob("zap-*.jar"))
    changed.unlink()
    changed.write_bytes(b"another jar")
    with pytest.raises(WrongSumError, match="zap-2"):
        assembling.check(tmp_path)


def test_two_processes_assemble_into_one_folder(install: Path, tmp_path: Path) -> None:
    jars = (install / "lib").resolve()
    (tmp_path / jars.name).symlink_to(jars)
    command = [sys.executable, "-m", "tests.zap.assemble", "--cold", "--cache", str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [child.communicate(timeout=120)[0].strip() for child in both]
    assert [child.returncode for child in both] == [0, 0]
    assert said[0] == said[1]
    assert len(list((Path(said[0]) / "plugin").glob("*.zap"))) == 7
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".lock") == sorted(
        [jars.name, Path(said[0]).name]
    )


def test_without_java_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="java, javac, mvn"):
        assemble(tmp_path)
