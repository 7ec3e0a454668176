"""What hellos sent anyway left open of the test for ROBOT, asked for its own sake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scanners.tls.dialogue import Dialogue, agreed
from scanners.tls.evidence import TLS10, TLS11, TLS12
from scanners.tls.oracle import Oracle, Padding, is_aead, takes_rsa
from scanners.tls.suites import CURVES

Suites = Mapping[str, Sequence[str]]


async def finish_robot(talk: Dialogue, suites: Suites) -> tuple[bool | None, bool]:
    """Is the server an oracle: False or None, not known; and: did its answers look like one?

    ``suites`` are those it takes, by version.  Where answers differed, suites and messages
    are mixed up, so each kind of suite is tested again with one suite alone: equal answers
    then mean that the difference lay in the suites.  Raises GaveUpError.
    """
    for _ in range(2 * len(Padding)):
        kinds = talk.oracle.missing
        place = next(_places(suites, kinds[0]), None) if kinds else None
        if place is None or not await _ask(talk, *place):
            break
    if not talk.oracle.mixed:
        return talk.oracle.verdict, False
    verdicts = []
    for kind in (True, False):
        for version, names in _places(suites, kind):
            talk.oracle = Oracle()
            for _ in Padding:
                await _ask(talk, version, names[:1])
            verdicts.append(talk.oracle)
            break
    if all(oracle.verdict is False for oracle in verdicts):
        return False, False
    return None, any(oracle.mixed for oracle in verdicts)


async def _ask(talk: Dialogue, version: str, suites: Sequence[str]) -> bool:
    answer = await talk.ask(version, suites, CURVES)
    return answer is not None and agreed(answer, version)


def _places(suites: Suites, kind: bool) -> Iterator[tuple[str, list[str]]]:
    """By version, those with RSA key exchange and a cipher of that kind."""
    for version in (TLS12, TLS11, TLS10):
        names = [n for n in suites.get(version, ()) if takes_rsa(n) and is_aead(n) is kind]
        if names:
            yield version, names
