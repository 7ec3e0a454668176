"""Addresses of crypto wallets, known by their checksums.

Bitcoin: base58check (BIP 13) and bech32 or bech32m (BIP 173, BIP 350).  Ethereum: the case of
its letters (EIP-55); one in a single case has no checksum and counts as it is.
"""

from __future__ import annotations

import hashlib
import re
from itertools import islice

CANDIDATES_MAX = 20
TEXT_MAX_CHARS = 200_000
# The checks behind the first signs: a search for plain signs is several times faster.
_ETH = re.compile(r"0x(?<!\w0x)[0-9a-fA-F]{40}(?!\w)")
_BASE58 = re.compile(r"[13](?<!\w[13])[1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)")
_BECH32 = re.compile(
    r"[bB][cC]1(?<!\w...)(?:[ac-hj-np-z02-9]{11,71}|[AC-HJ-NP-Z02-9]{11,71})(?!\w)"
)
_ALPHABET58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABET32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_ENDS = frozenset({1, 0x2BC830A3})
_BECH32_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_ADDRESS_BYTES = 25
_EIP55_HIGH = 8


def wallets_in(text: str) -> tuple[str, ...]:
    """``btc:`` and ``eth:`` addresses of a text whose checksums hold, sorted."""
    head = text[:TEXT_MAX_CHARS]
    found = {f"btc:{a}" for a in _candidates(_BASE58, head) if _is_base58check(a)}
    found |= {f"btc:{a.lower()}" for a in _candidates(_BECH32, head) if _is_bech32(a.lower())}
    found |= {f"eth:{a.lower()}" for a in _candidates(_ETH, head) if _is_eip55(a[2:])}
    return tuple(sorted(found))


def _candidates(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match[0] for match in islice(pattern.finditer(text), CANDIDATES_MAX)]


def _is_base58check(address: str) -> bool:
    number = 0
    for char in address:
        number = number * 58 + _ALPHABET58.index(char)
    if number.bit_length() > _ADDRESS_BYTES * 8:
        return False
    raw = number.to_bytes(_ADDRESS_BYTES, "big")
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return raw[0] in (0, 5) and raw[-4:] == digest[:4]


def _is_bech32(address: str) -> bool:
    check = 1
    prefix = [ord(c) >> 5 for c in "bc"] + [0] + [ord(c) & 31 for c in "bc"]
    for value in (*prefix, *(_ALPHABET32.index(char) for char in address[3:])):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_BECH32_STEPS):
            if top >> bit & 1:
                check ^= step
    return check in _BECH32_ENDS


def _is_eip55(digits: str) -> bool:
    """Does the case of the letters say what the hash of the address says?"""
    if digits in (digits.lower(), digits.upper()):
        # A colour or a hash of nothing but zeros is nobody's wallet.
        return len(set(digits)) > 4  # noqa: PLR2004
    marks = keccak256(digits.lower().encode()).hex()
    return all(
        char.isupper() == (int(mark, 16) >= _EIP55_HIGH)
        for char, mark in zip(digits, marks, strict=False)
        if char.isalpha()
    )


_LANES = 25
_RATE = 136
_MASK = (1 << 64) - 1
_ROTATIONS = (
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
)  # fmt: skip


def _round_constants() -> tuple[int, ...]:
    """Of the 24 rounds, by the shift register of FIPS 202, 3.2.5."""
    found, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register >> 7 else 0)
        found.append(constant)
    return tuple(found)


_CONSTANTS = _round_constants()


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum has it: SHA3-256 with the padding of the submission (0x01)."""
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % _RATE)
    padded[-1] |= 0x80
    state = [0] * _LANES
    for begin in range(0, len(padded), _RATE):
        block = padded[begin : begin + _RATE]
        for lane in range(_RATE // 8):
            state[lane] ^= int.from_bytes(block[8 * lane : 8 * lane + 8], "little")
        for constant in _CONSTANTS:
            state = _permuted(state, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(state: list[int], constant: int) -> list[int]:
    """One round of Keccak-f[1600]: theta, rho and pi, chi, iota (FIPS 202, 3.2)."""
    sums = [
        state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)
    ]
    mixed = [sums[x - 1] ^ _rotated(sums[(x + 1) % 5], 1) for x in range(5)]
    moved = [0] * _LANES
    for at in range(_LANES):
        x, y = at % 5, at // 5
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotated(state[at] ^ mixed[x], _ROTATIONS[at])
    after = [
        moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5] & _MASK)
        for at in range(_LANES)
    ]
    after[0] ^= constant
    return after


def _rotated(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK if by else lane
