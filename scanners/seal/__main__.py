"""``python -m scanners.seal URL --json``: read one site and print what may be a mark."""

from __future__ import annotations

import sys

from scanners.alone import read_site
from scanners.api import ScanKind
from scanners.seal.scanner import SealScanner


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``."""
    return read_site(ScanKind.SEAL, SealScanner, __doc__ or "", argv)


if __name__ == "__main__":
    sys.exit(main())
