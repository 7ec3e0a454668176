"""Settings: precedence, every problem at once with its place, secrets kept secret."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitor.settings import Settings
from monitor.settings_docs import example_text, settings_table
from monitor.settings_load import SettingsError, find_config, load_settings
from monitor.settings_values import LogFormat, MailTls
from scanners.api import NetOptions, Resolve, ScanKind
from scanners.owasp.fleet import LocalZap

EXAMPLE = Path(__file__).parents[2] / "config" / "keurwacht.example.toml"


def write(folder: Path, text: str) -> Path:
    file = folder / "keurwacht.toml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(file: Path | None, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(file, environ, {})
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_nothing_given_gives_the_defaults_of_the_contract() -> None:
    settings = load_settings(None, {"HOME": "/home/kees"}, {})
    assert settings.database_url == "sqlite:////home/kees/.local/share/keurwacht/keurwacht.db"
    assert settings.cadences()[ScanKind.CERTIFICATE] == timedelta(hours=1)
    assert settings.cadences()[ScanKind.TLS] == timedelta(days=1)
    assert settings.cadences()[ScanKind.OWASP] == timedelta(days=30)
    assert set(settings.deadlines_s()) == set(ScanKind)
    assert (settings.valve.window_minutes, settings.valve.minimum) == (60, 20)
    assert settings.valve.fraction == 0.03
    assert (settings.work.slots, settings.work.max_attempts, settings.work.per_platform) == (
        8,
        3,
        2,
    )
    assert (settings.http.bind, settings.http.port) == ("127.0.0.1", 9464)
    # Without settings a scanner starts no browser; with them it takes what is there.
    assert settings.net_options() == NetOptions(browser="auto")


def test_database_stands_in_the_data_folder_of_the_user() -> None:
    settings = load_settings(None, {"XDG_DATA_HOME": "/data", "HOME": "/h"}, {})
    assert settings.database_url == "sqlite:////data/keurwacht/keurwacht.db"


def test_a_flag_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = write(
        tmp_path, '[work]\nslots = 2\ntick_s = 2.0\nlease_s = 60\n[log]\nformat = "json"\n'
    )
    environ = {"KEURWACHT_WORK__SLOTS": "3", "KEURWACHT_WORK__TICK_S": "3"}
    settings = load_settings(file, environ, {"work.slots": 4, "work.max_attempts": None})
    assert (settings.work.slots, settings.work.tick_s, settings.work.lease_s) == (4, 3.0, 60.0)
    assert settings.work.max_attempts == 3
    assert settings.log.format is LogFormat.JSON


def test_text_of_flags_and_environment_becomes_the_type_of_the_setting() -> None:
    environ = {
        "KEURWACHT_MAIL__ENABLED": "yes",
        "KEURWACHT_MAIL__SENDER": "watch@example.org",
        "KEURWACHT_MAIL__TLS": "none",
        "KEURWACHT_MAIL__STAFF__LABELS": "a@example.org, b@example.org",
        "KEURWACHT_MAIL__OPERATIONS": '["ops@example.org"]',
        "KEURWACHT_NET__RESOLVE": "[::1]:25:[::1]:2525,shop.example:443:127.0.0.1",
        "KEURWACHT_CADENCE__TLS": "90",
        "KEURWACHT_HOLIDAYS__FREEZES": "2026-12-24..2027-01-01",
    }
    flags = {"net.mx": ("shop.example=mx.shop.example:2525",), "deadline.tls": "1m30s"}
    settings = load_settings(None, environ, flags)
    assert settings.mail.enabled is True
    assert settings.mail.tls is MailTls.NONE
    assert settings.mail.message_domain == "example.org"
    assert settings.mail.staff == {"labels": ("a@example.org", "b@example.org")}
    assert settings.mail.operations == ("ops@example.org",)
    assert settings.cadence.tls == timedelta(seconds=90)
    assert settings.deadlines_s()[ScanKind.TLS] == 90.0
    assert str(settings.holidays.freezes[0].last) == "2027-01-01"
    options = settings.net_options()
    assert options.resolve == (
        Resolve("::1", 25, "::1", 2525),
        Resolve("shop.example", 443, "127.0.0.1", 443),
    )
    assert options.mx == {"shop.example": ("mx.shop.example", 2525)}


def test_every_problem_comes_at_once_with_its_line_value_and_choices(tmp_path: Path) -> None:
    text = """\
[work]
slots = "8"
lots = 3

[cadence]
tls = "soon"   # not a duration
[net]
resolve = [
  "a.example:443:127.0.0.1",
  "b.example:443:nowhere",
]
[mail]
tls = "ssl"
staff.labels = ["nobody"]
[mali]
x = 1
"""
    file = write(tmp_path, text)
    found = problems(file, KEURWACHT_WORK__TICK_S="x", KEURWACHT_NET__CA="y")
    starts = (
        f"{file}:2: work.slots: wanted a valid integer, got '8'",
        f"{file}:3: work.lots: unknown key; nearest: slots",
        f"{file}:6: cadence.tls: wanted a positive duration such as",
        f"{file}:8: net.resolve.1: 'nowhere' is not an IP address; wanted HOST:PORT:ADDR",
        f"{file}:13: mail.tls: wanted one of 'required', 'opportunistic', ",
        f"{file}:14: mail.staff.labels.0: wanted a bare mail address such as",
        f"{file}:15: mali: unknown section; nearest: mail",
        "environment KEURWACHT_WORK__TICK_S: work.tick_s: wanted a valid number, got 'x'",
        "environment KEURWACHT_NET__CA: net.ca: unknown key; ",
    )
    for start in starts:
        assert any(line.startswith(start) for line in found), start
    assert len(found) == 9


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[work]\nslots = 0\n", ":2: work.slots: wanted greater than or", id="range"),
        pytest.param("[work]\nslots = true\n", ":2: work.slots: wanted a valid int", id="bool"),
        pytest.param("work = 3\n", ":1: work: ", id="no table"),
        pytest.param("[valve]\nfraction = 0.0\n", ":2: valve.fraction: ", id="valve not off"),
        pytest.param("[valve]\nfraction = nan\n", ":2: valve.fraction: ", id="nan"),
        pytest.param('[http]\nbind = "here"\n', ":2: http.bind: wanted an IP", id="bind"),
        pytest.param("[mail]\nenabled = true\n", ":1: mail: mail.sender is needed", id="pair"),
        pytest.param('[mail]\nsender = "a b@x.nl"\n', ":2: mail.sender: ", id="sender"),
        pytest.param(
            '[webhooks.crm]\nurl = "https://x.nl/"\n', ":1: webhooks.crm.secret", id="gone"
        ),
        pytest.param('[net]\nallow_networks = ["10.0.0.1/8"]\n', ":2: net.allow_net", id="cidr"),
        pytest.param("[log]\nlevel = 2026-01-01\n", ":2: log.level: wanted one of", id="date"),
        pytest.param("[work\n", ":1: TOML: ", id="syntax"),
        pytest.param("a = 1\na = 2\n", ":2: TOML: ", id="twice"),
    ],
)
def test_bad_values_are_told_with_file_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path, text)
    found = problems(file)
    assert any(line.startswith(f"{file}{said}") for line in found), found
    assert all("\n" not in line for line in found)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    assert problems(gone) == (f"{gone}: cannot be read: No such file or directory",)
    gone.write_bytes(b"a = '\xff'")
    assert problems(gone) == (f"{gone}: is not UTF-8 (byte 5)",)


def test_a_secret_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("zeer-geheim\n")
    environ = {"KEURWACHT_MAIL__PASSWORD_FILE": str(file), "KEURWACHT_MAIL__USERNAME": "watch"}
    settings = load_settings(None, environ, {"database.url": "postgresql://kw:pw123@db/kw"})
    assert settings.mail.password.get_secret_value() == "zeer-geheim"
    assert settings.database_url == "postgresql://kw:pw123@db/kw"
    assert "geheim" not in repr(settings) + str(settings)
    assert "pw123" not in repr(settings) + str(settings)


def test_the_value_of_a_wrong_secret_is_not_in_the_problem(tmp_path: Path) -> None:
    text = '[database]\nurl = "mysql://kw:geheim1@db"\n[webhooks.crm]\nurl = "https://x.nl/"\n'
    found = problems(write(tmp_path, text + 'secret = "geheim2"\n'))
    assert [line.split(": ", 1)[1] for line in found] == [
        "database.url: wanted sqlite:///FILE or postgresql://USER@HOST/NAME",
        "webhooks.crm.secret: wanted at least 16 characters",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://jan:geheim@x.nl/hook",
        "https://geheim@x.nl/hook",
        "https://jan:a/geheim@x.nl/hook",
        "https://jan:a b'geheim@x.nl/hook",
        "https://jan:a@geheim@x.nl/hook",
        f"https://jan:geheim{'x' * 200}@x.nl/hook",
        "ftp://jan:geheim@x.nl/hook",
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        '[webhooks.crm]\nurl = "URL"\nsecret = "0123456789abcdef"\n',
        '[mail]\nhost = "URL"\n',
        '[mail]\ndomain = "URL"\n',
        '[mail]\noperations = ["URL"]\n',
        '[work]\nslots = "URL"\n',
        '[http]\nbind = "URL"\n',
        '[net]\ndns_server = "URL"\n',
        '[net]\nmx = ["URL"]\n',
        '[net]\nresolve = ["URL"]\n',
        '[holidays]\nfreezes = ["URL"]\n',
        '[database]\nurl = "URL"\n',
    ],
)
def test_the_login_in_an_address_is_not_in_the_problem(tmp_path: Path, text: str, url: str) -> None:
    found = problems(write(tmp_path, text.replace("URL", url)))
    assert len(found) == 1
    assert "geheim" not in found[0]


def test_a_secret_file_that_is_missing_or_given_twice_is_told(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    (line,) = problems(None, KEURWACHT_MAIL__PASSWORD_FILE=gone)
    assert line.startswith("environment KEURWACHT_MAIL__PASSWORD_FILE: mail.password: ")
    assert "No such file" in line
    environ = {"KEURWACHT_MAIL__PASSWORD": "x", "KEURWACHT_MAIL__USERNAME": "watch"}
    (line,) = problems(None, KEURWACHT_MAIL__PASSWORD_FILE=gone, **environ)
    assert line.endswith("is given twice, with and without _FILE")


def test_only_secrets_are_read_from_files_and_foreign_variables_are_left_alone() -> None:
    (line,) = problems(None, KEURWACHT_LOG__LEVEL_FILE="/x")
    assert line.startswith("environment KEURWACHT_LOG__LEVEL_FILE: log.level_file: unknown key")
    environ = {"KEURWACHT_PORT": "tcp://10.0.0.1:1", "KEURWACHT_NET__CA_FILE": "/ca.pem"}
    assert load_settings(None, environ, {}).net.ca_file == "/ca.pem"


def test_a_fleet_of_zap_daemons_is_read_with_keys_from_a_file(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("een-sleutel\ntwee-sleutel\n")
    file = write(
        tmp_path,
        '[zap]\nendpoints = ["http://zap-1:8080/", "https://ZAP-2"]\noutlet = "10.0.0.5"\n'
        'command = ["/opt/zap/zap.sh", "-config", "x=y"]\ndaemons = 3\nidle = "5m"\n',
    )
    settings = load_settings(file, {"KEURWACHT_ZAP__KEYS_FILE": str(keys)}, {})
    fleet = settings.zap.fleet()
    assert fleet.names == ("http://zap-1:8080", "https://zap-2", "local-1", "local-2", "local-3")
    assert [one.key for one in fleet.remote] == ["een-sleutel", "twee-sleutel"]
    assert {one.outlet for one in fleet.remote} == {"10.0.0.5"}
    assert fleet.local == LocalZap(("/opt/zap/zap.sh", "-config", "x=y"), 1024)
    assert fleet.idle_s == 300.0
    assert "sleutel" not in repr(settings) + repr(fleet)
    one = load_settings(file, {"KEURWACHT_ZAP__KEYS": "samen"}, {}).zap.fleet()
    assert [remote.key for remote in one.remote] == ["samen", "samen"]
    assert load_settings(None, {"HOME": "/h"}, {}).zap.fleet().names == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('endpoints = ["http://a:1", "http://b:1/ui"]\nkeys = "k"',
         "2: zap.endpoints.1: wanted the address of a ZAP daemon without a path"),
        ('endpoints = ["zap:8080"]\nkeys = "k"', "2: zap.endpoints.0: wanted an http://"),
        ('endpoints = ["http://a:1", "http://A:1/"]\nkeys = "k"', "1: zap: zap.endpoints names"),
        ('endpoints = ["http://a:1"]', "1: zap: zap.keys holds 0 keys, wanted 1"),
        ('endpoints = ["http://a:1", "http://b:1"]\nkeys = "geheim geheim2 geheim3"',
         "1: zap: zap.keys holds 3 keys, wanted 1 or 2"),
        ('keys = "geheim"', "1: zap: zap.keys is for zap.endpoints"),
        ("daemons = 2", "1: zap: zap.daemons counts those of zap.command"),
        ('command = ["zap.sh"]\ndaemons = 0', "3: zap.daemons: wanted greater than or equal to 1"),
        ('command = "zap.sh"', "2: zap.command: wanted a valid array"),
        ('command = [" "]', "2: zap.command.0: wanted a program"),
        ('command = ["zap.sh", "-port"]', "2: zap.command.1: home, port and key"),
        ('command = ["zap.sh", "-config", "api.key=geheim"]', "2: zap.command.2: home, port and"),
        ('outlet = "0.0.0.0"', "2: zap.outlet: wanted one address of this machine"),
        ("endpoint = []", "2: zap.endpoint: unknown key; nearest: endpoints"),
    ],
)  # fmt: skip
def test_a_fleet_that_cannot_be_is_told_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    file = write(tmp_path, f"[zap]\n{text}\n")
    (line,) = problems(file)
    assert line.startswith(f"{file}:{told}")
    assert "geheim" not in line


def test_keys_of_earlier_versions_name_the_new_ones(tmp_path: Path) -> None:
    file = write(
        tmp_path, '[owasp]\nzap = "http://z:1"\nzap_key = "geheim"\nzap_command = "/zap.sh"\n'
    )
    environ = {"KEURWACHT_OWASP__ZAP_KEY_FILE": "/run/geheim"}
    place = "environment KEURWACHT_OWASP__ZAP_KEY_FILE"
    assert problems(file, **environ) == (
        f'{file}:2: owasp.zap: is now zap.endpoints, a list: ["http://zap:8080"]',
        f"{file}:3: owasp.zap_key: is now zap.keys",
        f'{file}:4: owasp.zap_command: is now zap.command, a list of words: ["/opt/zap/zap.sh"]',
        f"{place}: owasp.zap_key_file: is now zap.keys (KEURWACHT_ZAP__KEYS_FILE)",
    )


def test_webhooks_of_the_environment_join_those_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, '[webhooks.CRM-one]\nurl = "https://crm.example/hook"\n')
    environ = {"KEURWACHT_WEBHOOKS__CRM_ONE__SECRET": "0123456789abcdef"}
    settings = load_settings(file, environ, {})
    assert list(settings.webhooks) == ["CRM-one"]
    assert settings.webhooks["CRM-one"].secret == SecretStr("0123456789abcdef")


def test_paths_expand_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/kees")
    flags = {"net.ca_file": "~/ca.pem", "database.url": "sqlite:///~/kw.db"}
    settings = load_settings(None, {}, flags)
    assert settings.net.ca_file == "/home/kees/ca.pem"
    assert settings.database_url == "sqlite:////home/kees/kw.db"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().work.slots = 9


def test_the_file_is_looked_for_here_and_then_in_the_configuration_folder(tmp_path: Path) -> None:
    here, user = tmp_path / "here", tmp_path / "user"
    (user / "keurwacht").mkdir(parents=True)
    here.mkdir()
    environ = {"XDG_CONFIG_HOME": str(user)}
    assert find_config(environ, here) is None
    second = user / "keurwacht" / "keurwacht.toml"
    second.touch()
    assert find_config(environ, here) == second
    (here / "keurwacht.toml").touch()
    assert find_config(environ, here) == here / "keurwacht.toml"


def test_the_example_file_is_what_the_settings_say() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example_text()


def test_the_example_without_its_hashes_is_the_defaults_and_has_every_setting(
    tmp_path: Path,
) -> None:
    text = re.sub(r"^#(?=\w+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file = write(tmp_path, text)
    assert load_settings(file, {"HOME": "/h"}, {}) == load_settings(None, {"HOME": "/h"}, {})
    section, found = "", []
    for line in text.splitlines():
        section = line.strip("[]") if line.startswith("[") else section
        key = re.match(r"(?:# )?(\w+) = ", line)
        found += [f"{section}.{key[1]}"] if key else []
    assert found == [row.name.replace(".NAME", "") for row in settings_table()]


def test_every_setting_is_described() -> None:
    rows = settings_table()
    assert len({row.name for row in rows}) == len(rows) > 60
    for row in rows:
        assert row.description.endswith("."), row.name
        assert row.type, row.name
        assert row.env == "KEURWACHT_" + row.name.upper().replace(".", "__")
    by_name = {row.name: row for row in rows}
    assert by_name["cadence.certificate"].default == '"1h"'
    assert by_name["mail.tls"].type == "required | opportunistic | implicit | none"


@pytest.mark.parametrize("name", ["keep_records", "keep_audit"])
def test_records_are_kept_for_as_long_as_orders_are_disputed(name: str) -> None:
    with pytest.raises(SettingsError, match="wanted at least 730d") as refused:
        load_settings(None, {}, {f"database.{name}": "729d"})
    assert f"database.{name}" in str(refused.value)
    kept = load_settings(None, {}, {f"database.{name}": "730d"}).database
    assert getattr(kept, name) == timedelta(days=730)
