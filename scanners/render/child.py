"""The browser's process: reads visits from its standard input, writes what it saw.

Run as ``python -m scanners.render.child``.  It ends when its input ends, and with it the
browser.  Nothing here decides what may be reached: every connection goes to the proxy.
"""

from __future__ import annotations

import asyncio
import sys

import msgspec
from playwright.async_api import Browser, BrowserContext, Error, Page, Route, async_playwright

from scanners.render.job import HTML_MAX_CHARS, Rendered, Start, Visit

REQUESTS_MAX = 120
SETTLE_STEP_S = 0.25
CALM_STEPS = 3
CLOSE_WITHIN_S = 2.0
# Pictures, films and fonts hold nothing that is read, and cost the shop the most.
_SKIPPED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest"})
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
_UNFOLD = """() => {
  const open = (node) => {
    for (const element of node.querySelectorAll('*')) {
      if (element.shadowRoot && !element.dataset.unfolded) {
        element.dataset.unfolded = '1';
        const part = document.createElement('div');
        part.innerHTML = element.shadowRoot.innerHTML;
        element.appendChild(part);
        open(part);
      }
    }
  };
  open(document);
  return document.documentElement.outerHTML;
}"""


async def main() -> None:
    """Serve visits one after the other until the input ends."""
    reader = asyncio.StreamReader(limit=1_000_000)
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
            seen = await _visited(browser, start, msgspec.json.decode(line, type=Visit))
            sys.stdout.buffer.write(msgspec.json.encode(seen) + b"\n")
            sys.stdout.buffer.flush()
        await browser.close()


async def _visited(browser: Browser, start: Start, visit: Visit) -> Rendered:
    major = browser.version.partition(".")[0]
    context = await browser.new_context(
        accept_downloads=False,
        ignore_https_errors=True,
        service_workers="block",
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
        await _closed(context)


async def _closed(context: BrowserContext) -> None:
    """A page that never comes to rest may not keep the next one waiting."""
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await context.close()
    except (TimeoutError, Error):
        raise SystemExit(1) from None


async def _seen(context: BrowserContext, visit: Visit) -> Rendered:
    asked = 0

    async def answer(route: Route) -> None:
        nonlocal asked
        asked += 1
        unwanted = route.request.resource_type in _SKIPPED or asked > REQUESTS_MAX
        await (route.abort() if unwanted else route.continue_())

    await context.route("**/*", answer)
    page = await context.new_page()
    response = await page.goto(
        visit.url, wait_until="domcontentloaded", timeout=visit.deadline_s * 1000
    )
    await _settled(page, visit.settle_s)
    html = str(await page.evaluate(_UNFOLD))
    status = response.status if response is not None else 0
    return Rendered(visit.url, page.url, status, html[:HTML_MAX_CHARS], asked)


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
