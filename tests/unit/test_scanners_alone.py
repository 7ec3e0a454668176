"""Scanners run by themselves: bad input is said in one line and nothing is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanners.content.__main__ import main as content
from scanners.drift.__main__ import main as drift
from scanners.mail.__main__ import main as mail
from scanners.seal.__main__ import main as seal
from scanners.tls.__main__ import main as tls

Main = Callable[[list[str] | None], int]
SITES = pytest.mark.parametrize("main", [content, drift, seal], ids=["content", "drift", "seal"])


@SITES
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--resolve", "shop.example:443"], "wanted HOST:PORT:ADDR[:PORT]"),
        (["--resolve", "shop.example:443:other.example"], "not an IP address"),
        (["--resolve", "shop.example:0:127.0.0.1"], "'0' is not a port"),
        (["--allow-network", "127.0.0.1/99"], "wanted a network"),
        (["--ca-file", "/nonexistent/roots.pem"], "no such file"),
        (["--deadline", "0"], "no number of seconds"),
        (["--deadline", "nan"], "no number of seconds"),
    ],
)
def test_an_option_that_cannot_be_is_named_with_what_was_wanted(
    main: Main, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["https://shop.example/", "--json", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@SITES
@pytest.mark.parametrize("url", ["shop.example", "http://[::1", "https:///path"])
def test_a_url_without_host_is_refused(
    main: Main, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([url]) == 2
    assert capsys.readouterr().err == "the URL has no host\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mx", "shop.example"], "wanted DOMAIN=HOST:PORT"),
        (["--mx", "shop.example=mx.example:99999"], "is not a port"),
        (["--dns-server", "ns.example"], "wanted an IP address"),
        (["--ehlo-name", "no name"], "not a host name"),
    ],
)
def test_the_look_at_mail_names_what_it_cannot_read(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        mail(["shop.example", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_look_at_tls_names_a_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        tls(["shop.example", "--port", "65536"])
    assert ended.value.code == 2
    assert "'65536' is not a port; wanted 1 to 65535" in capsys.readouterr().err
