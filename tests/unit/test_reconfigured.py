"""Which hosts show another TLS set-up than before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.reconfigured import configurations, reconfigured
from scanners.api import Evidence
from scanners.content.evidence import PageFacts
from scanners.tls.evidence import CertificateFacts, CertificateReason
from tests.builders import MONDAY

SHOWN = st.lists(
    st.tuples(st.sampled_from(("a.example", "b.example")), st.sampled_from(("", "1", "2", "3"))),
    max_size=6,
)


def evidence(shown: list[tuple[str, str]]) -> list[Evidence]:
    return [
        Evidence(
            CertificateFacts(
                host, 443, "192.0.2.1", True, CertificateReason.OK, "", configuration=digest
            ),
            f"https://{host}/", MONDAY, "",
        )
        for host, digest in shown
    ]  # fmt: skip


def test_another_set_up_of_a_known_host_is_a_change() -> None:
    before = evidence([("a.example", "1"), ("b.example", "1")])
    assert reconfigured(before, evidence([("a.example", "1"), ("b.example", "2")])) == {"b.example"}


def test_what_is_no_certificate_tells_nothing_of_the_set_up() -> None:
    url = "https://a.example/"
    page = PageFacts(url, url, ("home",), 200, "nl", "", own=True, title="Shop", text="")
    assert configurations([Evidence(page, url, MONDAY, "")]) == {}


@given(before=SHOWN, after=SHOWN)
def test_only_what_was_known_and_is_clear_now_can_change(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    changed = reconfigured(evidence(before), evidence(after))
    for host in ("a.example", "b.example"):
        known = {digest for h, digest in before if h == host and digest}
        shown = {digest for h, digest in after if h == host and digest}
        assert (host in changed) == bool(known and shown - known)
