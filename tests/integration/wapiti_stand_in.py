"""A program that speaks as wapiti 3.2.3 does: its options, its lines, its report.

It really crawls and attacks through the proxy it is given, in a small way.  Run as
``wapiti_stand_in.py MODE ARGUMENTS``; modes other than ``plain`` show one trap each.
Lines and shapes were recorded from runs of wapiti 3.2.3.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import time
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import httpx

BANNER = "Wapiti {version} (wapiti-scanner.github.io)"
PAYLOAD = "<ScRiPt>alert('w1')</sCrIpT>"
LINK = re.compile(r"href=\"(/[^\"#]*)\"")


class Session:
    """What a process leaves for the next: addresses and findings."""

    def __init__(self, folder: str) -> None:
        self.place = Path(folder) / "session.json"
        self.place.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(self.place.read_text()) if self.place.exists() else {}
        self.urls: list[str] = known.get("urls", [])
        self.found: dict[str, list[dict[str, object]]] = known.get("found", {})

    def save(self) -> None:
        self.place.write_text(json.dumps({"urls": self.urls, "found": self.found}))

    def add(self, name: str, module: str, url: str, parameter: str, info: str, level: int) -> None:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.found.setdefault(name, []).append(
            {"method": "GET", "path": parts.path, "info": info, "level": level,
             "parameter": parameter, "referer": "", "module": module,
             "http_request": f"GET {target} HTTP/1.1\nhost: {parts.netloc}\ncookie: a=secret",
             "curl_command": f'curl "{url}"', "wstg": []}
        )  # fmt: skip


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("-u", "-m", "-o", "-p", "-x", "-s", "-d", "-l", "-t", "-A", "-f", "-v"):
        parser.add_argument(name, action="append")
    for name in ("store-session", "store-config", "scope", "tasks", "verify-ssl", "skip",
                 "max-links-per-page", "max-parameters", "max-scan-time", "max-attack-time",
                 "endpoint", "dns-endpoint"):  # fmt: skip
        parser.add_argument(f"--{name}")
    for name in ("no-bugreport", "flush-session", "skip-crawl", "version"):
        parser.add_argument(f"--{name}", action="store_true")
    return parser.parse_args(words)


def crawl(client: httpx.Client, start: str, session: Session) -> int:
    seen: set[str] = set()
    lost, waiting = 0, [start]
    while waiting and len(seen) < 40:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        try:
            answer = client.get(url)
        except httpx.HTTPError:
            lost += 1
            continue
        session.urls.append(url)
        waiting += [urljoin(url, path) for path in LINK.findall(answer.text)]
    # Forms are explored too; mails go to a throwaway address of its makers.
    try:
        client.post(urljoin(start, "/contact"), data={"email": "wapiti2021@mailinator.com"})
    except httpx.HTTPError:
        lost += 1
    return lost


def attack(client: httpx.Client, module: str, session: Session) -> int:
    lost = 0
    for url in session.urls:
        print(f"[+] GET {url} (1)", flush=True)
        parts = urlsplit(url)
        if module not in ("xss", "sql"):
            continue
        for pair in parts.query.split("&") if parts.query else ():
            name = pair.partition("=")[0]
            evil = f"{parts.scheme}://{parts.netloc}{parts.path}?{name}={quote(PAYLOAD, safe='')}"
            try:
                answer = client.get(evil)
            except httpx.HTTPError:
                lost += 1
                continue
            if module == "xss" and PAYLOAD in answer.text:
                info = f"Reflected Cross Site Scripting vulnerability found in the parameter {name}"
                session.add("Reflected Cross Site Scripting", module, evil, name, info, 2)
    if module == "csp":
        session.add("Content Security Policy Configuration", module, session.urls[0], "",
                    "CSP is not set", 1)  # fmt: skip
    return lost


def main(mode: str, words: list[str]) -> int:
    version = "3.0.4" if mode == "old" else "3.2.3"
    given = arguments(words)
    print(BANNER.format(version=version), flush=True)
    if given.version:
        print(version)
        return 0
    module = (given.m or [""])[-1]
    if mode == "deaf" and module:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    session = Session(given.store_session)
    with httpx.Client(proxy=given.p[0], verify=False, timeout=20, trust_env=False) as client:
        if not given.skip_crawl:
            lost = crawl(client, given.u[0], session)
        print(f"[*] Wapiti found {len(session.urls)} URLs and forms during the scan")
        for name in module.split(",") if module else ():
            print(f"\n[*] Launching module {name}", flush=True)
            lost = attack(client, name, session)
            if mode == "cut" and name == "xss":
                print(f"Max attack time was reached for module {name}, stopping.")
            if lost:
                print(f"{lost} requests were skipped due to network issues")
    session.save()
    print("[*] Generating report...")
    report = {
        "classifications": {}, "vulnerabilities": session.found, "anomalies": {}, "additionals": {},
        "infos": {"target": given.u[0], "date": "", "version": f"Wapiti {version}",
                  "scope": "folder", "auth": None, "crawled_pages_nbr": len(session.urls),
                  "detailed_report_level": 0},
    }  # fmt: skip
    text = "not json" if mode == "garbled" and module == "xss" else json.dumps(report)
    Path(given.o[-1]).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
