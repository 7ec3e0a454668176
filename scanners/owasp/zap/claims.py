"""Whose scan a daemon carries, written where everybody with its key can read it.

Each scan makes a context of its own whose name says who scans and until when.  Two
processes that share a daemon so see each other; and because a new session forgets every
context, a scan that finds its own gone knows that somebody took the daemon from it.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from hashlib import blake2b
from pathlib import Path

from scanners.owasp.zap.client import ZapTalk

_CLAIM = re.compile(r"keurwacht-(\d{1,12})-([0-9a-f]{32})-[0-9a-f]{8}", re.ASCII)
_AT_WORK = frozenset({"RUNNING", "PAUSED", "NOT_STARTED"})
_LIST_MAX_CHARS = 100_000


def new_owner() -> str:
    """A name for one pool of one process: where it runs, and 16 digits of chance."""
    return f"{_place(os.getpid())}{secrets.token_hex(8)}"


def _place(process: int) -> str:
    """Machine, process and moment of its start in 16 hex digits; no process has another's."""
    return f"{_digest(socket.gethostname(), 3)}{process & 0xFFFFFF:06x}{_begun(process)}"


def _begun(process: int) -> str:
    """A digest of when the process started (proc(5), field 22), "0000" when there is none."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return "0000"
    return _digest(state.rpartition(")")[2].split()[19], 2)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


def is_dead(owner: str) -> bool:
    """Did this process run on this machine, and does it no longer?  False for other machines."""
    place = owner[:16]
    here = place[:6] == _digest(socket.gethostname(), 3)
    return here and place != _place(int(place[6:12], 16))


def claim(owner: str, until: float) -> str:
    """The name of a new context; ``until`` in seconds since the epoch."""
    return f"keurwacht-{max(0, int(until))}-{owner}-{secrets.token_hex(4)}"


async def occupied(talk: ZapTalk, owner: str, now: float) -> str:
    """Who else uses the daemon, as a sentence; "" for nobody.  ZapGoneError, ZapError.

    A claim ends by itself, ``now`` being seconds since the epoch: who made it may be dead.
    One of a process of this machine that is gone ended with it.
    """
    claims = _CLAIM.findall(await _contexts(talk))
    others = [who for until, who in claims if who != owner and int(until) > now]
    if not all(map(is_dead, others)):
        return "another keurwacht scans with this ZAP"
    if not claims and await _at_work(talk):
        return "somebody else scans with this ZAP"
    return ""


async def claimed(talk: ZapTalk, owner: str) -> bool:
    """Is a scan of this owner under way, or was it broken off, with its process or without?"""
    claims = _CLAIM.findall(await _contexts(talk))
    return any(who == owner or is_dead(who) for _, who in claims)


async def left_behind(talk: ZapTalk) -> bool:
    """Are there claims, all of them of processes that are gone?"""
    claims = _CLAIM.findall(await _contexts(talk))
    return bool(claims) and all(is_dead(who) for _, who in claims)


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
