"""What became of the sentences of a role: durations by name, the rest as clauses."""

from __future__ import annotations

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.meaning import binds, only_spelling
from monitor.policy.drifting.pairing import fragments, head, paired
from monitor.policy.drifting.topics import about, rejoined
from monitor.policy.drifting.view import LEGAL_ROLES, View
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence

# How soon a mail is answered and how long a shop exists binds nobody.
LIGHT_ROLES = frozenset({"contact", "about"})


def page_gone(role: str, url: str) -> Change:
    """A page of a role that is not there any more."""
    return Change(Kind.PAGE_GONE, Weight.HIGH, role, url, url, "", lost=(f"page:{url}",))


def features(facts: DriftFacts) -> frozenset[str]:
    """``sentence:`` and its key, ``duration:`` and its value, ``page:`` and its address."""
    keys = {f"sentence:{s.key}" for role in facts.roles for s in role.sentences}
    keys |= {f"sentence:{key}" for key in facts.shared}
    keys |= {f"page:{url}" for role in facts.roles for url in role.urls}
    return frozenset(keys)


def _feature(sentence: Sentence) -> tuple[str, ...]:
    return (f"sentence:{sentence.key}",)


def wording_changed(view: View, then: RoleFacts, now: RoleFacts) -> list[Change]:
    """What became of the sentences of a role: durations by name, the rest as clauses."""
    lost, came = _differences(view, then, now)
    pairs, lost, came = paired(lost, came)
    reworded, lost, came = rejoined(lost, came)
    pairs += reworded
    legal = then.role in LEGAL_ROLES
    found = []
    for was, is_now in pairs:
        sure = view.sure_of(was, then, now)
        # The same words with another duration: two pages would hardly hold both.
        if was.terms != is_now.terms and (sure or was.skeleton == is_now.skeleton):
            found.append(_term_changed(was, is_now, then, now))
        elif sure and legal:
            shown = fragments(was.text, is_now.text)
            url = _url(is_now, now)
            found.append(
                Change(
                    Kind.CLAUSE_CHANGED, _weight(was, is_now), then.role, url, *shown,
                    lost=_feature(was), came=_feature(is_now),
                )
            )  # fmt: skip
        elif legal:
            came.append(is_now)
    gone = [sentence for sentence in lost if view.sure_of(sentence, then, now)]
    found += _removed(gone, then, now) if legal else _terms_gone(gone, then, now)
    if legal:
        found += [
            Change(
                Kind.CLAUSE_ADDED,
                Weight.HIGH if binds(s.text) else Weight.REVIEW,
                then.role,
                _url(s, now),
                "",
                head(s.text),
                came=_feature(s),
            )
            for s in came
        ]
    return found


def _weight(was: Sentence, is_now: Sentence) -> Weight:
    """A mended typing error, and words that bind nobody, are for review."""
    if only_spelling(was.text, is_now.text):
        return Weight.REVIEW
    return Weight.HIGH if binds(was.text) or binds(is_now.text) else Weight.REVIEW


def _differences(
    view: View, then: RoleFacts, now: RoleFacts
) -> tuple[list[Sentence], list[Sentence]]:
    """Sentences of one side that the other has nowhere.

    Lists that were cut off are compared as far as both reach; a sentence that counts as
    furniture on the other side is still there.
    """
    reach = [facts.sentences[-1].skeleton for facts in (then, now) if facts.truncated]
    limit = min(reach, default="~")
    roles_of = (view.before.roles, view.after.roles)
    old_keys, new_keys = ({s.key for f in roles for s in f.sentences} for roles in roles_of)
    old_keys |= set(view.before.shared)
    new_keys |= set(view.after.shared)
    lost = [s for s in then.sentences if s.skeleton < limit and s.key not in new_keys]
    came = [s for s in now.sentences if s.skeleton < limit and s.key not in old_keys]
    return lost, came


def _term_changed(was: Sentence, is_now: Sentence, then: RoleFacts, now: RoleFacts) -> Change:
    """A duration is another one: both named, both shown in their own words."""
    both = list(enumerate(zip(was.terms, is_now.terms, strict=False)))
    if len(was.terms) == len(is_now.terms):
        named = ", ".join(f"{about(was, is_now, at)}{a} -> {b}" for at, (a, b) in both if a != b)
    else:
        named = f"{', '.join(was.terms) or 'none'} -> {', '.join(is_now.terms) or 'none'}"
        named = f"{about(was, is_now, 0)}{named}" if both else named
    weight = Weight.REVIEW if then.role in LIGHT_ROLES else Weight.HIGH
    shown = fragments(was.text, is_now.text)
    return Change(
        Kind.TERM_CHANGED, weight, then.role, _url(is_now, now), *shown, named,
        lost=_feature(was), came=_feature(is_now),
    )  # fmt: skip


def _removed(gone: list[Sentence], then: RoleFacts, now: RoleFacts) -> list[Change]:
    """Sentences without a successor; those of a page that is not there any more as one."""
    found: list[Change] = []
    for sentence in gone:
        homes = [then.urls[place] for place in sentence.at if place < len(then.urls)]
        if homes and not set(homes) & set(now.urls):
            found.append(page_gone(then.role, homes[0]))
        else:
            url = next((url for url in homes if url in now.urls), _url(sentence, now))
            text = head(sentence.text)
            weight = Weight.HIGH if binds(sentence.text) else Weight.REVIEW
            lost = _feature(sentence)
            found.append(Change(Kind.CLAUSE_REMOVED, weight, then.role, url, text, "", lost=lost))
    return list(dict.fromkeys(found))


def _terms_gone(gone: list[Sentence], then: RoleFacts, now: RoleFacts) -> list[Change]:
    """Outside legal texts a sentence may go as long as its durations are named somewhere."""
    weight = Weight.REVIEW if then.role in LIGHT_ROLES else Weight.HIGH
    return [
        Change(
            Kind.TERM_CHANGED,
            weight,
            then.role,
            _url(sentence, now),
            head(sentence.text),
            "",
            f"{about(sentence, sentence, 0)}{', '.join(sentence.terms)} -> none",
            lost=_feature(sentence),
        )
        for sentence in gone
        if not set(sentence.terms) <= set(now.durations)
    ]


def _url(sentence: Sentence, facts: RoleFacts) -> str:
    """Where a sentence stands; the first page of the role when that is not known."""
    places = [place for place in (*sentence.at, 0) if place < len(facts.urls)]
    return facts.urls[places[0]] if places else ""
