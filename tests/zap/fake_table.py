"""Every endpoint of the fake by its name."""

from __future__ import annotations

from collections.abc import Callable

from tests.zap.fake_api import OK, Answer, Params, need
from tests.zap.fake_api_scans import Endpoints


def table(e: Endpoints) -> dict[str, Callable[[Params], Answer]]:
    """Every endpoint by ``component/kind/name``."""
    way, memory = e.memory.way, e.memory
    return {
        "core/view/version": lambda _: {"version": "2.17.0"},
        "core/view/mode": lambda _: {"mode": memory.mode},
        "core/view/sessionLocation": lambda _: {"sessionLocation": ""},
        "core/view/message": e.core_message,
        "core/view/numberOfMessages": e.core_number_of_messages,
        "core/view/numberOfAlerts": e.alert_number,
        "core/view/sites": e.core_sites,
        "core/view/urls": e.core_urls,
        "core/action/newSession": e.core_new_session,
        "core/action/setMode": e.core_set_mode,
        "core/action/accessUrl": e.core_access_url,
        "core/action/runGarbageCollection": lambda _: OK,
        "core/action/shutdown": lambda _: OK,
        "alert/view/alerts": e.alert_alerts,
        "alert/view/alert": e.alert_alert,
        "alert/view/alertsSummary": e.alert_summary,
        "alert/view/alertCountsByRisk": e.alert_counts,
        "alert/view/numberOfAlerts": e.alert_number,
        "alert/action/deleteAllAlerts": e.alert_delete_all,
        "context/view/contextList": e.context_list,
        "context/view/context": e.context_view,
        "context/view/includeRegexs": lambda p: {
            "includeRegexs": list(e.context(need(p, "contextName")).include)
        },
        "context/view/excludeRegexs": lambda p: {
            "excludeRegexs": list(e.context(need(p, "contextName")).exclude)
        },
        "context/action/newContext": e.context_new,
        "context/action/removeContext": e.context_remove,
        "context/action/includeInContext": e.context_include,
        "context/action/excludeFromContext": e.context_exclude,
        "context/action/setContextInScope": e.context_scope,
        "network/view/getDefaultUserAgent": lambda _: {"getDefaultUserAgent": way.user_agent},
        "network/view/getConnectionTimeout": lambda _: {"getConnectionTimeout": str(way.timeout_s)},
        "network/view/getRateLimitRules": e.network_rate_rules,
        "network/view/getHttpProxy": e.network_proxy,
        "network/view/getHttpProxyExclusions": e.network_exclusions,
        "network/view/isHttpProxyEnabled": lambda _: {
            "isHttpProxyEnabled": str(way.proxy.enabled).lower()
        },
        "network/view/isHttpProxyAuthEnabled": lambda _: {
            "isHttpProxyAuthEnabled": str(way.proxy.authenticated).lower()
        },
        "network/action/setDefaultUserAgent": e.network_user_agent,
        "network/action/setConnectionTimeout": e.network_timeout,
        "network/action/addRateLimitRule": e.network_add_rate,
        "network/action/removeRateLimitRule": e.network_remove_rate,
        "network/action/setRateLimitRuleEnabled": e.network_rate_enabled,
        "network/action/setHttpProxy": e.network_set_proxy,
        "network/action/setHttpProxyEnabled": e.network_proxy_on,
        "network/action/setHttpProxyAuthEnabled": e.network_proxy_auth,
        "network/action/addHttpProxyExclusion": e.network_add_exclusion,
        "network/action/removeHttpProxyExclusion": e.network_remove_exclusion,
        **_scan_table(e),
        "autoupdate/view/installedAddons": e.add_ons,
        "stats/view/stats": lambda _: {"stats.api.call.json.stats.view.stats": "1"},
        "users/view/usersList": lambda _: {"usersList": []},
    }


def _scan_table(e: Endpoints) -> dict[str, Callable[[Params], Answer]]:
    return {
        "spider/view/status": e.spider_status,
        "spider/view/scans": e.spider_scans,
        "spider/view/fullResults": e.spider_full_results,
        "spider/view/results": e.spider_results,
        "spider/view/excludedFromScan": e.spider_excluded,
        "spider/action/scan": e.spider_scan,
        "spider/action/stop": e.spider_stop,
        "spider/action/pause": e.spider_pause,
        "spider/action/resume": e.spider_resume,
        "spider/action/removeScan": e.spider_remove,
        "spider/action/stopAllScans": e.spider_stop_all,
        "spider/action/excludeFromScan": e.spider_exclude,
        "spider/action/clearExcludedFromScan": e.spider_clear_excluded,
        "ascan/view/scans": e.ascan_scans,
        "ascan/view/status": e.ascan_status,
        "ascan/view/scanProgress": e.ascan_progress,
        "ascan/view/messagesIds": e.ascan_message_ids,
        "ascan/view/scanners": e.ascan_scanners,
        "ascan/view/policies": e.ascan_policies,
        "ascan/view/scanPolicyNames": e.ascan_policy_names,
        "ascan/action/scan": e.ascan_scan,
        "ascan/action/stop": e.ascan_stop,
        "ascan/action/pause": e.ascan_pause,
        "ascan/action/resume": e.ascan_resume,
        "ascan/action/removeScan": e.ascan_remove,
        "ascan/action/stopAllScans": e.ascan_stop_all,
        "ascan/action/skipScanner": e.ascan_skip,
        "ascan/action/addScanPolicy": e.ascan_add_policy,
        "ascan/action/removeScanPolicy": e.ascan_remove_policy,
        "ascan/action/disableScanners": e.ascan_disable,
        "ascan/action/enableScanners": e.ascan_enable,
        "ascan/action/disableAllScanners": e.ascan_disable_all,
        "ascan/action/enableAllScanners": e.ascan_enable_all,
        "ascan/action/setScannerAttackStrength": e.ascan_strength,
        "ascan/action/setScannerAlertThreshold": e.ascan_threshold,
        "ascan/action/addExcludedParam": e.ascan_exclude_param,
        "pscan/view/recordsToScan": e.pscan_records,
        "pscan/view/scanners": e.pscan_scanners,
        "pscan/view/currentTasks": lambda _: {"currentTasks": []},
        "pscan/view/scanOnlyInScope": e.pscan_get("scanOnlyInScope"),
        "pscan/view/maxAlertsPerRule": e.pscan_get("maxAlertsPerRule"),
        "pscan/view/maxBodySizeInBytes": e.pscan_get("maxBodySizeInBytes"),
        "pscan/action/setScanOnlyInScope": e.pscan_set("onlyInScope", "scanOnlyInScope"),
        "pscan/action/setMaxAlertsPerRule": e.pscan_set("maxAlerts", "maxAlertsPerRule"),
        "pscan/action/setMaxBodySizeInBytes": e.pscan_set("maxSize", "maxBodySizeInBytes"),
        "pscan/action/setEnabled": lambda _: OK,
        "pscan/action/enableAllTags": lambda _: OK,
        "pscan/action/disableAllTags": lambda _: OK,
        "pscan/action/enableAllScanners": e.pscan_switch(True),
        "pscan/action/disableAllScanners": e.pscan_switch(False),
        "pscan/action/enableScanners": e.pscan_switch(True),
        "pscan/action/disableScanners": e.pscan_switch(False),
        "pscan/action/clearQueue": e.pscan_clear,
    }
