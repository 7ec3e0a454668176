"""The endpoints of the fake that scan, and its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from tests.zap.fake_api import OK, Answer, ApiError, Core, Params, address, need, number
from tests.zap.fake_rules import ACTIVE, PASSIVE, Rule
from tests.zap.fake_scans import Attack, Crawl, Trouble, Work
from tests.zap.fake_state import Memory, Policy, policy_rules

ADD_ONS = (
    ("callhome", "0.99.0", "release"), ("database", "0.9.0", "release"),
    ("network", "0.25.0", "beta"), ("commonlib", "1.40.0", "release"),
    ("spider", "0.6.0", "release"), ("pscan", "0.0.1", "alpha"), ("kwrules", "0.1.0", "alpha"),
)  # fmt: skip
STRENGTHS = ("DEFAULT", "LOW", "MEDIUM", "HIGH", "INSANE")
THRESHOLDS = ("OFF", "DEFAULT", "LOW", "MEDIUM", "HIGH")
CATEGORIES = (
    "Information Gathering", "Client Browser", "Server Security", "Miscellaneous", "Injection",
)  # fmt: skip
FORBIDDEN = set('/`?*\\<>|":\t\n\r')

W = TypeVar("W", bound=Work)


class Endpoints(Core):
    """Every call a daemon understands, for one memory."""

    def __init__(self, memory: Memory, trouble: Callable[[], Trouble]) -> None:
        super().__init__(memory)
        self.trouble = trouble

    # -- spider -------------------------------------------------------------------

    def _spider(self, params: Params) -> Crawl:
        return _work(self.memory.session.spiders, params)

    def spider_scan(self, params: Params) -> Answer:
        memory = self.memory
        url = address(params)
        context = self.context(params["contextName"]) if params.get("contextName") else None
        if context is not None and not context.holds(url):
            raise ApiError("url_not_in_context")
        if not memory.allowed(url):
            raise ApiError("mode_violation")
        key = _next(memory.session.spiders)
        below = params.get("subtreeOnly", "").lower() == "true"
        crawl = Crawl(key, memory, url, context, below)
        memory.session.spiders[key] = crawl
        crawl.start()
        return {"scan": str(key)}

    def spider_status(self, params: Params) -> Answer:
        kept = self.memory.session.spiders
        crawl = self._spider(params) if params.get("scanId") or not kept else kept[max(kept)]
        return {"status": str(crawl.progress)}

    def spider_scans(self, _params: Params) -> Answer:
        rows = [
            {"id": str(key), "progress": str(crawl.progress), "state": crawl.state}
            for key, crawl in sorted(self.memory.session.spiders.items())
        ]
        return {"scans": rows}

    def spider_full_results(self, params: Params) -> Answer:
        crawl = self._spider(params)
        return {
            "fullResults": [
                {"urlsInScope": list(crawl.inside)},
                {"urlsOutOfScope": list(crawl.outside)},
                {"urlsIoError": list(crawl.failed)},
            ]
        }

    def spider_results(self, params: Params) -> Answer:
        return {"results": [row["url"] for row in self._spider(params).inside]}

    def spider_exclude(self, params: Params) -> Answer:
        self._regex(params, self.memory.spider_excluded)
        return OK

    def spider_excluded(self, _params: Params) -> Answer:
        return {"excludedFromScan": list(self.memory.spider_excluded)}

    def spider_clear_excluded(self, _params: Params) -> Answer:
        self.memory.spider_excluded.clear()
        return OK

    def spider_stop(self, params: Params) -> Answer:
        self._spider(params).stop()
        return OK

    def spider_pause(self, params: Params) -> Answer:
        self._spider(params).pause()
        return OK

    def spider_resume(self, params: Params) -> Answer:
        self._spider(params).resume()
        return OK

    def spider_remove(self, params: Params) -> Answer:
        crawl = self._spider(params)
        crawl.stop()
        del self.memory.session.spiders[crawl.number]
        return OK

    def spider_stop_all(self, _params: Params) -> Answer:
        for crawl in list(self.memory.session.spiders.values()):
            crawl.stop()
        return OK

    # -- active scanner -------------------------------------------------------------

    def policy(self, params: Params) -> Policy:
        """The policy named, or the default one."""
        found = self.memory.policies.get(params.get("scanPolicyName") or "Default Policy")
        if found is None:
            raise ApiError("does_not_exist")
        return found

    def _ascan(self, params: Params) -> Attack:
        return _work(self.memory.session.ascans, params)

    def ascan_scan(self, params: Params) -> Answer:
        memory, session = self.memory, self.memory.session
        context = None
        if params.get("contextId"):
            context = memory.context_numbered(params["contextId"])
            if context is None:
                raise ApiError("context_not_found")
        policy = self.policy(params)
        url = address(params)
        if url not in session.tree:
            raise ApiError("url_not_found")
        if context is not None and not context.holds(url):
            raise ApiError("url_not_in_context")
        if not memory.allowed(url):
            raise ApiError("mode_violation")
        key = _next(session.ascans)
        recurse = params.get("recurse", "true").lower() == "true"
        attack = Attack(key, memory, url, policy_rules(policy), context, self.trouble(), recurse)
        session.ascans[key] = attack
        attack.start()
        return {"scan": str(key)}

    def ascan_scans(self, _params: Params) -> Answer:
        rows = [
            {
                "id": str(key), "state": scan.state, "progress": str(scan.progress),
                "reqCount": str(scan.requests), "alertCount": str(scan.alerts),
                "newAlertCount": str(scan.alerts),
            }
            for key, scan in sorted(self.memory.session.ascans.items())
        ]  # fmt: skip
        return {"scans": rows}

    def ascan_status(self, params: Params) -> Answer:
        scan = self._ascan(params)
        # Whatever ended it: a finished scan says 100 here.
        return {"status": "100" if scan.state == "FINISHED" else str(scan.progress)}

    def ascan_progress(self, params: Params) -> Answer:
        scan = self._ascan(params)
        rows = [run.told() for run in scan.runs]
        return {"scanProgress": [scan.origin, {"HostProcess": rows}]}

    def ascan_message_ids(self, params: Params) -> Answer:
        return {"messagesIds": list(self._ascan(params).message_ids)}

    def ascan_stop(self, params: Params) -> Answer:
        self._ascan(params).stop()
        return OK

    def ascan_pause(self, params: Params) -> Answer:
        self._ascan(params).pause()
        return OK

    def ascan_resume(self, params: Params) -> Answer:
        self._ascan(params).resume()
        return OK

    def ascan_remove(self, params: Params) -> Answer:
        scan = self._ascan(params)
        scan.stop()
        del self.memory.session.ascans[scan.number]
        return OK

    def ascan_stop_all(self, _params: Params) -> Answer:
        for scan in list(self.memory.session.ascans.values()):
            scan.stop()
        return OK

    def ascan_skip(self, params: Params) -> Answer:
        self._ascan(params).skip(need(params, "scannerId"))
        return OK

    def ascan_scanners(self, params: Params) -> Answer:
        policy, wanted = self.policy(params), params.get("policyId", "")
        if wanted and wanted not in map(str, range(len(CATEGORIES))):
            raise ApiError("does_not_exist")
        rules = [rule for rule in ACTIVE if wanted in ("", rule.category)]
        return {"scanners": [_scanner(rule, policy) for rule in rules]}

    def ascan_policy_names(self, _params: Params) -> Answer:
        return {"scanPolicyNames": sorted(self.memory.policies)}

    def ascan_policies(self, params: Params) -> Answer:
        self.policy(params)
        rows = [
            {
                "id": str(key), "name": name, "enabled": "true",
                "attackStrength": "DEFAULT" if key > 2 else "",
                "alertThreshold": "DEFAULT" if key > 2 else "",
            }
            for key, name in enumerate(CATEGORIES)
        ]  # fmt: skip
        return {"policies": rows}

    def ascan_add_policy(self, params: Params) -> Answer:
        name = need(params, "scanPolicyName")
        if name in self.memory.policies:
            raise ApiError("already_exists")
        if FORBIDDEN & set(name):
            raise ApiError("illegal_parameter")
        threshold = _one_of(params.get("alertThreshold") or "MEDIUM", THRESHOLDS)
        strength = _one_of(params.get("attackStrength") or "MEDIUM", STRENGTHS)
        self.memory.policies[name] = Policy(strength, threshold)
        return OK

    def ascan_remove_policy(self, params: Params) -> Answer:
        name = need(params, "scanPolicyName")
        if self.memory.policies.pop(name, None) is None:
            raise ApiError("does_not_exist")
        return OK

    def ascan_disable(self, params: Params) -> Answer:
        self.policy(params).disabled.update(_numbers(params, ACTIVE))
        return OK

    def ascan_enable(self, params: Params) -> Answer:
        self.policy(params).disabled.difference_update(_numbers(params, ACTIVE))
        return OK

    def ascan_disable_all(self, params: Params) -> Answer:
        self.policy(params).disabled.update(rule.number for rule in ACTIVE)
        return OK

    def ascan_enable_all(self, params: Params) -> Answer:
        self.policy(params).disabled.clear()
        return OK

    def ascan_strength(self, params: Params) -> Answer:
        word = _one_of(need(params, "attackStrength"), STRENGTHS)
        self.policy(params).strengths[_rule(params, ACTIVE)] = word
        return OK

    def ascan_threshold(self, params: Params) -> Answer:
        word = _one_of(need(params, "alertThreshold"), THRESHOLDS)
        self.policy(params).thresholds[_rule(params, ACTIVE)] = word
        return OK

    def ascan_exclude_param(self, params: Params) -> Answer:
        self.memory.excluded_params.append(need(params, "name"))
        return OK

    # -- passive scanner --------------------------------------------------------------

    def pscan_records(self, _params: Params) -> Answer:
        # The first question finds what the second no longer does, as with a short queue.
        return {"recordsToScan": str(self.memory.look())}

    def pscan_scanners(self, _params: Params) -> Answer:
        rows = [
            {
                "id": str(rule.number), "name": rule.name, "alertThreshold": "DEFAULT",
                "enabled": str(self.memory.passive_on[rule.number]).lower(),
                "quality": "unknown", "status": "unknown",
            }
            for rule in PASSIVE
        ]  # fmt: skip
        return {"scanners": rows}

    def pscan_set(self, parameter: str, key: str) -> Callable[[Params], Answer]:
        """The action that sets one of its options."""

        def action(params: Params) -> Answer:
            if key == "scanOnlyInScope":
                given = params.get(parameter, "").lower()
                if given not in ("true", "false"):
                    raise ApiError("internal_error" if given else "missing_parameter")
            else:
                given = str(number(params, parameter))
            self.memory.pscan[key] = given
            return OK

        return action

    def pscan_get(self, key: str) -> Callable[[Params], Answer]:
        """The view of one of its options."""
        return lambda _params: {key: self.memory.pscan[key]}

    def pscan_switch(self, on: bool) -> Callable[[Params], Answer]:
        """The action that switches rules, named or all."""

        def action(params: Params) -> Answer:
            named = _numbers(params, PASSIVE) if "ids" in params else self.memory.passive_on
            for key in list(named):
                self.memory.passive_on[key] = on
            return OK

        return action

    def pscan_clear(self, _params: Params) -> Answer:
        with self.memory.lock:
            self.memory.session.passive_seen = len(self.memory.session.exchanges)
        return OK

    # -- the rest -----------------------------------------------------------------------

    def add_ons(self, _params: Params) -> Answer:
        rows = [
            {
                "id": name, "name": name, "version": version, "status": status,
                "description": name, "author": "keurwacht tests", "mandatory": "false",
                "installationStatus": "INSTALLED", "file": f"/zap/plugin/{name}.zap",
                "sizeInBytes": "600", "url": "", "infoUrl": "", "repoUrl": "", "hash": "",
                "changes": "",
            }
            for name, version, status in ADD_ONS
        ]  # fmt: skip
        return {"installedAddons": rows}


def _work(kept: Mapping[int, W], params: Params) -> W:
    text = params.get("scanId", "")
    found = kept.get(int(text)) if text.isdecimal() else None
    if found is None:
        raise ApiError("does_not_exist")
    return found


def _next(kept: dict[int, Crawl] | dict[int, Attack]) -> int:
    return max(kept, default=-1) + 1


def _numbers(params: Params, rules: tuple[Rule, ...]) -> set[int]:
    """The rules named in ``ids``, all of which have to exist."""
    texts = [text.strip() for text in need(params, "ids").split(",")]
    if not all(text.isdecimal() for text in texts):
        raise ApiError("illegal_parameter")
    named = {int(text) for text in texts}
    if named - {rule.number for rule in rules}:
        raise ApiError("does_not_exist")
    return named


def _rule(params: Params, rules: tuple[Rule, ...]) -> int:
    key = number(params, "id")
    if key not in {rule.number for rule in rules}:
        raise ApiError("does_not_exist")
    return key


def _one_of(word: str, words: tuple[str, ...]) -> str:
    if word.upper() not in words:
        raise ApiError("does_not_exist")
    return word.upper()


def _scanner(rule: Rule, policy: Policy) -> dict[str, object]:
    on = rule.number not in policy.disabled and policy.thresholds.get(rule.number) != "OFF"
    return {
        "id": str(rule.number), "name": rule.name, "policyId": rule.category,
        "enabled": str(on).lower(), "cweId": str(rule.cwe), "wascId": str(rule.wasc),
        "attackStrength": policy.strengths.get(rule.number, "DEFAULT"),
        "alertThreshold": policy.thresholds.get(rule.number, "DEFAULT"),
        "quality": "alpha", "status": "alpha", "allDependenciesAvailable": "true",
        "dependencies": [],
    }  # fmt: skip
