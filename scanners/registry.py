"""The one table of kinds: which scanner looks, and what its facts are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanners.api import Clock, NetOptions, ScanKind, Scanner
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.content.scanner import ContentScanner
from scanners.drift.evidence import DriftFacts
from scanners.drift.scanner import DriftScanner
from scanners.mail.evidence import MailDomainFacts
from scanners.mail.scanner import MailScanner
from scanners.owasp.evidence import OwaspFacts
from scanners.owasp.scanner import OwaspScanner
from scanners.render.evidence import ConsentFacts
from scanners.seal.evidence import SealFacts
from scanners.seal.scanner import SealScanner
from scanners.tls.evidence import CertificateFacts, TlsFacts
from scanners.tls.scanner import CertificateScanner, TlsScanner

SCANNERS: Mapping[ScanKind, Callable[[NetOptions, Clock], Scanner]] = {
    ScanKind.CERTIFICATE: CertificateScanner,
    ScanKind.TLS: TlsScanner,
    ScanKind.CONTENT: ContentScanner,
    ScanKind.DRIFT: DriftScanner,
    ScanKind.MAIL: MailScanner,
    ScanKind.OWASP: OwaspScanner,
    ScanKind.SEAL: SealScanner,
}

FACTS: Mapping[str, type] = {
    facts.KIND: facts
    for facts in (
        CertificateFacts,
        TlsFacts,
        PageFacts,
        SiteFacts,
        ConsentFacts,
        DriftFacts,
        MailDomainFacts,
        OwaspFacts,
        SealFacts,
    )
}
