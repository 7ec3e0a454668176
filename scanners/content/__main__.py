"""``python -m scanners.content URL --json``: read one site and print the facts."""

from __future__ import annotations

import sys

from scanners.alone import read_site
from scanners.api import ScanKind
from scanners.content.scanner import ContentScanner


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``."""
    return read_site(ScanKind.CONTENT, ContentScanner, __doc__ or "", argv)


if __name__ == "__main__":
    sys.exit(main())
