"""Settings: typed, validated once, immutable.  Loaded by ``monitor.settings_load``.

Every field says what it is for: the reference page and the example file are
made from these descriptions.  An empty text means "not set".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    SecretStr,
    model_validator,
)

from monitor.settings_base import Duration, Section, checked_secret
from monitor.settings_office import Database, Links
from monitor.settings_owasp import Owasp, Zap
from monitor.settings_values import (
    Freeze,
    LogFormat,
    LogLevel,
    MailTls,
    StaffLanguage,
    expanded,
    long_text,
    mail_address,
    optional_address,
    optional_host,
    parse_freeze,
    web_address,
)
from scanners.api import NetOptions, Resolve, ScanKind
from scanners.net.written import (
    Network,
    host_or_address,
    ip_address,
    name_server,
    parse_mx,
    parse_network,
    parse_resolve,
)

FileName = Annotated[str, AfterValidator(expanded)]
ResolveEntry = Annotated[Resolve, PlainValidator(parse_resolve)]
MxEntry = Annotated[tuple[str, tuple[str, int]], PlainValidator(parse_mx)]
NetworkEntry = Annotated[Network, PlainValidator(parse_network)]
FreezeEntry = Annotated[Freeze, PlainValidator(parse_freeze)]
Address = Annotated[str, AfterValidator(mail_address)]
OptionalAddress = Annotated[str, AfterValidator(optional_address)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Net(Section):
    """How scanners reach the network."""

    resolve: tuple[ResolveEntry, ...] = Field(
        default=(),
        description="Dial an address instead of asking DNS, for labs: HOST:PORT:ADDR[:PORT], "
        "IPv6 in [brackets].",
    )
    mx: tuple[MxEntry, ...] = Field(
        default=(), description="Mail hosts instead of asking DNS, for labs: DOMAIN=HOST:PORT."
    )
    dns_server: Annotated[str, AfterValidator(name_server)] = Field(
        default="",
        description="Address[:port] of the name server to ask. Not set: that of the system.",
    )
    allow_networks: tuple[NetworkEntry, ...] = Field(
        default=(),
        description="Private ranges that may be dialled all the same, for labs: CIDR form.",
    )
    ca_file: FileName = Field(
        default="", description="PEM file with roots beside the public ones, for labs."
    )
    user_agent: str = Field(
        default=NetOptions().user_agent,
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7e]+$",
        description="How scanners introduce themselves; give an address where they are explained.",
    )
    requests_per_second: float = Field(
        default=NetOptions().requests_per_second,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="At most so many requests a second to one host, after a first handful of six.",
    )
    connect_timeout_s: Seconds = Field(
        default=NetOptions().connect_timeout_s, description="Patience with a connection, seconds."
    )
    read_timeout_s: Seconds = Field(
        default=NetOptions().read_timeout_s, description="Patience with an answer, seconds."
    )
    body_max_bytes: int = Field(
        default=NetOptions().body_max_bytes,
        ge=1000,
        le=100_000_000,
        description="At most so much of a page is read, after decompression.",
    )
    redirects_max: int = Field(
        default=NetOptions().redirects_max,
        ge=0,
        le=20,
        description="At most so many redirects are followed.",
    )
    browser: FileName = Field(
        default="auto",
        description="Chromium for a second look at pages that scripts make: a program, auto for "
        "the first one found, off for none. Needs the extra keurwacht[browser].",
    )


class Labels(Section):
    """What sites are judged by."""

    folder: FileName = Field(
        default="", description="Folder of label files (*.yaml). Not set: the files we ship."
    )


class Cadence(Section):
    """How often each kind of scan looks, when the label file asks nothing else."""

    certificate: Duration = Field(
        default=timedelta(hours=1), description="Certificate: dates, host names, chain."
    )
    tls: Duration = Field(default=timedelta(days=1), description="TLS versions and cipher suites.")
    content: Duration = Field(
        default=timedelta(days=7), description="Texts of the shop; sooner when drift asks."
    )
    rendered: Duration = Field(default=timedelta(days=30), description="Pages in a real browser.")
    drift: Duration = Field(
        default=timedelta(days=7), description="Changes against the accepted baseline."
    )
    owasp: Duration = Field(default=timedelta(days=30), description="Passive OWASP checks.")
    privacy: Duration = Field(default=timedelta(days=30), description="Cookies and trackers.")
    mail: Duration = Field(default=timedelta(days=7), description="Mail set-up of the domain.")
    seal: Duration = Field(default=timedelta(days=7), description="The seal on the site.")


class Deadline(Section):
    """How long one scan may take as a whole."""

    certificate: Duration = Field(default=timedelta(seconds=30), description="Certificate.")
    tls: Duration = Field(default=timedelta(seconds=90), description="TLS.")
    content: Duration = Field(default=timedelta(minutes=3), description="Content.")
    rendered: Duration = Field(default=timedelta(minutes=3), description="Rendered pages.")
    drift: Duration = Field(default=timedelta(minutes=3), description="Drift.")
    owasp: Duration = Field(default=timedelta(minutes=2), description="Passive OWASP checks.")
    privacy: Duration = Field(default=timedelta(minutes=3), description="Privacy.")
    mail: Duration = Field(default=timedelta(seconds=60), description="Mail set-up.")
    seal: Duration = Field(default=timedelta(minutes=2), description="Seal.")


class Work(Section):
    """How the work is carried."""

    slots: int = Field(default=8, ge=1, le=1000, description="Scans at the same time.")
    lease_s: Seconds = Field(
        default=120.0,
        description="A job that is not heard of for so long is given to another, seconds.",
    )
    max_attempts: int = Field(
        default=3, ge=1, le=100, description="A job that was lost so often is given up."
    )
    per_platform: int = Field(
        default=2, ge=1, le=1000, description="Scans at the same time on one hosting platform."
    )
    drain_timeout_s: float = Field(
        default=30.0,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="On SIGTERM running scans may end within so many seconds.",
    )
    tick_s: float = Field(
        default=1.0,
        ge=0.05,
        le=60,
        allow_inf_nan=False,
        description="Pause between two looks at the schedule, seconds.",
    )
    retry_first: Duration = Field(
        default=timedelta(hours=1),
        description="Pause after a look that could not decide; doubles up to the cadence.",
    )
    tls_fingerprint: bool = Field(
        default=False,
        description="Ask nine hellos more with every look at a certificate; where the TLS set-up "
        "is another than last time, the whole TLS look follows at once.",
    )


class Mail(Section):
    """Mail to members, staff and operations."""

    enabled: bool = Field(default=False, description="Send mail; false keeps it in the outbox.")
    host: Annotated[str, AfterValidator(host_or_address)] = Field(
        default="localhost", description="SMTP server."
    )
    port: int = Field(default=587, ge=1, le=65_535, description="Its port.")
    tls: MailTls = Field(
        default=MailTls.REQUIRED,
        description="required: STARTTLS or nothing is sent; opportunistic: STARTTLS when offered; "
        "implicit: TLS from the first byte; none: for a server on this machine.",
    )
    ca_file: FileName = Field(
        default="", description="PEM file with roots beside the public ones, for the mail server."
    )
    username: str = Field(default="", description="Login. Not set: no login.")
    password: SecretStr = Field(default=SecretStr(""), description="Password of the login.")
    timeout_s: Seconds = Field(default=30.0, description="Patience with the server, seconds.")
    drain_timeout_s: float = Field(
        default=30.0,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="On SIGTERM a message on its way may be answered within so many seconds; "
        "after that it may arrive twice, with the same Message-ID.",
    )
    retry_first: Duration = Field(
        default=timedelta(minutes=1), description="Pause after a failed attempt; doubles."
    )
    retry_max: Duration = Field(
        default=timedelta(hours=6), description="Longest pause between two attempts."
    )
    give_up_after: Duration = Field(
        default=timedelta(hours=48), description="After so long of failed attempts staff are told."
    )
    organisation: str = Field(
        default="", max_length=200, description="Name of the organisation in the messages."
    )
    sender: OptionalAddress = Field(
        default="", description="Address that mail comes from; needed when mail is enabled."
    )
    reply_to: OptionalAddress = Field(
        default="", description="Address for answers. Not set: the sender."
    )
    domain: Annotated[str, AfterValidator(optional_host)] = Field(
        default="", description="Domain of Message-IDs. Not set: that of the sender."
    )
    staff: Mapping[str, tuple[Address, ...]] = Field(
        default={},
        description="Addresses per staff team; the team `default` catches the rest.",
    )
    staff_language: StaffLanguage = Field(
        default=StaffLanguage.EN, description="Language of mail to staff and operations."
    )
    operations: tuple[Address, ...] = Field(
        default=(), description="Who hears of trouble of our own."
    )

    @model_validator(mode="after")
    def _complete(self) -> Mail:
        if self.enabled and not self.sender:
            raise ValueError("mail.sender is needed when mail.enabled is true")
        if self.retry_first > self.retry_max:
            raise ValueError("mail.retry_first is longer than mail.retry_max")
        if self.password.get_secret_value() and not self.username:
            raise ValueError("mail.username is needed with mail.password")
        return self

    @property
    def message_domain(self) -> str:
        """The domain of Message-IDs."""
        return self.domain or self.sender.rpartition("@")[2] or "localhost"


class Webhook(Section):
    """An endpoint that hears of every step, signed with HMAC."""

    url: Annotated[str, AfterValidator(web_address)] = Field(description="Where to POST.")
    secret: Annotated[SecretStr, checked_secret(long_text)] = Field(
        description="Key of the signature, at least 16 characters."
    )


class Valve(Section):
    """What holds member mail when too many sites turn not_met at once."""

    window_minutes: int = Field(
        default=60, ge=1, le=10_080, description="Sites that turned not_met within so long count."
    )
    minimum: int = Field(
        default=20, ge=1, description="Fewer turned sites than this never close the valve."
    )
    fraction: float = Field(
        default=0.03,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="Share of the certified sites that closes the valve.",
    )


class Holidays(Section):
    """Days on which no deadline ends, beside weekends and public holidays."""

    freezes: tuple[FreezeEntry, ...] = Field(
        default=(), description="Days or periods, first..last, such as 2026-12-21..2027-01-03."
    )


class Http(Section):
    """Where /healthz, /readyz and /metrics are served."""

    bind: Annotated[str, AfterValidator(ip_address)] = Field(
        default="127.0.0.1", description="Address to listen on."
    )
    port: int = Field(default=9464, ge=0, le=65_535, description="Port; 0 takes a free one.")
    tick_max_age_s: Seconds = Field(
        default=60.0, description="Not ready when the last good tick is older, seconds."
    )


class Log(Section):
    """What is written to stderr."""

    format: LogFormat = Field(default=LogFormat.CONSOLE, description="Form of a line.")
    level: LogLevel = Field(default=LogLevel.INFO, description="Least severe line written.")


class Settings(Section):
    """Everything that can be set."""

    database: Database = Database()
    net: Net = Net()
    labels: Labels = Labels()
    cadence: Cadence = Cadence()
    deadline: Deadline = Deadline()
    work: Work = Work()
    owasp: Owasp = Owasp()
    zap: Zap = Zap()
    mail: Mail = Mail()
    webhooks: Mapping[str, Webhook] = {}
    valve: Valve = Valve()
    holidays: Holidays = Holidays()
    http: Http = Http()
    links: Links = Links()
    log: Log = Log()

    @property
    def database_url(self) -> str:
        """The database address in clear: for the store, never for a log."""
        return self.database.url.get_secret_value()

    def net_options(self) -> NetOptions:
        """The net section in the form scanners take."""
        net = self.net
        return NetOptions(
            resolve=net.resolve,
            mx=dict(net.mx),
            dns_server=net.dns_server or None,
            allow_networks=net.allow_networks,
            ca_file=net.ca_file or None,
            user_agent=net.user_agent,
            requests_per_second=net.requests_per_second,
            connect_timeout_s=net.connect_timeout_s,
            read_timeout_s=net.read_timeout_s,
            body_max_bytes=net.body_max_bytes,
            redirects_max=net.redirects_max,
            browser=net.browser,
        )

    def cadences(self) -> dict[ScanKind, timedelta]:
        """The default cadence of every kind of scan."""
        return {kind: getattr(self.cadence, kind.value) for kind in ScanKind}

    def deadlines_s(self) -> dict[ScanKind, float]:
        """The deadline of every kind of scan, in seconds."""
        return {kind: getattr(self.deadline, kind.value).total_seconds() for kind in ScanKind}
