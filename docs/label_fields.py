"""What every key of a label file means.  A test holds the keys to those of the loader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a label file: its place, what it is, its keys with their meaning.

    ``required`` are the keys that may not be left out.
    """

    about: str
    rows: Rows
    required: tuple[str, ...] = ()


_TRACE: Rows = (
    ("document", "name of the framework's document"),
    ("section", "its section"),
    ("item", "the item in it"),
    ("part", "part of it, or `derived`: ours, to be confirmed by the organisation"),
)

BLOCKS: Mapping[str, Block] = {
    "(top)": Block(
        "The file.",
        (
            ("schema", "`keurwacht/scheme@1`"),
            ("label", "the label itself"),
            ("cadences", "named cadences of this file, beside the shared ones"),
            ("confirmations", "named confirmation profiles, beside the shared ones"),
            ("recoveries", "named recoveries, beside the shared ones"),
            ("remedies", "named remedy profiles, beside the shared ones"),
            ("parameters", "values for the parameters of judges and scanners, by name"),
            ("include", "conditions of another label that hold here too; a mapping or a list"),
            ("conditions", "list of conditions"),
            ("obligations", "list of duties of the organisation itself"),
        ),
        ("schema", "label"),
    ),
    "label": Block(
        "The label.",
        (
            ("id", "stable name: a-z, 0-9, dot, dash"),
            ("owner", "the organisation"),
            ("title", "name of the label in every language of `languages.statements`"),
            ("framework", "the organisation's document"),
            ("revision", "number of our encoding; a published one never changes"),
            ("effective", "`{from, until}`: days on which the framework is in force"),
            ("supersedes", "what this file replaces"),
            ("transition", "how members move to it"),
            ("subjects", "list of shop, platform, seller; all when left out"),
            ("audience", "for whom the shops sell, in words"),
            ("languages", "languages of texts"),
            ("combines_with", "labels that a member may hold beside this one"),
            ("certification", "the yearly round of the organisation"),
            ("seal", "how the label's mark is recognised"),
            ("opt_in", "`true`: looked at only where a site holds it or a person asks for it"),
        ),
        ("id", "owner", "title", "framework", "revision", "languages"),
    ),
    "label.framework": Block(
        "The assessment document.",
        (
            ("version", "its version, mostly a date"),
            ("document", "its name, used by `trace.document`"),
            ("sha256", "digest of the file that was encoded"),
            ("lang", "its language"),
        ),
        ("version", "document"),
    ),
    "label.supersedes": Block(
        "The predecessor.",
        (("framework", "its framework version"), ("revision", "its revision")),
    ),
    "label.transition": Block(
        "From the predecessor to this file.",
        (
            ("new_applicants", "from when applicants are judged by it"),
            ("members", "from when members are judged by it"),
            ("shadow_days", "days on which both are judged and only the old one counts"),
        ),
    ),
    "label.languages": Block(
        "Languages, ISO 639-1.",
        (
            ("required_any", "a site must have its texts in one of these"),
            ("statements", "every text of this file is there in each of these"),
            ("fallback", "which of them a reader of another language gets, in order"),
        ),
        ("statements",),
    ),
    "label.certification": Block(
        "The organisation's round.",
        (
            ("every", "how often, ISO 8601 duration"),
            ("open_before", "how long before its end the next one opens"),
            ("owner", "who does it"),
        ),
    ),
    "label.seal": Block(
        "The mark on a site.",
        (
            ("hosts", "hosts the seal links to; subdomains count"),
            ("certificate_path", "regular expression of the path of a member's certificate page"),
            ("artwork_words", "words in the image's address or text that name the label"),
            (
                "artwork_phash",
                "fingerprints of the artwork (`python -m scanners.seal.artwork FILE`)",
            ),
            ("removal_after_end", "how long after the end the mark may still be shown"),
        ),
    ),
    "cadences.NAME": Block(
        "How often a condition is looked at.",
        (
            ("every", "ISO 8601 duration"),
            ("jitter", "share of it by which a look may move, 0 to 0.5"),
            ("also_on", "what makes it due at once"),
        ),
        ("every",),
    ),
    "confirmations.NAME": Block(
        "When a breach counts.",
        (
            ("observations", "how many looks must agree; as many as `offsets`"),
            ("offsets", "when after the first look, shortest first, beginning with PT0S"),
            ("jitter", "share by which a look may come early, 0 to 0.5"),
            ("max_gap", "so long after the first look the row starts again"),
            ("review", "a reviewer must confirm"),
            ("require", "`all_not_met`"),
            ("reset_on", "findings that start the row again: met, inconclusive"),
            ("extends", "the profile it is a variation of"),
            ("last_observation", "`rendered`: the last look counts only when a browser made it"),
        ),
    ),
    "recoveries.NAME": Block(
        "When a breach is mended.",
        (
            ("observations", "met looks in a row"),
            ("min_apart", "at least so far apart"),
        ),
        ("observations",),
    ),
    "remedies.NAME": Block(
        "The term of a case.",
        (
            ("due", "how long the member has, from the notice on"),
            ("starts_at", "`notified`: when the mail server took the notice"),
            ("reminders", "when after the notice a reminder goes out"),
            ("postpone", "how the term may be prolonged"),
            ("silent_after", "after so long without a word staff get the case"),
            ("calendar", "false: the term does not move to a working day"),
            ("tell_member", "roles of the contacts that are told"),
            ("tell_staff", "staff teams that are told"),
            ("escalate", "when after the notice staff are told again"),
            ("digest", "collected, not sent one by one"),
            ("renew_before", "when before its expiry an attestation is asked for anew"),
            ("grace", "how long an expired attestation is still taken"),
        ),
    ),
    "remedies.NAME.postpone": Block(
        "Postponement.",
        (
            ("by", "by what means, such as `reminder_link`"),
            ("times", "how often"),
            ("each", "by how much"),
        ),
    ),
    "include": Block(
        "Conditions of another label, under the same ids.",
        (
            ("from", "id of the other label"),
            ("conditions", "ids of conditions of its own (no chains)"),
            ("trace", "`{part: derived}`: how they are traced here"),
        ),
        ("from", "conditions"),
    ),
    "conditions[]": Block(
        "One condition.",
        (
            ("id", "stable name; the same id under two labels is one condition"),
            ("rev", "number of its wording"),
            ("statement", "what is demanded, in every language"),
            ("trace", "where in the framework"),
            ("applies", "to whom"),
            ("depends_on", "`{id: finding}`: otherwise it is not applicable"),
            ("class", "`automatic`, `semi` (a reviewer confirms) or `attestation`"),
            ("judge", "the judge that looks; not with `attestation`"),
            ("attestation", "the document or answer it asks for; not with `judge`"),
            ("findings", "from outcome to finding; an outcome left out is inconclusive"),
            ("review", "who confirms; needed for class semi"),
            ("severity", "`info`, `low`, `medium`, `high` or `critical`"),
            ("cadence", "name of a cadence"),
            ("confirm", "name of a confirmation profile"),
            ("recovery", "name of a recovery"),
            ("remedy", "name of a remedy profile"),
            ("notify", "checked, not used: the remedy says who is told"),
            ("inconclusive", "when not knowing is told"),
            ("messages", "what the member reads, in every language, with `{placeholders}`"),
            ("public", "may be shown on the public page of the member"),
            ("enabled", "false: it is not judged"),
            ("effective", "`{from, until}`: days on which it is in force"),
        ),
        (
            *("id", "rev", "statement", "trace", "class", "findings", "severity", "cadence"),
            *("confirm", "remedy", "messages"),
        ),
    ),
    "conditions[].trace": Block("Where it stands in the framework.", _TRACE, ("document",)),
    "conditions[].applies": Block(
        "To whom it applies.",
        (("subjects", "list of shop, platform, seller"), ("when", "what else must hold")),
    ),
    "conditions[].applies.when": Block(
        "All of these must hold.",
        (
            ("labels_all", "the site holds all of these labels"),
            ("labels_any", "the site holds one of these labels"),
            ("customers_any", "the member sells to one of `b2b`, `b2c`"),
            ("jurisdiction_any", "the member's country is one of these"),
            ("has", "fields that are on file, such as `member.kvk`"),
            ("flags", "all of these flags are on file"),
            ("flags_none", "none of these flags is"),
            ("standing_any", "the standing is one of these; else applicant, certified, suspended"),
            ("from", "from this day on"),
            ("until", "through this day"),
        ),
    ),
    "conditions[].judge": Block(
        "Which judge.",
        (
            ("uses", "name of the judge, see [judges](judges.md)"),
            ("min_version", "least version it must have"),
            ("params", "values, or `$member.x`, `$subject.x`, `$parameter.x`, `$vocabulary.x`"),
        ),
        ("uses",),
    ),
    "conditions[].attestation": Block(
        "A document or answer.",
        (
            ("kind", "what it is"),
            (
                "decided_by",
                "roles that may decide: `finance`, `auditor`, `accountant`, `reviewer`, `staff`",
            ),
            ("valid_for", "how long it holds"),
            ("max_document_age", "how old a document may be when it is handed in"),
            ("grace", "how long an expired one is still taken"),
            ("confidential", "it is not shown"),
        ),
        ("kind", "decided_by", "valid_for"),
    ),
    "conditions[].findings.OUTCOME": Block(
        "What an outcome is worth; the finding alone may stand in place of the mapping.",
        (
            ("finding", "`met`, `not_met`, `inconclusive`, `not_applicable` or `waived`"),
            ("review", "a reviewer must confirm"),
            ("reason", "why, for people who read the file"),
            ("severity", "in place of the condition's"),
            ("remedy", "in place of the condition's"),
            ("confirm", "in place of the condition's"),
            ("counts", "false: advice, it never enters the verdict"),
            ("advice", "a friendly mail although the condition is met"),
            ("messages", "in place of the condition's"),
        ),
        ("finding",),
    ),
    "conditions[].review": Block(
        "Who confirms.",
        (
            ("role", "staff team"),
            ("pin", "what the decision is tied to"),
            ("valid_for", "how long it holds"),
            ("evidence", "what the reviewer is shown"),
        ),
        ("role",),
    ),
    "conditions[].notify": Block(
        "Checked, not used.",
        (
            ("member", "roles of contacts"),
            ("staff", "staff teams"),
            ("severity_map", "name of a table of severities"),
        ),
    ),
    "conditions[].inconclusive": Block(
        "When not knowing is told.",
        (
            ("ticket_after", "when staff get a ticket"),
            ("tell_member_after", "when the member hears that the site cannot be checked"),
        ),
    ),
    "conditions[].inconclusive.ticket_after": Block(
        "Whatever comes first.",
        (("count", "looks in a row without an answer"), ("age", "how long without an answer")),
    ),
    "obligations[]": Block(
        "A duty of the organisation itself; never a member's breach.",
        (
            ("id", "stable name"),
            ("trace", "where in the framework"),
            ("per", "`site`, or only a `shop`, `platform` or `seller`"),
            ("scan", "kind of scan, with its profile after a dot: `owasp.qualifying`"),
            ("procedure", "kind of procedure, such as `audit`; not with `scan`"),
            ("at_least", "how many, in which time"),
            ("qualifies", "what a scan must be to count"),
            ("warn_before", "how long before it is missed operations are warned"),
            ("alert", "whom to tell"),
        ),
        ("id", "trace", "at_least"),
    ),
    "obligations[].trace": Block("Where it stands in the framework.", _TRACE, ("document",)),
    "obligations[].at_least": Block(
        "How many scans.",
        (
            ("count", "how many"),
            ("within", "in which time, ISO 8601 duration"),
            ("newest_max_age", "how old the newest may be"),
        ),
        ("count", "within"),
    ),
    "obligations[].qualifies": Block(
        "What a scan must be.",
        (
            ("coverage_min", "least coverage, 0 to 1"),
            ("state", "how it must have ended"),
            ("canary_seen", "it saw what was planted for it"),
            ("top10_edition_min", "oldest edition of the OWASP Top 10 it may speak of"),
        ),
    ),
}  # fmt: skip
