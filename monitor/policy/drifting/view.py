"""The newest observation beside the accepted one: what may be called gone."""

from __future__ import annotations

from dataclasses import dataclass

from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence

LEGAL_ROLES = frozenset({"terms", "privacy", "complaints", "returns"})


@dataclass(frozen=True, slots=True)
class View:
    """The newest observation beside the accepted one."""

    before: DriftFacts
    after: DriftFacts

    def old(self) -> dict[str, RoleFacts]:
        """What was accepted, by role."""
        return {facts.role: facts for facts in self.before.roles}

    def new(self) -> dict[str, RoleFacts]:
        """What is there now, by role."""
        return {facts.role: facts for facts in self.after.roles}

    def read(self, role: str) -> frozenset[str]:
        """URLs whose text was read again for what the role keeps, or that are honestly gone."""
        fit = [f for f in self.after.roles if role not in LEGAL_ROLES or f.role in LEGAL_ROLES]
        return frozenset(self.after.gone).union(*(facts.urls for facts in fit))

    def sure(self, then: RoleFacts) -> bool:
        """May what the role held be called gone?  Rule AB holds, or every page was read again."""
        now = self.new().get(then.role)
        if now is not None and now.cut:
            return False
        return then.role in self.after.complete_for or self.read(then.role).issuperset(then.urls)

    def sure_of(self, sentence: Sentence, then: RoleFacts, now: RoleFacts) -> bool:
        """The same for one sentence, which needs only the pages it stood on."""
        if now.cut:
            return False
        homes = {then.urls[place] for place in sentence.at if place < len(then.urls)}
        return then.role in self.after.complete_for or self.read(then.role).issuperset(homes)
