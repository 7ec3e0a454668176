"""English."""

from __future__ import annotations

from monitor.adapters.channels.words import Facts, Subjects, TemplateName, Text, Words
from monitor.adapters.channels.words_procedures_en import ENGLISH_SUBJECTS, ENGLISH_TEXTS

_MEND = (
    "{deadline}",
    "{more_time}",
    (
        "You do not need to report the repair: we look again by ourselves and send a confirmation "
        "in this conversation. If something is unclear, or if you see it differently, simply reply "
        "to this message."
    ),
)
_OTHERWISE = (
    "If the condition is still not met after that term, {organisation} decides what this means "
    "for the label. This message by itself does not change the standing of your certification."
)

ENGLISH = Words(
    language="en",
    greeting_name="Dear {name},",
    greeting="Dear Sir or Madam,",
    greeting_staff="Dear colleague,",
    sign_off="Kind regards,",
    disclaimer="This is the result of a check from the outside at one moment; it is no guarantee "
    "and says nothing about the rest of the site.",
    footer_case="Case {case}",
    footer_member="You receive this message because you are a contact of {member} for {host}.",
    footer_staff="Internal message for staff of {organisation}.",
    evidence="What we saw, and where",
    was_title="What it was about",
    was_seen="At our check on {seen} this is what we saw:",
    was_evidence="What we saw then, and where",
    reasons="Technical details",
    fingerprint="fingerprint (SHA-256)",
    colon=": ",
    at="{date} at {time} (time in {zone})",
    by_date="Please put this right no later than {due}.",
    by_days="Please put this right within {days} days of receiving this message.",
    by_day="Please put this right within one day of receiving this message.",
    by_soon="Please put this right as soon as you can.",
    due_days="within {days} days of this message",
    due_day="within one day of this message",
    more_time="Do you need more time? You can ask for a postponement once: reply to this message.",
    more_times="Do you need more time? You can ask for a postponement {left} times: reply to this "
    "message.",
    facts=Facts(
        site="Site",
        labels="Label",
        condition="Condition",
        clause="Clause",
        seen_at="Last seen",
        due="Term",
        severity="Severity",
        summary="Observation",
        member="Member",
        since="Since",
        count="Looks without an answer",
    ),
    subjects=Subjects(
        case="[{case}] {host}: label condition {condition}",
        case_plain="[{case}] {host}: label condition",
        unknown="{host}: {labels} cannot be evaluated",
        advice="{host}: advice about {condition}",
        ops="[operations] {host}: {summary}",
        valve="[keurwacht] Mail to members is held",
        test="[keurwacht] Test message",
    ),
    severities={
        "info": "information",
        "low": "low",
        "medium": "medium",
        "high": "high",
        "critical": "critical",
    },
    texts={
        TemplateName.NOTICE: Text(
            "A condition of your label is not met",
            ("During a check, {host} did not meet the condition below of {labels}.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.WORSE: Text(
            "The shortcoming has become more serious",
            (
                (
                    "We wrote to you before about the condition below of {labels}. At the latest "
                    "check of {host} the situation was more serious than before, so a shorter term "
                    "may apply."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.REMINDER: Text(
            "Reminder: a condition of your label is still not met",
            (
                (
                    "Some time ago we wrote to you about the condition below of {labels}. At our "
                    "latest check {host} did not meet it yet."
                ),
            ),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.POSTPONED: Text(
            "You have more time",
            ("The term for the condition below of {labels} has been extended for {host}.",),
            (*_MEND, _OTHERWISE),
        ),
        TemplateName.OVERDUE: Text(
            "The term has passed",
            (
                (
                    "The term to put the condition below of {labels} right on {host} has passed, "
                    "and at our latest check it was not met yet."
                ),
            ),
            (
                (
                    "The case now lies with {organisation}, who will decide what this means for "
                    "the label. Please put it right as soon as you can and let us know by replying "
                    "to this message: a repair is always taken into account."
                ),
                "{more_time}",
            ),
        ),
        TemplateName.SILENCE: Text(
            "No repair and no answer from the member",
            ("We saw neither a repair nor an answer on {host} after the messages to {member}.",),
            ("Please contact the member in another way and record the decision in the case.",),
        ),
        TemplateName.CLOSING: Text(
            "Put right: thank you",
            (
                (
                    "{host} meets the condition below of {labels} again. We have closed this case; "
                    "you do not need to do anything more. Thank you for the repair."
                ),
            ),
        ),
        TemplateName.WAIVED: Text(
            "Set aside for now",
            (
                (
                    "The condition below of {labels} is set aside for {host} for the time being: "
                    "an exception has been recorded. Nothing needs to be done for this case now. "
                    "That does not say whether the condition is met; when the exception ends, the"
                    " site is looked at again."
                ),
            ),
        ),
        TemplateName.HELD: Text(
            "We look at it again",
            (
                (
                    "We wrote to you about the condition below of {labels}. A person has looked"
                    " at it once more and cannot confirm it for {host} now. The term stands "
                    "still and you need not do anything."
                ),
            ),
            (
                (
                    "We write to you when it is clear: that nothing is the matter, or what is "
                    "left to do and by when."
                ),
            ),
        ),
        TemplateName.REVIEW: Text(
            "A suspicion waits for your judgement",
            (
                (
                    "The software suspects that {host} does not meet the condition below of "
                    "{labels}, but a person must confirm it. The member has not been told."
                ),
            ),
            ("Please look at the evidence and confirm or reject the suspicion.",),
        ),
        TemplateName.TICKET: Text(
            "A label could not be evaluated",
            (
                (
                    "{labels} could not be evaluated on {host} since {since} ({count} looks in a "
                    "row). Not being able to see is no breach; the member has not been accused of "
                    "anything."
                ),
            ),
            ("Please find out why, and let the site be looked at again afterwards.",),
        ),
        TemplateName.TELL_MEMBER: Text(
            "We cannot check your site",
            (
                (
                    "Since {since} we have not been able to check {host} completely for {labels}. "
                    "This is not a breach and it has no consequences for your label now."
                ),
                (
                    "Often a firewall or a protection against robots keeps our checks out. Would "
                    "you ask your technician or hosting provider to let our visits through?"
                ),
            ),
            ("If you have questions, simply reply to this message.",),
        ),
        TemplateName.SEEN_AGAIN: Text(
            "The label can be evaluated again",
            ("{labels} could be evaluated again on {host}. The ticket is closed.",),
        ),
        TemplateName.ADVICE: Text(
            "Advice: this will need your attention soon",
            (
                (
                    "{host} meets the condition below of {labels}. We did see something that needs "
                    "your attention soon, such as a certificate that is about to expire, so that "
                    "it stays that way."
                ),
            ),
            ("This is advice, not a breach: no term runs and you need not answer.",),
        ),
        TemplateName.OPS: Text(
            "Something needs operations",
            ("{summary}",),
            ("Members have not been told about this.",),
        ),
        TemplateName.VALVE: Text(
            "Mail to members is held",
            (
                (
                    "{count} sites turned to not met since {since}. That is so many at once that a "
                    "fault of our own is likely, so messages to members are held."
                ),
            ),
            (
                (
                    "Please look at a few of these sites. If the findings are right, release the "
                    "mail (keurwacht valve release); if they are wrong, drop it (keurwacht valve "
                    "drop)."
                ),
            ),
        ),
        TemplateName.TEST: Text(
            "Test message",
            ("This message shows that mail from {organisation} arrives at this address.",),
            ("You need not do anything.",),
        ),
        **ENGLISH_TEXTS,
    },
    staff_notice=Text(
        "A breach is confirmed",
        (
            (
                "{host} does not meet the condition below of {labels}. The member receives no "
                "message about this: the condition says so, or there is no contact on file."
            ),
        ),
        ("{deadline}", "Please take it up from here."),
    ),
    staff_overdue=Text(
        "The term of a member has passed",
        (
            (
                "The term that {member} had to put the condition below of {labels} right on {host} "
                "has passed, and at the latest check it was not met."
            ),
        ),
        ("Please decide what this means for the label and record it in the case.",),
    ),
    staff_closing=Text(
        "A breach has been put right",
        (
            (
                "{host} meets the condition below of {labels} again, and the case is closed. "
                "You heard of it before."
            ),
        ),
        ("You need not do anything more for this case.",),
    ),
    more_subjects=ENGLISH_SUBJECTS,
)
