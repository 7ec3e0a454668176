"""Hosts that measure or advertise, and tools that ask for consent; as known on 2026-11-21.

Left out on purpose: tag containers (``googletagmanager.com``), which set nothing by
themselves; measuring without cookies (Plausible, Fathom, Simple Analytics, Matomo);
videos, maps, fonts, payment and reviews, which a visitor may have asked for.
Sources: the vendors' own installation manuals.
"""

from __future__ import annotations

from typing import Final

# A host counts when it is one of these or lies below one.
TRACKERS: Final = frozenset(
    {
        # analytics and recording of visits
        "google-analytics.com",
        "static.hotjar.com",
        "script.hotjar.com",
        "clarity.ms",
        "cdn.mouseflow.com",
        "fullstory.com",
        "luckyorange.com",
        "cdn.amplitude.com",
        "cdn.mxpnl.com",
        "mc.yandex.ru",
        "quantserve.com",
        "scorecardresearch.com",
        "crazyegg.com",
        "inspectlet.com",
        "smartlook.com",
        # advertising
        "doubleclick.net",
        "googleadservices.com",
        "googlesyndication.com",
        "connect.facebook.net",
        "analytics.tiktok.com",
        "bat.bing.com",
        "snap.licdn.com",
        "px.ads.linkedin.com",
        "static.ads-twitter.com",
        "analytics.twitter.com",
        "s.pinimg.com",
        "ct.pinterest.com",
        "sc-static.net",
        "static.criteo.net",
        "dynamic.criteo.com",
        "adnxs.com",
        "adform.net",
        "taboola.com",
        "outbrain.com",
        "adroll.com",
        "awin1.com",
        "dwin1.com",
        "tradetracker.net",
        "redditstatic.com",
        "amazon-adsystem.com",
        "rubiconproject.com",
        "pubmatic.com",
        "bluekai.com",
        "demdex.net",
    }
)
# These may hold scripts back that stand in the page as if they ran.
CONSENT_TOOLS: Final = frozenset(
    {
        "consent.cookiebot.com",
        "consentcdn.cookiebot.com",
        "cookiebot.eu",
        "cookiefirst.com",
        "cookieyes.com",
        "cdn-cookieyes.com",
        "cookielaw.org",
        "onetrust.com",
        "cookiepro.com",
        "usercentrics.eu",
        "usercentrics.com",
        "didomi.io",
        "privacy-center.org",
        "axept.io",
        "axeptio.eu",
        "tarteaucitron.io",
        "trustarc.com",
        "truste.com",
        "iubenda.com",
        "termly.io",
        "cookieinformation.com",
        "cookie-script.com",
        "cookiehub.eu",
        "cookiehub.net",
        "consentmanager.net",
        "consentmo.com",
        "sirdata.io",
        "consensu.org",
        "cmp.quantcast.com",
        "osano.com",
        "civiccomputing.com",
        "cookieconsent.io",
        "klaro.org",
        "pandectes.io",
        "enzuzo.com",
        "borlabs.io",
        "ccm19.de",
        "commandersact.com",
        "trustcommander.net",
    }
)
