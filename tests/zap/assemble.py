"""A true ZAP 2.17.0 daemon for the tests, from published jars.

``python -m tests.zap.assemble`` prints where it is; ``--check`` reads every cached jar
again and compares it with its pin; ``--pin`` resolves ``pom.xml`` anew and rewrites
``jars.sha256``.

ZAP's core, ``network``, ``commonlib`` and ``spider`` are the real ones.  The add-ons that
ZAP insists on but that are published nowhere as jars (``callhome``, ``database``) are
manifests without code.  The passive scanner is the one that core 2.17 still carries,
switched on by ``rules/PassiveEngine.java`` in place of the add-on ``pscan``.  The rules
are our own, under the numbers of ZAP's rules of the same purpose.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.zap.api import Api
from tests.zap.true import true_zap

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
PINS = HERE / "jars.sha256"
RULES = HERE / "rules"
ZAP_VERSION = "2.17.0"
MAVEN_LIMIT_S = 420.0
WARM_LIMIT_S = 60.0
ACTIVE_RULES = (
    "ReflectedXss", "SqlInjection", "OpenRedirect", "PathTraversal", "SlowRule", "UserAgentFuzzer",
)  # fmt: skip


class UnavailableError(Exception):
    """The daemon cannot be had on this machine; says why."""


class WrongSumError(Exception):
    """A jar is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class AddOn:
    """A manifest that ZAP finds in its plug-in folder; the code is on the class path."""

    name: str
    version: str
    status: str = "release"
    extension: str = ""
    needs: tuple[str, ...] = ()
    active_rules: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file: ZAP takes what stands before the first dash for the id."""
        return f"{self.name}-{self.status}-{self.version}.zap"

    def manifest(self) -> str:
        """``ZapAddOn.xml``."""
        addons = "".join(f"<addon><id>{name}</id></addon>" for name in self.needs)
        needs = f"<dependencies><addons>{addons}</addons></dependencies>" if addons else ""
        own = f"<extension>{self.extension}</extension>" if self.extension else ""
        rules = "".join(f"<ascanrule>kw.{name}</ascanrule>" for name in self.active_rules)
        return (
            f"<zapaddon><name>{self.name}</name><version>{self.version}</version>"
            f"<semver>{self.version}</semver><status>{self.status}</status>"
            f"<description>{self.name}</description><author>keurwacht tests</author>{needs}"
            f"<extensions>{own}</extensions>"
            + (f"<ascanrules>{rules}</ascanrules>" if rules else "")
            + f"<not-before-version>{ZAP_VERSION}</not-before-version></zapaddon>"
        )


ADD_ONS = (
    AddOn("callhome", "0.99.0"),
    AddOn("database", "0.9.0"),
    AddOn("network", "0.25.0", "beta", "org.zaproxy.addon.network.ExtensionNetwork"),
    AddOn("commonlib", "1.40.0", extension="org.zaproxy.addon.commonlib.ExtensionCommonlib"),
    AddOn(
        "spider",
        "0.6.0",
        extension="org.zaproxy.addon.spider.ExtensionSpider2",
        needs=("database", "network", "commonlib"),
    ),
    AddOn("pscan", "0.0.1", "alpha", "kw.PassiveEngine", needs=("commonlib",)),
    AddOn("kwrules", "0.1.0", "alpha", needs=("commonlib",), active_rules=ACTIVE_RULES),
)


def default_cache() -> Path:
    """Where the parts stay between runs; outside the tree."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "keurwacht" / f"zap-{ZAP_VERSION}"


def assemble(cache: Path, *, warm: bool = True) -> Path:
    """The install folder: ``lib/*.jar``, ``rules.jar``, ``plugin/*.zap`` and ``warm/``.

    Made once per content of this folder of the tree; every further call returns at once.
    Two callers at the same time wait for each other and get the same folder.  Without
    ``warm`` the folder may lack what only makes starts quick.

    Raises:
        UnavailableError: no Java, no Maven, or the artefacts cannot be had.
        WrongSumError: an artefact is not the pinned one.
    """
    if missing := [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]:
        raise UnavailableError(f"not installed: {', '.join(missing)}")
    jars = cache / f"jars-{_digest(POM, PINS)}"
    install = cache / f"zap-{_digest(POM, PINS, Path(__file__), *_sources())}"
    cold = warm and not (install / "warm").is_dir()
    if install.is_dir() and jars.is_dir() and not cold:
        return install
    with _locked(cache):
        if not jars.is_dir():
            _download(jars)
        if not install.is_dir():
            _build(install, jars)
        if warm and not (install / "warm").is_dir():
            _warm(install)
    return install


def check(install: Path) -> int:
    """Read every jar again; how many there are.

    Raises:
        WrongSumError: a jar is missing, foreign, or not the pinned one.
    """
    pins = _pins()
    _compare(_sums(install / "lib"), pins)
    return len(pins)


def pin() -> int:
    """Resolve ``pom.xml`` and write ``jars.sha256``; how many jars there are."""
    with tempfile.TemporaryDirectory() as folder:
        _maven(Path(folder))
        sums = _sums(Path(folder))
    PINS.write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "ascii")
    return len(sums)


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*paths: Path) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def _sources() -> list[Path]:
    return sorted(RULES.glob("*.java"))


def _pins() -> dict[str, str]:
    lines = (line.split() for line in PINS.read_text("ascii").splitlines() if line)
    return {name: found for found, name in lines}


def _sums(folder: Path) -> dict[str, str]:
    jars = folder.glob("*.jar")
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in jars}


def _compare(found: dict[str, str], pins: dict[str, str]) -> None:
    wrong = sorted(name for name in found.keys() | pins.keys() if found.get(name) != pins.get(name))
    if wrong:
        raise WrongSumError(f"not as pinned in {PINS.name}: {', '.join(wrong[:10])}")


def _download(jars: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=jars.parent, prefix=".jars-"))
    try:
        _maven(folder)
        _compare(_sums(folder), _pins())
        folder.chmod(0o755)
        folder.rename(jars)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _maven(folder: Path) -> None:
    goal = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies"
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM), goal]
    command += [f"-DoutputDirectory={folder}", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=MAVEN_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"Maven did not end within {MAVEN_LIMIT_S:g} s") from error
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["nothing"]
        raise UnavailableError(f"the artefacts cannot be had; Maven said: {said[0][:300]}")


def _build(install: Path, jars: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=install.parent, prefix=".zap-"))
    try:
        (folder / "lib").symlink_to(Path("..") / jars.name)
        _compile(folder, jars)
        (folder / "plugin").mkdir()
        for add_on in ADD_ONS:
            with zipfile.ZipFile(folder / "plugin" / add_on.file, "w") as packed:
                packed.writestr("ZapAddOn.xml", add_on.manifest())
        folder.chmod(0o755)
        folder.rename(install)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compile(folder: Path, jars: Path) -> None:
    classes = folder / "classes"
    # Quick to start; there is little to compile.
    quick = ["-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"]
    command = ["javac", *quick, "-nowarn", "-proc:none", "-Xlint:none", "-d", str(classes)]
    command += ["-cp", f"{jars}/*", *map(str, _sources())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise UnavailableError(f"our Java rules do not compile here: {done.stderr[:1000]}")
    with zipfile.ZipFile(folder / "rules.jar", "w") as packed:
        for path in sorted(classes.rglob("*.class")):
            packed.write(path, path.relative_to(classes))
    shutil.rmtree(classes)


def _warm(install: Path) -> None:
    """Start once, so that later starts find their classes shared and a root certificate made.

    Saves about half of the work of a start.  Where it fails they are slow, no more.
    """
    folder = Path(tempfile.mkdtemp(dir=install.parent, prefix=".warm-"))
    try:
        with suppress(AssertionError, OSError):
            options = [f"-XX:ArchiveClassesAtExit={folder}/classes.jsa", "-Xlog:disable"]
            with true_zap(install, folder, options=options) as zap:
                Api(zap)("core/action/shutdown")
                zap.wait(WARM_LIMIT_S)
            (folder / "home" / "config.xml").rename(folder / "config.xml")
        shutil.rmtree(folder / "home", ignore_errors=True)
        folder.chmod(0o755)
        folder.rename(install / "warm")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when the daemon is there, 1 when it cannot be, 2 for a wrong sum."""
    parser = argparse.ArgumentParser(prog="python -m tests.zap.assemble", description=__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--check", action="store_true", help="read every cached jar again")
    parser.add_argument("--pin", action="store_true", help="resolve anew and rewrite the pins")
    parser.add_argument("--cold", action="store_true", help="leave out what makes starts quick")
    given = parser.parse_args(arguments)
    try:
        if given.pin:
            print(f"{PINS.name}: {pin()} jars")
        install = assemble(given.cache, warm=not given.cold)
        if given.check:
            print(f"{check(install)} jars are as pinned")
    except UnavailableError as error:
        print(f"unavailable: {error}", file=sys.stderr)
        return 1
    except WrongSumError as error:
        print(error, file=sys.stderr)
        return 2
    print(install)
    return 0


if __name__ == "__main__":
    sys.exit(main())
