"""The ``label:`` block and the obligations of a label file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from monitor.domain.label import Certifying, Condition, Label, Obligation, Seal
from monitor.domain.procedure import ProcedureKind
from monitor.policy.scheme_conditions import read_subjects, read_trace
from monitor.policy.scheme_reader import Reader, shown
from monitor.policy.scheme_texts import Surroundings, read_texts
from monitor.policy.yaml_lines import Path
from scanners.api import ScanKind
from scanners.seal.rating import fingerprint_of

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LABEL = ("id", "owner", "title", "framework", "revision", "effective", "supersedes",
          "transition", "subjects", "audience", "languages", "combines_with", "certification",
          "seal", "opt_in")  # fmt: skip
_REQUIRED = ("id", "owner", "title", "framework", "revision", "languages")
_OBLIGATION = ("id", "trace", "per", "scan", "procedure", "at_least", "qualifies",
               "warn_before", "alert")  # fmt: skip
_QUALIFIES = ("coverage_min", "state", "canary_seen", "top10_edition_min")
HERE: Path = ("label",)


class Per(StrEnum):
    """What a duty is counted for: each site, or each site of one subject type."""

    SITE = "site"
    SHOP = "shop"
    PLATFORM = "platform"
    SELLER = "seller"


def read_languages(reader: Reader, head: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Languages of the statements and messages, and those to fall back on."""
    raw = head.get("languages") if isinstance(head, Mapping) else None
    here = (*HERE, "languages")
    found = reader.mapping(raw, here, ("required_any", "statements", "fallback"), ("statements",))
    reader.texts(found.get("required_any"), (*here, "required_any"))
    statements = reader.texts(found.get("statements"), (*here, "statements"))
    fallback = reader.texts(found.get("fallback"), (*here, "fallback"))
    for i, language in enumerate(fallback):
        if statements and language not in statements:
            choices = ", ".join(statements)
            reader.bad((*here, "fallback", i), f"{shown(language)} is not one of {choices}")
    return statements, fallback or statements[:1]


def read_label(
    reader: Reader,
    value: object,
    digest: str,
    around: Surroundings,
    fallback: tuple[str, ...],
    conditions: tuple[Condition, ...],
) -> Label:
    """The label with its conditions; obligations are added later."""
    head = reader.mapping(value, HERE, _LABEL, _REQUIRED)
    framework = reader.mapping(
        head.get("framework"),
        (*HERE, "framework"),
        ("version", "document", "sha256", "lang"),
        ("version", "document"),
    )
    _check_rest(reader, head)
    title = read_texts(reader, head.get("title"), (*HERE, "title"), around, frozenset())
    return Label(
        label_id=reader.ident(head.get("id"), (*HERE, "id")),
        owner=reader.text(head.get("owner"), (*HERE, "owner")),
        title=title,
        framework_version=reader.text(framework.get("version"), (*HERE, "framework", "version")),
        framework_document=reader.text(framework.get("document"), (*HERE, "framework", "document")),
        revision=reader.whole(head.get("revision"), (*HERE, "revision"), 1, 1, 100_000),
        sha256=digest,
        subjects=read_subjects(reader, head.get("subjects"), (*HERE, "subjects")),
        audience=reader.text(head.get("audience"), (*HERE, "audience")),
        statement_languages=tuple(around.languages),
        fallback_languages=fallback,
        conditions=conditions,
        confirmations=around.profiles.confirmations,
        remedies=around.profiles.remedies,
        cadences=around.profiles.cadences,
        parameters=around.parameters,
        seal=_seal(reader, head.get("seal")),
        vocabulary=around.vocabulary,
        opt_in=reader.flag(head.get("opt_in"), (*HERE, "opt_in"), default=False),
        certification=_certification(reader, head.get("certification")),
    )


def _check_rest(reader: Reader, head: Mapping[str, object]) -> None:
    """What the file says for people and for later: checked, and not used by the machine."""
    reader.period(head.get("effective"), (*HERE, "effective"))
    reader.texts(head.get("combines_with"), (*HERE, "combines_with"))
    old = (*HERE, "supersedes")
    supersedes = reader.mapping(head.get("supersedes"), old, ("framework", "revision"))
    reader.text(supersedes.get("framework"), (*old, "framework"))
    reader.whole(supersedes.get("revision"), (*old, "revision"), 1, 1, 100_000)
    here = (*HERE, "transition")
    moving = reader.mapping(
        head.get("transition"), here, ("new_applicants", "members", "shadow_days")
    )
    reader.text(moving.get("new_applicants"), (*here, "new_applicants"))
    reader.text(moving.get("members"), (*here, "members"))
    reader.whole(moving.get("shadow_days"), (*here, "shadow_days"), 0, 0, 3650)


def _certification(reader: Reader, value: object) -> Certifying | None:
    here = (*HERE, "certification")
    yearly = reader.mapping(value, here, ("every", "open_before", "owner"))
    every = reader.duration(yearly.get("every"), (*here, "every"))
    before = reader.duration(yearly.get("open_before"), (*here, "open_before"), timedelta(days=60))
    reader.text(yearly.get("owner"), (*here, "owner"))
    return Certifying(every, before) if every else None


def _seal(reader: Reader, value: object) -> Seal:
    here = (*HERE, "seal")
    known = ("hosts", "certificate_path", "artwork_words", "artwork_phash", "removal_after_end")
    raw = reader.mapping(value, here, known)
    hosts = reader.texts(raw.get("hosts"), (*here, "hosts"))
    for i, host in enumerate(hosts):
        if not _HOST.fullmatch(host):
            reader.bad((*here, "hosts", i), f"{shown(host)} is not a host name in lower case")
    path = raw.get("certificate_path")
    pattern = None if path is None else reader.text(path, (*here, "certificate_path"))
    if pattern is not None:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            reader.bad((*here, "certificate_path"), f"no regular expression: {error}")
            pattern = None
    prints = reader.texts(raw.get("artwork_phash"), (*here, "artwork_phash"))
    for i, text in enumerate(prints):
        if fingerprint_of(text) is None:
            wrong = f"{shown(text)} is no fingerprint (16 hexadecimal digits, /HUE)"
            reader.bad((*here, "artwork_phash", i), wrong)
    return Seal(
        hosts=hosts,
        certificate_path=pattern,
        artwork_words=reader.texts(raw.get("artwork_words"), (*here, "artwork_words")),
        artwork_phash=prints,
        removal_after_end=reader.duration(
            raw.get("removal_after_end"), (*here, "removal_after_end")
        ),
    )


def read_obligations(reader: Reader, value: object) -> tuple[Obligation, ...]:
    """Duties of the organisation itself."""
    items = reader.items(value, ("obligations",))
    return tuple(_obligation(reader, item, ("obligations", i)) for i, item in enumerate(items))


def _obligation(reader: Reader, value: object, here: Path) -> Obligation:
    raw = reader.mapping(value, here, _OBLIGATION, ("id", "trace", "at_least"))
    if raw and ("scan" in raw) == ("procedure" in raw):
        reader.bad(here, "needs either scan or procedure, one of the two")
    wanted = raw.get("procedure")
    procedure = reader.choice(wanted, (*here, "procedure"), ProcedureKind, ProcedureKind.AUDIT)
    kind, _, profile = reader.text(raw.get("scan"), (*here, "scan")).partition(".")
    amount, good = (*here, "at_least"), (*here, "qualifies")
    least = reader.mapping(
        raw.get("at_least"), amount, ("count", "within", "newest_max_age"), ("count", "within")
    )
    qualifies = reader.mapping(raw.get("qualifies"), good, _QUALIFIES)
    per = reader.choice(raw.get("per"), (*here, "per"), Per, Per.SITE)
    reader.text(raw.get("alert"), (*here, "alert"))
    reader.text(qualifies.get("state"), (*good, "state"))
    reader.flag(qualifies.get("canary_seen"), (*good, "canary_seen"), default=True)
    reader.text(qualifies.get("top10_edition_min"), (*good, "top10_edition_min"))
    newest = (*amount, "newest_max_age")
    coverage = (*good, "coverage_min")
    return Obligation(
        obligation_id=reader.ident(raw.get("id"), (*here, "id")),
        trace=read_trace(reader, raw.get("trace"), (*here, "trace")),
        scan=reader.choice(kind, (*here, "scan"), ScanKind, ScanKind.OWASP) if kind else None,
        profile=profile,
        count=reader.whole(least.get("count"), (*amount, "count"), 1, 1, 1000),
        within=reader.duration(least.get("within"), (*amount, "within")),
        newest_max_age=reader.duration(least.get("newest_max_age"), newest),
        coverage_min=reader.number(qualifies.get("coverage_min"), coverage, 0.0, 0, 1),
        warn_before=reader.duration(raw.get("warn_before"), (*here, "warn_before")),
        procedure=procedure.value if wanted else "",
        per="" if per is Per.SITE else per.value,
    )
