"""What a member may do by a link in a mail, and what such a link names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """The purposes of links; one link grants one of them on one case or procedure."""

    LOOK_AGAIN = "look_again"
    MORE_TIME = "more_time"
    REINSPECT = "reinspect"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    ANSWER = "answer"


# The others are of a procedure.
OF_CASES = frozenset({Action.LOOK_AGAIN, Action.MORE_TIME})


@dataclass(frozen=True, slots=True)
class ActionLink:
    """What a link names.

    ``thread`` is the id of the case or procedure and ``origin`` the mark of when it
    began (a restored database gives the same numbers again).  ``mail`` tells the
    mails apart in which it stood.  ``language`` is that of the mail.
    """

    action: Action
    thread: str
    origin: str
    mail: str
    language: str
    expires_at: datetime


def origin_mark(origin: str) -> str:
    """A short name for the beginning of a case or procedure; 12 hex digits."""
    return hashlib.sha256(origin.encode()).hexdigest()[:12]
