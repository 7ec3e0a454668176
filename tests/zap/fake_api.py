"""The endpoints of the fake: parameters in, ZAP's answers and errors out.

Shapes, words and error codes are those of ``recorded.json`` and of the true daemon of
``assemble``; ``tests/integration/test_zap_lab.py`` compares them call by call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from tests.zap.fake_state import BY_USER, MODES, RISKS, Context, Memory, good_regex
from tests.zap.fake_way import RateRule

Params = Mapping[str, str]
Answer = dict[str, object]
OK: Answer = {"Result": "OK"}
RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text("utf-8"))
REDIRECTS_MOST = 20
MESSAGES: dict[str, tuple[int, str]] = {
    "bad_api_key": (400, "Invalid or missing API key"),
    "no_implementor": (400, "No Implementor"),
    "bad_view": (400, "Bad View"),
    "bad_action": (400, "Bad Action"),
    "bad_type": (400, "Bad Type"),
    "missing_parameter": (400, "Missing Parameter"),
    "illegal_parameter": (400, "Provided parameter has illegal or unrecognized value"),
    "does_not_exist": (400, "Does Not Exist"),
    "already_exists": (400, "Already Exists"),
    "url_not_found": (400, "URL Not Found in the Scan Tree"),
    "url_not_in_context": (400, "The provided url is not in the required context"),
    "context_not_found": (400, "No Context found that matches parameter"),
    "mode_violation": (400, "Operation not allowed for current mode"),
    "internal_error": (500, "Internal Error"),
}


class ApiError(Exception):
    """An error answer: ZAP's code."""


def need(params: Params, name: str) -> str:
    """A parameter that has to be there."""
    if not params.get(name):
        raise ApiError("missing_parameter")
    return params[name]


def number(params: Params, name: str) -> int:
    """A whole number that has to be there."""
    text = need(params, name)
    if not text.lstrip("-").isdecimal():
        raise ApiError("illegal_parameter")
    return int(text)


def truth(params: Params, name: str) -> str:
    """``true`` or ``false``, which has to be there."""
    text = need(params, name).lower()
    if text not in ("true", "false"):
        raise ApiError("illegal_parameter")
    return text


def address(params: Params) -> str:
    """The parameter ``url``, a whole address."""
    url = need(params, "url")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError("illegal_parameter")
    return url if parts.path else f"{url}/"


class Core:
    """The calls of core, alert, context and network."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def options(self, component: str, kind: str, name: str, params: Params) -> Answer | None:
        """``optionX`` and ``setOptionX`` of a component that has options; None for others."""
        table = self.memory.options.get(component)
        if table is None:
            return None
        if kind == "view" and name.startswith("option"):
            key = name.removeprefix("option")
            return {key: table[key]} if key in table else None
        key = name.removeprefix("setOption")
        if kind != "action" or not name.startswith("setOption") or key not in table:
            return None
        kept = table[key]
        is_truth = kept in ("true", "false")
        given = truth(params, "Boolean") if is_truth else str(number(params, "Integer"))
        table[key] = given
        return OK

    # -- core -------------------------------------------------------------------

    def core_new_session(self, _params: Params) -> Answer:
        self.memory.new_session()
        return OK

    def core_set_mode(self, params: Params) -> Answer:
        mode = need(params, "mode").lower()
        if mode not in MODES:
            raise ApiError("illegal_parameter")
        self.memory.mode = mode
        return OK

    def core_access_url(self, params: Params) -> Answer:
        url = need(params, "url")
        if not urlsplit(url).hostname:
            raise ApiError("internal_error")
        follow = params.get("followRedirects", "").lower() == "true"
        told: list[object] = []
        for _ in range(REDIRECTS_MOST):
            # A host that does not answer is told before the mode is looked at, as in ZAP, only
            # for the first address.
            if told and not self.memory.allowed(url):
                raise ApiError("mode_violation")
            exchange = self.memory.send(url, BY_USER)
            if not exchange.status:
                raise ApiError("internal_error")
            told.append(exchange.told())
            target = exchange.header("location")
            if not follow or not target:
                break
            url = urljoin(url, target)
        return {"accessUrl": told}

    def core_message(self, params: Params) -> Answer:
        found = self.memory.exchange(need(params, "id"))
        if found is None:
            raise ApiError("does_not_exist")
        return {"message": found.told()}

    def core_number_of_messages(self, params: Params) -> Answer:
        base = params.get("baseurl", "")
        kept = self.memory.session.exchanges
        return {"numberOfMessages": str(sum(e.url.startswith(base) for e in kept))}

    def core_sites(self, _params: Params) -> Answer:
        urls = (urlsplit(url) for url in self.memory.session.tree)
        return {"sites": sorted({f"{parts.scheme}://{parts.netloc}" for parts in urls})}

    def core_urls(self, params: Params) -> Answer:
        base = params.get("baseurl", "")
        return {"urls": sorted(u for u in self.memory.session.tree if u.startswith(base))}

    # -- alerts -------------------------------------------------------------------

    def alerts(self, params: Params) -> list[dict[str, object]]:
        """The alerts of a base address and a risk, in order."""
        base, risk = params.get("baseurl", ""), params.get("riskId", "")
        if risk and risk not in ("0", "1", "2", "3"):
            raise ApiError("illegal_parameter")
        self.memory.look()
        wanted = RISKS[int(risk)] if risk else ""
        return [
            alert
            for alert in list(self.memory.session.alerts)
            if str(alert["url"]).startswith(base) and alert["risk"] in (wanted or RISKS)
        ]

    def alert_alerts(self, params: Params) -> Answer:
        found = self.alerts(params)
        start, count = params.get("start", ""), params.get("count", "")
        if start.isdecimal() and int(start) > 0:
            # The first is number 1; who starts at 0 gets it as well, and overlaps.
            found = found[int(start) - 1 :]
        if count.isdecimal() and int(count) > 0:
            found = found[: int(count)]
        if name := params.get("contextName", ""):
            context = self.context(name)
            found = [alert for alert in found if context.holds(str(alert["url"]))]
        return {"alerts": found}

    def alert_alert(self, params: Params) -> Answer:
        wanted = need(params, "id")
        found = [alert for alert in self.alerts({}) if alert["id"] == wanted]
        if not found:
            raise ApiError("does_not_exist")
        return {"alert": found[0]}

    def alert_summary(self, params: Params) -> Answer:
        found = self.alerts({"baseurl": params.get("baseurl", "")})
        counts = {risk: sum(a["risk"] == risk for a in found) for risk in RISKS}
        return {"alertsSummary": counts}

    def alert_counts(self, params: Params) -> Answer:
        found = {(a["alertRef"], a["risk"]) for a in self.alerts(params)}
        counts: Answer = {risk: sum(kind[1] == risk for kind in found) for risk in RISKS}
        return counts | {"False Positive": 0}

    def alert_number(self, params: Params) -> Answer:
        return {"numberOfAlerts": str(len(self.alerts(params)))}

    def alert_delete_all(self, _params: Params) -> Answer:
        self.memory.session.alerts.clear()
        return OK

    # -- contexts -----------------------------------------------------------------

    def context(self, name: str) -> Context:
        """The context of that name."""
        found = self.memory.session.contexts.get(name)
        if found is None:
            raise ApiError("does_not_exist")
        return found

    def context_new(self, params: Params) -> Answer:
        name, session = need(params, "contextName"), self.memory.session
        if name in session.contexts:
            raise ApiError("already_exists")
        made = Context(name, session.next_context, in_scope=True)
        session.contexts[name] = made
        session.next_context += 1
        return {"contextId": str(made.number)}

    def context_include(self, params: Params) -> Answer:
        self._regex(params, self.context(need(params, "contextName")).include)
        return OK

    def context_exclude(self, params: Params) -> Answer:
        self._regex(params, self.context(need(params, "contextName")).exclude)
        return OK

    def _regex(self, params: Params, into: list[str]) -> None:
        regex = need(params, "regex")
        if not good_regex(regex):
            raise ApiError("illegal_parameter")
        into.append(regex)

    def context_scope(self, params: Params) -> Answer:
        context = self.context(need(params, "contextName"))
        context.in_scope = need(params, "booleanInScope").lower() == "true"
        return OK

    def context_remove(self, params: Params) -> Answer:
        del self.memory.session.contexts[self.context(need(params, "contextName")).name]
        return OK

    def context_view(self, params: Params) -> Answer:
        context = self.context(need(params, "contextName"))
        told = dict(RECORDED["/JSON/context/view/context/"][0]["response"]["context"])
        own = {
            "name": context.name, "id": str(context.number),
            "inScope": str(context.in_scope).lower(),
            "includeRegexs": json.dumps(context.include),
            "excludeRegexs": json.dumps(context.exclude),
        }  # fmt: skip
        return {"context": told | own}

    def context_list(self, _params: Params) -> Answer:
        return {"contextList": list(self.memory.session.contexts)}

    # -- network ------------------------------------------------------------------

    def network_user_agent(self, params: Params) -> Answer:
        self.memory.way.user_agent = need(params, "userAgent")
        return OK

    def network_timeout(self, params: Params) -> Answer:
        self.memory.way.timeout_s = number(params, "timeout")
        return OK

    def network_add_rate(self, params: Params) -> Answer:
        names = ("description", "enabled", "matchRegex", "matchString", "groupBy")
        values = {name: need(params, name) for name in names}
        rules = self.memory.way.rules
        if values["description"] in rules:
            raise ApiError("already_exists")
        is_regex = values["matchRegex"] == "true"
        wrong_group = values["groupBy"] not in ("RULE", "HOST")
        if wrong_group or (is_regex and not good_regex(values["matchString"])):
            raise ApiError("illegal_parameter")
        # Measured: what is no number becomes 1.
        rate = params.get("requestsPerSecond", "")
        per_second = max(1, int(rate)) if rate.isdecimal() else 1
        rules[values["description"]] = RateRule(
            values["description"], values["enabled"] == "true", is_regex,
            values["matchString"], per_second, values["groupBy"],
        )  # fmt: skip
        return OK

    def network_remove_rate(self, params: Params) -> Answer:
        if self.memory.way.rules.pop(need(params, "description"), None) is None:
            raise ApiError("does_not_exist")
        return OK

    def network_rate_rules(self, _params: Params) -> Answer:
        return {"getRateLimitRules": [rule.told() for rule in self.memory.way.rules.values()]}

    def network_rate_enabled(self, params: Params) -> Answer:
        rule = self.memory.way.rules.get(need(params, "description"))
        if rule is None:
            raise ApiError("does_not_exist")
        rule.enabled = need(params, "enabled") == "true"
        return OK

    def network_exclusions(self, _params: Params) -> Answer:
        kept = self.memory.way.exclusions.items()
        return {"getHttpProxyExclusions": [{"host": host, "enabled": on} for host, on in kept]}

    def network_add_exclusion(self, params: Params) -> Answer:
        self.memory.way.exclusions[need(params, "host")] = params.get("enabled") != "false"
        return OK

    def network_remove_exclusion(self, params: Params) -> Answer:
        if self.memory.way.exclusions.pop(need(params, "host"), None) is None:
            raise ApiError("does_not_exist")
        return OK

    def network_proxy(self, _params: Params) -> Answer:
        proxy = self.memory.way.proxy
        shown = ("host", "port", "realm", "username", "password")
        return {"getHttpProxy": {name: getattr(proxy, name) for name in shown}}

    def network_set_proxy(self, params: Params) -> Answer:
        proxy, host, port = self.memory.way.proxy, need(params, "host"), number(params, "port")
        proxy.host, proxy.port = host, port
        proxy.realm = params.get("realm", "")
        proxy.username, proxy.password = params.get("username", ""), params.get("password", "")
        return OK

    def network_proxy_on(self, params: Params) -> Answer:
        self.memory.way.proxy.enabled = truth(params, "enabled") == "true"
        return OK

    def network_proxy_auth(self, params: Params) -> Answer:
        self.memory.way.proxy.authenticated = truth(params, "enabled") == "true"
        return OK
