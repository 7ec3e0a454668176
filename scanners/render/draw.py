"""Decodes a picture in the browser's sandbox; lives in the browser's process.

Decoders are where hostile pictures do harm: ours runs in a renderer without network, and
what comes back is a square of plain numbers.
"""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, BrowserContext, Error

from scanners.render.job import PICTURE_SIDE, Picture, Pixels

CLOSE_WITHIN_S = 2.0
_RGB_CHARS = PICTURE_SIDE * PICTURE_SIDE * 4
# White below, so that transparency is white; the part that is not white fills the square.
_DRAW = """async ([media, data, side]) => {
  const picture = new Image();
  picture.src = 'data:' + media + ';base64,' + data;
  await picture.decode();
  const wide = picture.naturalWidth || 300, high = picture.naturalHeight || 300;
  const scale = Math.min(1, 256 / Math.max(wide, high));
  const w = Math.max(1, Math.round(wide * scale)), h = Math.max(1, Math.round(high * scale));
  const put = (cw, ch, source, box) => {
    const canvas = document.createElement('canvas');
    canvas.width = cw; canvas.height = ch;
    const pen = canvas.getContext('2d', {willReadFrequently: true});
    pen.fillStyle = '#fff'; pen.fillRect(0, 0, cw, ch);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(source, ...box, 0, 0, cw, ch);
    return [canvas, pen.getImageData(0, 0, cw, ch).data];
  };
  const [whole, seen] = put(w, h, picture, [0, 0, wide, high]);
  let left = w, top = h, right = -1, bottom = -1;
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const i = (y * w + x) * 4;
    if (Math.min(seen[i], seen[i + 1], seen[i + 2]) > 245) continue;
    left = Math.min(left, x); right = Math.max(right, x);
    top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  if (right < 0) return '';
  const [, square] = put(side, side, whole, [left, top, right - left + 1, bottom - top + 1]);
  let said = '';
  for (let i = 0; i < square.length; i += 4) {
    said += String.fromCharCode(square[i], square[i + 1], square[i + 2]);
  }
  return btoa(said);
}"""


async def drawn(browser: Browser, picture: Picture) -> Pixels:
    """The picture's pixels; none for what no browser draws within its deadline."""
    context = await browser.new_context(offline=True, service_workers="block")
    try:
        async with asyncio.timeout(picture.deadline_s):
            page = await context.new_page()
            rgb = str(await page.evaluate(_DRAW, [picture.media, picture.picture, PICTURE_SIDE]))
            return Pixels(rgb if len(rgb) == _RGB_CHARS else "")
    except (TimeoutError, Error):
        return Pixels()
    finally:
        await closed(context)


async def closed(context: BrowserContext) -> None:
    """A page that never comes to rest may not keep the next one waiting."""
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await context.close()
    except (TimeoutError, Error):
        raise SystemExit(1) from None
