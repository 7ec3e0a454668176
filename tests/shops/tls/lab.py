"""Starts the servers of the honest configurations on loopback, each when first asked for.

All nginx configurations live in one nginx, those of Python and tlslite-ng in one child.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest
from tests.integration.tls_lab import LOOPBACK, serving
from tests.shops.tls.configuration import Configuration, Server
from tests.shops.tls.keys import Vault
from tests.shops.tls.scripted import reciting

START_TIMEOUT_S = 10.0
CHILDREN = Path(__file__).with_name("children.py")
_NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off; ssl_protocols TLSv1.2 TLSv1.3;
  client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
{servers}
}}
"""
_GROUPS = {"ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072", "modp2048": "modp_2048"}


class LabError(Exception):
    """A server of the lab did not start; the text has its words."""


def missing(server: Server) -> str:
    """Why ``server`` cannot be started on this machine, "" when it can."""
    if server in (Server.NGINX, Server.OPENSSL) and shutil.which(server.value) is None:
        return f"{server.value} is not installed"
    if server is Server.TLSLITE and importlib.util.find_spec("tlslite") is None:
        return "tlslite-ng is not installed"
    return ""


class Lab:
    """Ports by configuration; ``close`` ends everything."""

    def __init__(self, folder: Path, configurations: Sequence[Configuration]) -> None:
        self.folder = folder
        self.vault = Vault(folder)
        self._all = tuple(configurations)
        self._ports: dict[str, int] = {}
        self._files: dict[str, Path] = {}
        self._open = contextlib.ExitStack()

    def close(self) -> None:
        """End every server."""
        self._open.close()

    def port(self, wanted: Configuration) -> int:
        """Where ``wanted`` is served.  Raises LabError."""
        if wanted.key not in self._ports:
            match wanted.server:
                case Server.NGINX:
                    self._start_nginx()
                case Server.PYTHON | Server.TLSLITE:
                    self._start_children()
                case Server.OPENSSL:
                    self._start_openssl(wanted)
                case Server.SCRIPT:
                    visit = reciting(self.vault.pem(wanted.leaves[0]), **wanted.options)  # type: ignore[arg-type]
                    self._ports[wanted.key] = self._open.enter_context(serving(visit))
        return self._ports[wanted.key]

    def options(self, wanted: Configuration) -> NetOptions:
        """Dials the lab for the host of ``wanted`` and trusts the lab's authority."""
        host = wanted.host.rstrip(".")
        return NetOptions(
            resolve=(Resolve(host, 443, "127.0.0.1", self.port(wanted)),),
            allow_networks=LOOPBACK,
            ca_file=str(self.vault.ca_file),
        )

    def file(self, name: str, wanted: Configuration) -> Path:
        """A file that settings name in braces: DH parameters, a staple, the authority."""
        if name == "ca":
            return self.vault.ca_file
        if name.startswith("staple_"):
            ends = {"staple_good": timedelta(days=3), "staple_ended": timedelta(days=-13)}[name]
            return self.vault.staple(wanted.leaves[0], ends)
        if name not in self._files:
            file = self.folder / f"{name}.pem"
            if name in _GROUPS:
                command = ["genpkey", "-genparam", "-algorithm", "DH", "-out", str(file),
                           "-pkeyopt", f"group:{_GROUPS[name]}"]  # fmt: skip
            else:
                bits = name.removeprefix("own")
                command = ["dhparam", "-dsaparam", "-out", str(file), bits]
            subprocess.run([_found("openssl"), *command], check=True, capture_output=True)
            self._files[name] = file
        return self._files[name]

    def _settings(self, wanted: Configuration) -> str:
        return wanted.settings.format_map(_Files(self, wanted))

    def _run(self, command: Sequence[str], name: str) -> subprocess.Popen[str]:
        """Start a server; what it says goes to a file that ``_wait`` shows on failure."""
        said = self._open.enter_context((self.folder / f"{name}.out").open("w"))
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if name == "children" else said,
            stderr=said,
            text=True,
        )
        self._open.enter_context(_ending(process))
        return process

    def _wait(self, process: subprocess.Popen[str], port: int, name: str) -> None:
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.02)
        said = (self.folder / f"{name}.out").read_text()
        raise LabError(f"{name} did not start: {said[-1000:]}")

    def _start_nginx(self) -> None:
        chosen = [c for c in self._all if c.server is Server.NGINX]
        ports = free_ports(len(chosen))
        blocks = [self._block(c, port) for c, port in zip(chosen, ports, strict=True)]
        conf = self.folder / "nginx.conf"
        conf.write_text(_NGINX.format(folder=self.folder, servers="\n".join(blocks)))
        process = self._run([_found("nginx"), "-c", str(conf)], "nginx")
        self._wait(process, ports[-1], "nginx")
        self._ports |= {c.key: port for c, port in zip(chosen, ports, strict=True)}

    def _block(self, wanted: Configuration, port: int) -> str:
        listen = f"listen 127.0.0.1:{port} ssl {wanted.listen}"
        rest = f"{self._settings(wanted)} location / {{ return 200 ok; }}"
        first = ""
        if wanted.reject_others:
            first = f"  server {{ {listen} default_server; ssl_reject_handshake on; {rest} }}\n"
        elif wanted.default_leaf is not None:
            pem = self.vault.pem(wanted.default_leaf)
            first = f"  server {{ {listen} default_server; {_pair(pem)} {rest} }}\n"
        pairs = " ".join(_pair(self.vault.pem(leaf)) for leaf in wanted.leaves)
        name = f"server_name {wanted.host.rstrip('.')};"
        return f"{first}  server {{ {listen}; {name} {pairs} {rest} }}"

    def _start_openssl(self, wanted: Configuration) -> None:
        (port,) = free_ports(1)
        command = [_found("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-quiet"]
        for prefix, leaf in zip(("", "d"), wanted.leaves, strict=False):
            pem = str(self.vault.pem(leaf))
            command += [f"-{prefix}cert", pem, f"-{prefix}key", pem]
            command += [f"-{prefix}cert_chain", str(self.vault.above(leaf))]
        settings = shlex.split(self._settings(wanted))
        # The page that -www sends answers whoever asks for it; but it renegotiates slowly.
        command += settings if "-client_renegotiation" in settings else ["-www", *settings]
        name = f"openssl-{wanted.key.replace(' ', '-')}"
        process = self._run(command, name)
        self._wait(process, port, name)
        self._ports[wanted.key] = port

    def _start_children(self) -> None:
        wanted = [
            {
                "key": c.key,
                "kind": c.server.value,
                "pems": [str(self.vault.pem(leaf)) for leaf in c.leaves],
                "options": {
                    name: str(self.file("ca", c)) if value == "{ca}" else value
                    for name, value in c.options.items()
                },
            }
            for c in self._all
            if c.server in (Server.PYTHON, Server.TLSLITE) and not missing(c.server)
        ]
        process = self._run([sys.executable, "-W", "ignore", str(CHILDREN)], "children")
        if process.stdin is None or process.stdout is None:
            raise LabError("pipes were asked for")
        process.stdin.write(json.dumps(wanted) + "\n")
        process.stdin.flush()
        said = process.stdout.readline()
        if not said:
            process.wait(START_TIMEOUT_S)
            raise LabError((self.folder / "children.out").read_text()[-1000:])
        self._ports |= json.loads(said)


class _Files(dict[str, Path]):
    """Makes files when settings name them."""

    def __init__(self, lab: Lab, wanted: Configuration) -> None:
        super().__init__()
        self._lab, self._wanted = lab, wanted

    def __missing__(self, name: str) -> Path:
        return self._lab.file(name, self._wanted)


@contextlib.contextmanager
def _ending(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _pair(pem: Path) -> str:
    return f"ssl_certificate {pem}; ssl_certificate_key {pem};"


def _found(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise LabError(f"{program} is not installed")
    return found


def free_ports(count: int) -> list[int]:
    """Ports nobody listens at, all different."""
    with contextlib.ExitStack() as held:
        listeners = [
            held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [int(listener.getsockname()[1]) for listener in listeners]


def request_for(
    wanted: Configuration, kind: ScanKind, *, tier: str = "lean", deadline_s: float = 30.0
) -> ScanRequest:
    """The scan of one configuration."""
    return ScanRequest(
        kind,
        f"https://{wanted.host}/",
        (wanted.host,),
        options={"tier": tier},
        deadline_s=deadline_s,
    )
