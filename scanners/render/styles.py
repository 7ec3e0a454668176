"""The scripts that read a page: how prices are drawn, what can be clicked, the document.

They run in an isolated world of the browser (Chrome DevTools Protocol,
``Page.createIsolatedWorld``): they see the page's document with built-in functions of
their own, which the page cannot replace.  What they measured is written into the document
only while it is read, under a name that the page cannot know.

One measure is eight values with ``;`` between them: font size (CSS px), font weight
(100 to 900), contrast of the text to what lies behind it (WCAG 2.1, 1.4.3; 1 to 21, 0 when
a picture, a filter or another element lies behind), why visitors do not see it ("" when they
do), then left, top, width and height of its box (CSS px, from the top left of the page).
``|`` stands between the viewports, in the order of ``VIEWPORTS``.
"""

from __future__ import annotations

# A desk and a hand (label conditions, row tz-5.2c).
VIEWPORTS = ((1366, 768), (390, 844))
MEASURES_MAX = 2_000
ELEMENTS_MAX = 40_000

# Why a text is not seen: ``display``, ``visibility``, ``opacity``, ``size``, ``off``, ``clip``.
MEASURE = """(() => {
  const worth = new RegExp('[\\\\d\\u20ac\\u00a3]|btw|b\\\\.t\\\\.w|vat|tva|mwst|ust|incl|inkl|excl'
    + '|exkl|HT|TTC|TVAC', 'i');
  const store = globalThis.kept || (globalThis.kept = new Map());
  const colours = new Map();
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (said) => {
    if (!colours.has(said)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = '#000';
      paint.fillStyle = said;
      paint.fillRect(0, 0, 1, 1);
      const d = paint.getImageData(0, 0, 1, 1).data;
      colours.set(said, [d[0], d[1], d[2], d[3] / 255]);
    }
    return colours.get(said);
  };
  const up = (e) => e.assignedSlot || e.parentElement
    || (e.getRootNode() instanceof ShadowRoot ? e.getRootNode().host : null);
  const blend = (over, under) => [0, 1, 2].map(i => over[i] * over[3] + under[i] * (1 - over[3]));
  const light = (c) => {
    const l = c.slice(0, 3).map(v => v / 255).map(
      v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const behind = (el) => {
    const layers = [];
    for (let e = el; e; e = up(e)) {
      const s = getComputedStyle(e);
      if (s.backgroundImage !== 'none' || s.filter !== 'none' || s.mixBlendMode !== 'normal') {
        return null;
      }
      const c = rgba(s.backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] > 0.999) break;
    }
    return layers.reverse().reduce((under, c) => blend(c, under), [255, 255, 255]);
  };
  const opacity = (el) => {
    let o = 1;
    for (let e = el; e; e = up(e)) o *= parseFloat(getComputedStyle(e).opacity || '1');
    return o;
  };
  const covered = (el, box) => {
    el.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    const now = boxOf(el);
    const stack = document.elementsFromPoint(now.left + now.width / 2, now.top + now.height / 2);
    const at = stack.indexOf(el);
    if (at < 0) return true;
    for (const e of stack.slice(at + 1)) {
      if (e.contains(el)) {
        if (rgba(getComputedStyle(e).backgroundColor)[3] > 0.999) return false;
        continue;
      }
      return true;
    }
    return false;
  };
  const contrast = (el, style, o) => {
    const under = behind(el);
    if (!under) return 0;
    const ink = rgba(style.webkitTextFillColor || style.color);
    const over = blend([ink[0], ink[1], ink[2], ink[3] * o], under);
    const [a, b] = [light(over), light(under)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const boxOf = (el) => {
    const range = document.createRange();
    let box = null;
    for (const node of el.childNodes) {
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      range.selectNodeContents(node);
      const r = range.getBoundingClientRect();
      if (!r.width && !r.height) continue;
      box = box ? {left: Math.min(box.left, r.left), top: Math.min(box.top, r.top),
        right: Math.max(box.right, r.right), bottom: Math.max(box.bottom, r.bottom)}
        : {left: r.left, top: r.top, right: r.right, bottom: r.bottom};
    }
    box = box || {left: 0, top: 0, right: 0, bottom: 0};
    return {...box, width: box.right - box.left, height: box.bottom - box.top};
  };
  const clipped = (el, box) => {
    let {left, top, right, bottom} = box;
    for (let e = el; e && e !== document.body && e !== document.documentElement; e = up(e)) {
      const s = getComputedStyle(e);
      if (/^(inset\\((50|[6-9]\\d|100)%|circle\\(0)/.test(s.clipPath)) return true;
      const edge = '([-\\\\d.]+)px,? ?';
      const old = new RegExp('^rect\\\\(' + edge.repeat(4) + '\\\\)$').exec(s.clip);
      if (old && (old[2] - old[4] <= 1 || old[3] - old[1] <= 1)) return true;
      const x = s.overflowX === 'hidden' || s.overflowX === 'clip';
      const y = s.overflowY === 'hidden' || s.overflowY === 'clip';
      if (s.display === 'inline' || s.display === 'contents' || !(x || y)) continue;
      const r = e.getBoundingClientRect();
      if (x) { left = Math.max(left, r.left); right = Math.min(right, r.right); }
      if (y) { top = Math.max(top, r.top); bottom = Math.min(bottom, r.bottom); }
      if (right - left <= 1 || bottom - top <= 1) return true;
    }
    return false;
  };
  const unseen = (el, style, box, o) => {
    if (!el.checkVisibility()) return 'display';
    if (style.visibility !== 'visible') return 'visibility';
    if (o < 0.1) return 'opacity';
    if (box.width < 1 || box.height < 1 || parseFloat(style.fontSize) < 2) return 'size';
    const wide = Math.max(document.documentElement.scrollWidth, innerWidth);
    const x = box.left + scrollX, y = box.top + scrollY;
    if (x + box.width <= 0 || y + box.height <= 0 || x >= wide) return 'off';
    return clipped(el, box) ? 'clip' : '';
  };
  let left = COUNT_MAX, looked = ELEMENTS_MAX;
  const open = (root) => {
    for (const el of root.querySelectorAll('*')) {
      if (--looked < 0 || left <= 0) return;
      if (el.shadowRoot) open(el.shadowRoot);
      if (/^(script|style|noscript|template|textarea)$/i.test(el.tagName)) continue;
      let said = '';
      for (const n of el.childNodes) if (n.nodeType === 3) said += n.data.slice(0, 2000) + ' ';
      if (!worth.test(said)) continue;
      left -= 1;
      const style = getComputedStyle(el), box = boxOf(el), o = opacity(el);
      const why = unseen(el, style, box, o);
      let ratio = why ? 0 : contrast(el, style, o);
      const at = [box.left + scrollX, box.top + scrollY, box.width, box.height];
      if (ratio && ratio < 4.5 && covered(el, box)) ratio = 0;
      const size = parseFloat(style.fontSize) || 0, weight = parseInt(style.fontWeight) || 0;
      const one = [size.toFixed(2), weight, ratio.toFixed(2), why, ...at.map(v => v.toFixed(0))];
      store.set(el, [...(store.get(el) || []), one.join(';')]);
    }
  };
  open(document);
  scrollTo(0, 0);
  return left;
})()""".replace("COUNT_MAX", str(MEASURES_MAX)).replace("ELEMENTS_MAX", str(ELEMENTS_MAX))

# Reads the document, with what was measured; the page gets no turn meanwhile.
_READ = """(() => {
  const store = globalThis.kept || new Map(), mark = 'MARK';
  if (mark) for (const [el, said] of store) el.setAttribute(mark, said.join('|'));
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
})()"""

# Words on buttons, and on links that speak of a choice; at most 150 of 80 characters.
BUTTONS = """(() => {
  const choice = new RegExp('accept|akkoord|weiger|reject|refus|declin|ablehn|toestaan|allow'
    + '|noodzakelijk|n\\u00e9cessaire|necessary|essential|erforderlich|notwendig|instell|setting'
    + '|prefer|voorkeur|param|einstell|zustimm|annehm|autoris|continuer sans|deny|zonder|without',
    'i');
  const found = new Set();
  const open = (root) => {
    for (const el of root.querySelectorAll('*')) {
      if (el.shadowRoot) open(el.shadowRoot);
      const button = el.matches('button, [role=button], input[type=button], input[type=submit]');
      if (!button && el.tagName !== 'A') continue;
      const said = (el.innerText || el.value || el.getAttribute('aria-label') || '').trim();
      const words = said.replace(/\\s+/g, ' ').slice(0, 80);
      if (words && choice.test(words) && el.checkVisibility() && found.size < 150) found.add(words);
    }
  };
  open(document);
  return [...found];
})()"""

STORED = """(() => {
  const keys = (area) => {
    try { return Object.keys(area()).slice(0, 100).map(k => k.slice(0, 100)) }
    catch (e) { return [] }
  };
  return [keys(() => localStorage), keys(() => sessionStorage)];
})()"""

# Which script set a cookie; the page may forge it, so it is a hint and no measure.
_HOOK = """(() => {
  const tell = console.debug.bind(console), Fault = Error;
  const was = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  let left = 200;
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true, enumerable: true,
    get() { return was.get.call(this) },
    set(said) {
      if (left-- > 0) {
        const name = String(said).slice(0, 100).split('=')[0];
        tell('MARK', name, (new Fault().stack || '').slice(0, 3000));
      }
      was.set.call(this, said);
    },
  });
})()"""


def reading(mark: str) -> str:
    """The script that reads the document, measures written under the attribute ``mark``."""
    return _READ.replace("MARK", mark)


def hook(mark: str) -> str:
    """The script that says on the console, after ``mark``, which script sets which cookie."""
    return _HOOK.replace("MARK", mark)
