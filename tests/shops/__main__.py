"""Start the fleet and say how to reach it: ``python -m tests.shops [--folder DIR]``."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.shops.fleet import Fleet, check_arguments, fleet, site_file, sites_yaml


def write_files(running: Fleet, folder: Path) -> dict[str, Path]:
    """Write ``sites.yaml`` and a site file per member; the site files by key."""
    (folder / "sites.yaml").write_text(sites_yaml(running), encoding="utf-8")
    files = {}
    for found in running.members:
        files[found.key] = folder / f"{found.key}.yaml"
        files[found.key].write_text(site_file(found), encoding="utf-8")
    return files


def report(running: Fleet, folder: Path) -> str:
    """What a person needs: files, resolve options, one command line per shop."""
    lines = [f"certificates to trust: {running.ca_file}", f"import file: {folder / 'sites.yaml'}"]
    lines += ["", "reach the shops and their mail server with:"]
    lines += [f"  export KEURWACHT_NET__DNS_SERVER={running.dns_server}"]
    lines += [f"  --resolve {entry}" for entry in running.resolve]
    for found, file in zip(running.members, write_files(running, folder).values(), strict=True):
        command = shlex.join(("keurwacht", *check_arguments(running, file)))
        lines += ["", f"{found.key}: {found.shop.url}", f"  {command}"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.shops", description=__doc__)
    parser.add_argument("--folder", type=Path, help="for certificates and files (default: new)")
    chosen: Path | None = parser.parse_args(arguments).folder
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with tempfile.TemporaryDirectory(prefix="keurlab-") as spare:
        folder = (chosen or Path(spare)).resolve()
        with fleet(folder) as running:
            sys.stdout.write(report(running, folder) + "\n\nCtrl-C ends it.\n")
            sys.stdout.flush()
            done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
