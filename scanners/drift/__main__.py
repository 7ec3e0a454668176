"""``python -m scanners.drift URL --json``: read one site and print what drift compares."""

from __future__ import annotations

import sys

from scanners.alone import read_site
from scanners.api import ScanKind
from scanners.drift.scanner import DriftScanner


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``."""
    return read_site(ScanKind.DRIFT, DriftScanner, __doc__ or "", argv)


if __name__ == "__main__":
    sys.exit(main())
