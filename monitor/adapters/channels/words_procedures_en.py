"""English: documents and procedures."""

from __future__ import annotations

from monitor.adapters.channels.words import TemplateName, Text

ENGLISH_SUBJECTS = {
    TemplateName.RENEWAL: "{host}: a document for {condition}",
    TemplateName.TASK: "[{case}] {host}: {summary}",
    TemplateName.RECEIVED: "[{case}] {host}: your application",
    TemplateName.GRANTED: "[{case}] {host}: your application",
    TemplateName.DECLINED: "[{case}] {host}: your application",
    TemplateName.RECERTIFY: "[{case}] {host}: yearly certification",
    TemplateName.IMPROVE: "[{case}] {host}: inspection",
    TemplateName.LAST_CALL: "[{case}] {host}: inspection",
    TemplateName.MORE_TIME: "[{case}] {host}: inspection",
    TemplateName.CANCELLED: "[{case}] {host}: inspection",
    TemplateName.ENDING: "[{case}] {host}: end of the label",
    TemplateName.WELCOME: "[{case}] {host}: change of owner",
    TemplateName.DIGEST: "{member}: points of information",
}

ENGLISH_TEXTS = {
    TemplateName.RENEWAL: Text(
        "A document needs to be renewed",
        (
            (
                "For {labels} we keep a document or answer of {member} on file for the "
                "condition below. It is good through {day}."
            ),
        ),
        (
            (
                "Please send us the new one before that day. If you have sent it already,"
                " you need not do anything."
            ),
            "Questions? Simply reply to this message.",
        ),
    ),
    TemplateName.TASK: Text(
        "Something waits for a person",
        ("{summary}",),
        ("Please take it up and record it in the procedure.",),
    ),
    TemplateName.RECEIVED: Text(
        "We have received your documents",
        (
            (
                "Thank you: the documents for your application for {labels} are complete."
                " The next step is the questionnaire."
            ),
        ),
        (
            (
                "Please answer the questionnaire by {due}. While we wait for you the time"
                " of the procedure stands still."
            ),
            "If something is unclear, simply reply to this message.",
        ),
    ),
    TemplateName.GRANTED: Text(
        "Your shop is certified",
        (
            (
                "Good news: {organisation} has decided positively. {host} is certified "
                "for {labels} through {day}."
            ),
        ),
        (
            (
                "You may show the label on {host} from today on, with the link to your "
                "certificate. You receive the label material from us."
            ),
            (
                "We keep looking at the site from time to time and write to you when "
                "something needs attention."
            ),
        ),
    ),
    TemplateName.DECLINED: Text(
        "Your application was not granted",
        ("{organisation} has decided not to certify {host} for {labels} at this time.",),
        (
            (
                "Would you like to know why, or apply again later? Simply reply to this "
                "message and we gladly explain."
            ),
        ),
    ),
    TemplateName.RECERTIFY: Text(
        "Your yearly certification begins",
        (
            (
                "The certification of {host} for {labels} runs through {day}. The next "
                "one has begun: finance, law and security are assessed anew."
            ),
        ),
        (
            (
                "Please send us your financial documents before that day; the rest we "
                "look at ourselves. Your label stays as it is meanwhile."
            ),
            "Questions? Simply reply to this message.",
        ),
    ),
    TemplateName.IMPROVE: Text(
        "Your shop is almost there",
        (
            (
                "At the inspection of {host} for {labels} we saw the points below. You "
                "have the chance to adapt your shop."
            ),
        ),
        (
            (
                "Please adapt these points by {due}. After that we look again, sooner if "
                "you tell us that you are done."
            ),
            "Simply reply to this message if something is unclear.",
        ),
    ),
    TemplateName.LAST_CALL: Text(
        "The term of your inspection is over",
        (
            (
                "The two weeks to adapt {host} for {labels} are over. Please tell us how "
                "to go on by replying to this message:"
            ),
        ),
        (
            (
                "look again now, postpone by two weeks (possible {left} times), or cancel"
                " the inspection."
            ),
            (
                "If we hear nothing for two weeks we close the inspection. This message "
                "brings you no costs."
            ),
        ),
    ),
    TemplateName.MORE_TIME: Text(
        "Your inspection is postponed",
        ("You have more time to adapt {host} for {labels}: until {due}.",),
        ("After that we look again, sooner if you tell us that you are done.",),
    ),
    TemplateName.CANCELLED: Text(
        "Your inspection is cancelled",
        ("The inspection of {host} for {labels} has been cancelled.",),
        ("You are welcome to apply again later; simply reply to this message.",),
    ),
    TemplateName.ENDING: Text(
        "The label of your shop ends",
        (
            (
                "The certification of {host} for {labels} ends with {day}. Your other "
                "shops are not concerned."
            ),
        ),
        (
            (
                "Please remove logo, script and link of the label from {host} on that "
                "day, and replace texts that refer to it. Orders placed before stay under"
                " its conditions."
            ),
        ),
    ),
    TemplateName.WELCOME: Text(
        "You are our contact for this shop now",
        (
            (
                "From {day} on {host} is on file as a shop of {member}. We look at the "
                "whole site anew for {labels}."
            ),
        ),
        (
            (
                "What the owner before you had handed in does not count for you; your "
                "contact person tells you what we need. Questions? Simply reply to this "
                "message."
            ),
        ),
    ),
    TemplateName.DIGEST: Text(
        "Points of information about your shops",
        (
            (
                "Once a quarter we collect what we noticed and what is no breach. Here it"
                " is for {member}:"
            ),
        ),
        ("This is information: no term runs and you need not answer.",),
    ),
}
