"""The browser's process: reads visits from its standard input, writes what it saw.

Run as ``python -m scanners.render.child``.  It ends when its input ends, and with it the
browser.  Nothing here decides what may be reached: every connection goes to the proxy.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Browser, BrowserContext, Error, Page, Route, async_playwright

from scanners.render.draw import closed, drawn
from scanners.render.job import HTML_MAX_CHARS, LINE_MAX_BYTES, Picture, Rendered, Start, Visit
from scanners.render.styles import MEASURE, VIEWPORTS, hook, reading
from scanners.render.watch import Watch

REQUESTS_MAX = 120
SETTLE_STEP_S = 0.25
CALM_STEPS = 3
RESIZE_S = 0.3
# Pictures, films and fonts hold nothing that is read, and cost the shop the most.
_SKIPPED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest"})
_PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".svg", ".ico")
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    # Loopback goes through the proxy too: it is the proxy that refuses it.
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_SIZE = "document.body ? document.body.innerText.length + document.links.length : 0"


async def main() -> None:
    """Serve visits one after the other until the input ends."""
    reader = asyncio.StreamReader(limit=LINE_MAX_BYTES)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    start = msgspec.json.decode(await reader.readline(), type=Start)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=start.executable,
            chromium_sandbox=start.sandbox,
            proxy={"server": start.proxy},
            args=list(_FLAGS),
        )
        while line := await reader.readline():
            job = msgspec.json.decode(line)
            answer = (
                await drawn(browser, msgspec.convert(job, Picture))
                if "picture" in job
                else await _visited(browser, start, msgspec.convert(job, Visit))
            )
            sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
            sys.stdout.buffer.flush()
        await browser.close()


async def _visited(browser: Browser, start: Start, visit: Visit) -> Rendered:
    major = browser.version.partition(".")[0]
    context = await browser.new_context(
        accept_downloads=False,
        ignore_https_errors=True,
        service_workers="block",
        viewport={"width": VIEWPORTS[0][0], "height": VIEWPORTS[0][1]},
        locale=visit.locale or None,
        proxy={"server": start.proxy, "username": visit.user, "password": visit.secret},
        user_agent=(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{major}.0.0.0 Safari/537.36 {start.agent}"
        ),
    )
    try:
        async with asyncio.timeout(visit.deadline_s):
            return await _seen(context, visit)
    except TimeoutError:
        return Rendered(visit.url, problem="timed_out")
    except Error:
        return Rendered(visit.url, problem="no_answer")
    finally:
        await closed(context)


async def _seen(context: BrowserContext, visit: Visit) -> Rendered:
    asked = 0
    watch = Watch(secrets.token_hex(8)) if visit.watch_s else None
    host = urlsplit(visit.url).hostname

    async def answer(route: Route) -> None:
        nonlocal asked
        asked += 1
        kind = route.request.resource_type
        # A tracker may be a picture: those of others are loaded while it is watched.
        pixel = watch is not None and kind == "image" and _may_track(route.request.url, host)
        unwanted = (kind in _SKIPPED and not pixel) or asked > REQUESTS_MAX
        await (route.abort() if unwanted else route.continue_())

    await context.route("**/*", answer)
    page = await context.new_page()
    if watch is not None:
        await context.add_init_script(hook(watch.mark))
        context.on("request", watch.asked)
        context.on("response", watch.answered)
        page.on("console", watch.said)
    response = await page.goto(
        visit.url, wait_until="domcontentloaded", timeout=visit.deadline_s * 1000
    )
    await _settled(page, visit.settle_s)
    watched = None
    if watch is not None:
        await asyncio.sleep(max(0.0, visit.watch_s - (time.monotonic() - watch.began)))
        watched = await watch.told(context, page)
    html = await _html(context, page, visit.mark)
    status = response.status if response is not None else 0
    return Rendered(visit.url, page.url, status, html[:HTML_MAX_CHARS], asked, watched=watched)


async def _html(context: BrowserContext, page: Page, mark: str) -> str:
    """The document as scripts left it, read from a world of our own; with ``mark`` measured."""
    session = await context.new_cdp_session(page)
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame})

    async def run(script: str) -> object:
        asking = {"expression": script, "contextId": world["executionContextId"]}
        answer = await session.send("Runtime.evaluate", {**asking, "returnByValue": True})
        return answer["result"].get("value")

    for width, height in VIEWPORTS if mark else ():
        await page.set_viewport_size({"width": width, "height": height})
        await asyncio.sleep(RESIZE_S)
        await run(MEASURE)
    return str(await run(reading(mark)) or "")


def _may_track(url: str, host: str | None) -> bool:
    """Another host's picture that is not plainly a photograph or a drawing."""
    try:
        parts = urlsplit(url)
        return parts.hostname != host and not parts.path.lower().endswith(_PHOTOGRAPHS)
    except ValueError:
        return False


async def _settled(page: Page, longest_s: float) -> None:
    """Wait until what can be read has not changed for a while."""
    before, calm, waited = -1, 0, 0.0
    while calm < CALM_STEPS and waited < longest_s:
        await asyncio.sleep(SETTLE_STEP_S)
        waited += SETTLE_STEP_S
        size = int(await page.evaluate(_SIZE))
        calm = calm + 1 if size == before and size > 0 else 0
        before = size


if __name__ == "__main__":
    asyncio.run(main())
