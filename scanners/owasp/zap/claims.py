"""Whose scan a daemon carries, written where everybody with its key can read it.

Each scan makes a context of its own whose name says who scans and until when.  Two
processes that share a daemon so see each other; and because a new session forgets every
context, a scan that finds its own gone knows that somebody took the daemon from it.
"""

from __future__ import annotations

import re
import secrets

from scanners.owasp.zap.client import ZapTalk

_CLAIM = re.compile(r"keurwacht-(\d{1,12})-([0-9a-f]{16})-[0-9a-f]{8}", re.ASCII)
_AT_WORK = frozenset({"RUNNING", "PAUSED", "NOT_STARTED"})
_LIST_MAX_CHARS = 100_000


def new_owner() -> str:
    """A name for one pool of one process."""
    return secrets.token_hex(8)


def claim(owner: str, until: float) -> str:
    """The name of a new context; ``until`` in seconds since the epoch."""
    return f"keurwacht-{max(0, int(until))}-{owner}-{secrets.token_hex(4)}"


async def occupied(talk: ZapTalk, owner: str, now: float) -> str:
    """Who else uses the daemon, as a sentence; "" for nobody.  ZapGoneError, ZapError.

    A claim ends by itself, ``now`` being seconds since the epoch: who made it may be dead.
    """
    claims = _CLAIM.findall(await _contexts(talk))
    if any(whose != owner and int(until) > now for until, whose in claims):
        return "another keurwacht scans with this ZAP"
    if not claims and await _at_work(talk):
        return "somebody else scans with this ZAP"
    return ""


async def claimed(talk: ZapTalk, owner: str) -> bool:
    """Is a scan of this owner under way, or was it broken off?"""
    return any(whose == owner for _, whose in _CLAIM.findall(await _contexts(talk)))


async def stands(talk: ZapTalk, context: str) -> bool:
    """Is the session still the one in which ``context`` was made?"""
    return context in await _contexts(talk)


async def _contexts(talk: ZapTalk) -> str:
    # ZAP gives a list or a text that looks like one; names are all that matters.
    return str(await talk.see(lambda zap: zap.context.context_list))[:_LIST_MAX_CHARS]


async def _at_work(talk: ZapTalk) -> bool:
    for rows in (
        await talk.see(lambda zap: zap.ascan.scans),
        await talk.see(lambda zap: zap.spider.scans),
    ):
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and row.get("state") in _AT_WORK:
                return True
    return False
