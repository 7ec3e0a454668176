"""Everything an auditor needs to judge one label on one site, as files (bc-2.5).

Nothing of another member, of an owner before, or of a document whose role is another.
The same state of the database gives the same files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256

from monitor.domain.attestation import Role
from monitor.domain.case import Case
from monitor.domain.finding import EvidenceRef, Finding
from monitor.domain.label import Condition, Label
from monitor.domain.member import Member
from monitor.domain.review import Review
from monitor.domain.site import Site
from monitor.domain.waiver import Waiver
from monitor.services.attestations import Shown, shown
from monitor.services.catalogue import Catalogue
from monitor.services.evidence_words import README, TEXT_WORDS
from monitor.services.once import rfc3339
from monitor.services.records import CurrentFinding, Interval
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import clip

SCHEMA = "keurwacht/evidence@1"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
# What a mailbox and an auditor's laptop still take; beyond it something is wrong.
PACK_MAX_BYTES = 500_000_000
_VERDICTS = {Finding.MET: "met", Finding.NOT_MET: "not_met"}
# By their first bytes, never by what the site called them.
_KINDS = (
    (b"%PDF-", "pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the pack is about, and what was seen of it."""

    site: Site
    member: Member
    label: Label
    role: Role
    language: str
    since: date
    rows: tuple[CurrentFinding, ...]

    def conditions(self) -> tuple[tuple[Condition, CurrentFinding], ...]:
        """The conditions of the label that stand, in the order of its file."""
        known = {row.condition_id: row for row in self.rows}
        return tuple((c, known[c.condition_id]) for c in self.label.conditions
                     if c.condition_id in known)  # fmt: skip


@dataclass(slots=True)
class _Files:
    """The files so far; what has a digest for a name is there once."""

    content: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    size: int = 0

    def put(self, name: str, data: bytes) -> None:
        """Add one; RequestError when the pack grows beyond all measure."""
        self.size += len(data)
        if self.size > PACK_MAX_BYTES:
            raise RequestError(f"the evidence is more than {PACK_MAX_BYTES} bytes")
        self.content[name] = data

    def document(self, name: str, value: object) -> None:
        """Add a JSON file: sorted keys, so that the same says the same."""
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
        # What is no text in UTF-8 stays an escape: valid JSON, whatever the site wrote.
        self.put(name, f"{text}\n".encode("utf-8", "backslashreplace"))

    def stored(self, tx: Tx, folder: str, sha: str) -> str | None:
        """Add what is stored under a digest; its name, None when it is stored no longer."""
        known = next((n for n in self.content if n.startswith(f"{folder}/{sha}.")), None)
        if known is not None or sha in self.missing:
            return known
        data = tx.body(sha)
        if data is None:
            self.missing.add(sha)
            return None
        name = f"{folder}/{sha}.{_kind(data)[0]}"
        self.put(name, data)
        return name


def evidence_pack(
    tx: Tx, catalogue: Catalogue, site: Site, label_id: str, role: Role, language: str
) -> Mapping[str, bytes]:
    """The files by name, ``manifest.json`` and ``SHA256SUMS`` among them.

    RequestError for a label the site has nothing to do with, or that was never judged.
    """
    asked = _asked(tx, catalogue, site, label_id, role, language)
    files = _Files()
    files.document("findings.json", [_finding(tx, files, asked, *p) for p in asked.conditions()])
    attested = [one for one in shown(tx, site, catalogue, role) if label_id in one.labels]
    files.document("attestations.json", [_attestation(tx, files, one) for one in attested])
    ids = {condition.condition_id for condition in asked.label.conditions}
    reviews = [r for r in tx.reviews(site.site_id) if _mine(asked, r, ids)]
    waivers = [w for w in tx.waivers(site.site_id, ended=True) if _mine(asked, w, ids)]
    files.document("reviews.json", [_review(tx, files, one) for one in reviews])
    files.document("waivers.json", [_waiver(one) for one in waivers])
    cases = [c for c in tx.cases(site.site_id)
             if label_id in c.labels and c.suspected_at.date() >= asked.since]  # fmt: skip
    files.document("cases.json", [_case(one) for one in cases])
    files.document("scans.json", [
        {"kind": s.kind.value, "outcome": s.outcome.value, "started_at": rfc3339(s.started_at),
         "duration_s": s.duration_s, "requests": s.requests, "detail": dict(s.detail)}
        for s in tx.scans(site.site_id)
    ])  # fmt: skip
    files.put("findings.txt", _readable(asked).encode())
    files.put("README.txt", README[language].encode())
    _close(files, asked)
    return files.content


def _asked(
    tx: Tx, catalogue: Catalogue, site: Site, label_id: str, role: Role, language: str
) -> _Asked:
    label, member = catalogue.labels.get(label_id), tx.member(site.member_id)
    held = sorted(c.label_id for c in site.certifications)
    if label is None or member is None or label_id not in held:
        raise RequestError(f"{site.site_id} has no label {label_id!r}; it has {', '.join(held)}")
    rows = tuple(row for row in tx.findings(site.site_id) if row.label_id == label_id)
    if not rows:
        raise RequestError(f"{site.site_id} was not judged for {label_id} yet")
    links = tx.links(site.site_id)
    since = (links[-1].since if links else None) or date.min
    return _Asked(site, member, label, role, language, since, rows)


def _mine(asked: _Asked, one: Review | Waiver, ids: set[str]) -> bool:
    return one.member_id == asked.member.member_id and one.condition_id in ids


def _finding(
    tx: Tx, files: _Files, asked: _Asked, condition: Condition, row: CurrentFinding
) -> dict[str, object]:
    trace = condition.trace
    history = tx.intervals(asked.site.site_id, asked.label.label_id, condition.condition_id)
    return {
        "id": condition.condition_id,
        "rev": condition.rev,
        "class": condition.condition_class.value,
        "severity": condition.severity.value,
        "statement": asked.label.text(condition.statement, asked.language),
        "clause": {"document": trace.document, "section": trace.section, "item": trace.item,
                   "part": trace.part, "framework": asked.label.framework_version},
        "finding": row.finding.value,
        "outcome": row.outcome,
        "counts": row.counts,
        "waits_for_review": row.waits,
        "decided_by": row.decided_by,
        "summary": clip(row.summary),
        "note": clip(row.note),
        "since": rfc3339(row.first_at),
        "last_look": rfc3339(row.last_at),
        "looks": row.looks,
        "evidence": [_ref(tx, files, ref) for ref in row.evidence],
        "history": [_interval(one) for one in _of_owner(history, asked.since)],
    }  # fmt: skip


def _of_owner(history: Sequence[Interval], since: date) -> list[Interval]:
    """What was seen under the owner of now."""
    begin = datetime.combine(since, time(), UTC)
    return [one for one in history if one.first_at >= begin]


def _interval(one: Interval) -> dict[str, object]:
    return {
        "finding": one.finding.value,
        "outcome": one.outcome,
        "from": rfc3339(one.first_at),
        "through": rfc3339(one.last_at),
        "looks": one.looks,
    }


def _ref(tx: Tx, files: _Files, ref: EvidenceRef) -> dict[str, object]:
    return {
        "kind": ref.kind,
        "source_url": ref.source_url,
        "seen_at": rfc3339(ref.seen_at),
        "excerpt": clip(ref.excerpt),
        "sha256": ref.sha256,
        "file": files.stored(tx, "evidence", ref.sha256),
    }


def _attestation(tx: Tx, files: _Files, one: Shown) -> dict[str, object]:
    """Its state; what is on file only for a role that decides on it, or when it is no secret."""
    found: dict[str, object] = {
        "condition": one.condition_id,
        "kind": one.kind,
        "decided_by": list(one.decided_by),
        "confidential": one.confidential,
        "state": one.state,
    }
    paper = None if one.hidden else one.on_file
    if paper is None:
        return found
    sha = paper.file_sha256
    return found | {
        "until": paper.until.isoformat(),
        "recorded_by": paper.recorded_by,
        "recorded_at": rfc3339(paper.recorded_at),
        "role": paper.role,
        "note": paper.note,
        "dated": None if paper.dated is None else paper.dated.isoformat(),
        "sha256": sha,
        "file": None if sha is None else files.stored(tx, "documents", sha),
    }


def _review(tx: Tx, files: _Files, one: Review) -> dict[str, object]:
    return {
        "condition": one.condition_id,
        "decision": one.decision.value,
        "outcome": one.outcome,
        "fragment": one.fingerprint,
        "role": one.role.value,
        "by": one.reviewer,
        "reason": one.reason,
        "at": rfc3339(one.at),
        "until": one.until.isoformat(),
        "summary": clip(one.summary),
        "evidence": [_ref(tx, files, ref) for ref in one.evidence],
    }


def _waiver(one: Waiver) -> dict[str, object]:
    return {
        "condition": one.condition_id,
        "owner": one.owner,
        "reason": one.reason,
        "from": one.starts.isoformat(),
        "until": one.until.isoformat(),
        "recorded_by": one.recorded_by,
        "recorded_at": rfc3339(one.recorded_at),
        "ended_at": None if one.ended_at is None else rfc3339(one.ended_at),
        "ended_by": one.ended_by,
    }


def _case(one: Case) -> dict[str, object]:
    moments = {
        "suspected_at": one.suspected_at, "opened_at": one.opened_at,
        "notified_at": one.notified_at, "due_at": one.due_at, "closed_at": one.closed_at,
        "waived_at": one.waived_at,
    }  # fmt: skip
    return {
        "case": one.case_id,
        "condition": one.condition_id,
        "state": one.state.value,
        "severity": one.severity.value,
        "remedy": one.remedy,
        "outcome": one.outcome,
        "summary": clip(one.summary),
        "postponements": one.postponements,
        **{name: None if at is None else rfc3339(at) for name, at in moments.items()},
    }


def _verdict(asked: _Asked) -> str:
    row = next((row for row in asked.rows if not row.condition_id), None)
    return "unknown" if row is None else _VERDICTS.get(row.finding, "unknown")


def _readable(asked: _Asked) -> str:
    """The findings for eyes: one paragraph a condition; what the site wrote is on one line."""
    words, label = TEXT_WORDS[asked.language], asked.label
    lines = [
        f"{label.text(label.title, asked.language)} - {asked.site.url} - {_verdict(asked)}",
        f"{asked.member.legal_name}",
        "",
    ]
    for condition, row in asked.conditions():
        trace = f"{condition.trace.document}: {condition.trace.clause}"
        lines += [
            f"{condition.condition_id}  {words.findings[row.finding]} ({row.outcome})",
            f"  {words.clause}: {trace} ({label.framework_version})",
            f"  {label.text(condition.statement, asked.language)}",
            f"  {clip(row.summary)}",
        ]
        if row.waits:
            lines.append(f"  {words.waits}")
        lines += [f"  {words.seen}: {clip(ref.source_url)} {rfc3339(ref.seen_at)} {ref.sha256[:12]}"
                  for ref in row.evidence]  # fmt: skip
        lines.append("")
    return "\n".join(_printable(line) for line in lines)


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else " " for c in line)


def _kind(data: bytes) -> tuple[str, str]:
    """Ending and media type; a page of a site is plain text, so that no click runs it."""
    for magic, ending, media in _KINDS:
        if data.startswith(magic):
            return ending, media
    return "txt", "text/plain"


def _close(files: _Files, asked: _Asked) -> None:
    """The manifest over all files, and the sums in the form of ``sha256sum``."""
    site, member, label = asked.site, asked.member, asked.label
    held = site.certification(label.label_id)
    entries = [
        {"path": name, "bytes": len(data), "sha256": sha256(data).hexdigest(),
         "media_type": _media(name, data)}
        for name, data in sorted(files.content.items())
    ]  # fmt: skip
    looks = [row.last_at for row in asked.rows]
    files.document(MANIFEST, {
        "schema": SCHEMA,
        "as_of": rfc3339(max(looks)),
        "role": asked.role.value,
        "language": asked.language,
        "site": {"id": site.site_id, "url": site.url, "subject": site.subject.value},
        "member": {"id": member.member_id, "legal_name": member.legal_name, "kvk": member.kvk,
                   "kbo": member.kbo, "vat": member.vat},
        "label": {"id": label.label_id, "framework": label.framework_version,
                  "document": label.framework_document, "revision": label.revision,
                  "sha256": label.sha256,
                  "standing": None if held is None else held.standing.value},
        "verdict": _verdict(asked),
        "not_stored_any_more": sorted(files.missing),
        "files": entries,
    })  # fmt: skip
    sums = [f"{sha256(data).hexdigest()}  {name}" for name, data in sorted(files.content.items())]
    files.put(SUMS, ("\n".join(sums) + "\n").encode())


def _media(name: str, data: bytes) -> str:
    return "application/json" if name.endswith(".json") else _kind(data)[1]
