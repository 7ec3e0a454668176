"""What conditions want of a browser: which measures, and whether a finding rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.domain.label import Condition, Label
from monitor.policy.judge import Judge
from scanners.api import Evidence, ScanKind
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.render.evidence import ConsentFacts

# The kind of scan that can be made with a browser.
LOOKS = ScanKind.CONTENT


def measures_of(conditions: Iterable[Condition], judges: Mapping[str, Judge]) -> tuple[str, ...]:
    """The measures that the judges of these conditions ask for, sorted (option ``measure``)."""
    uses = (condition.judge for condition in conditions)
    return tuple(sorted({m for use in uses if use is not None for m in judges[use.uses].measures}))


def artwork_options(labels: Iterable[Label]) -> Mapping[str, object]:
    """What the seal scan is asked for: pictures, where a label knows its artwork."""
    return {"artwork": True} if any(label.seal.artwork_phash for label in labels) else {}


def seal_options(labels: Iterable[Label]) -> Mapping[str, object]:
    """What the drift scan is told of marks: the hosts of the labels the site has to do with."""
    return {"label_hosts": sorted({host for label in labels for host in label.seal.hosts})}


def can_be_rendered(condition: Condition, judges: Mapping[str, Judge]) -> bool:
    """Can a look at the condition be made in a browser at all?"""
    return condition.judge is not None and LOOKS in judges[condition.judge.uses].kinds


def is_rendered(cited: Iterable[Evidence]) -> bool:
    """Was all that these cite seen in a browser?

    Every own page of HTML among them, and at least one: of absence on a whole site the
    site's facts tell.  A document (PDF) is the same in a browser, and proves no look by one.
    """
    facts = [evidence.facts for evidence in cited]
    pages = [one for one in facts if isinstance(one, PageFacts) and one.own and not one.document]
    used = any(isinstance(one, ConsentFacts) and not one.problem for one in facts)
    whole = any(isinstance(one, SiteFacts) and one.rendered for one in facts)
    return all(page.rendered for page in pages) and (bool(pages) or used or whole)
