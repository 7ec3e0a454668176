"""Front-end libraries by the data of retire.js: expressions, versions, matching."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.owasp.libraries.child import Job, limiter, work
from scanners.owasp.libraries.jsregex import UntranslatableError, translate
from scanners.owasp.libraries.repository import Script, load
from scanners.owasp.libraries.versions import affected, at_or_above

NODE = shutil.which("node")
# Shapes that the data uses, and what only one of the two languages knows.
PATTERNS = (
    r"/\*!? Foo v([0-9][0-9.a-z_\-]+)", r"[^a-z]f=\"([0-9.]+)\",.*[^a-z]foo:f,",
    r"=\"([0-9.]+)\",.{5,30}(.)\.fn=(\2)\.proto=\{foo:", r"(a)?b\1c", r"^foo-([0-9.]+)(.min)?\.js$",
    r"[\s\S]{1,9}x", r"[^]x", r"a[]b|c", r"\u0041\x42\/", r"a{,3}b", r"a{2,3}?b", r"[\w-]+!",
    r"[^\]\-a-c]+z", r"\bfoo\b", r"(?:x|y)+(?=z)(?!zz)", r"(?<v>[0-9]+)-", r"\S+\s\d\D\w\W",
    r"a.b$",
    r"}]", r"[[&&~~||-]+", r"\cAx|\0", r"[\b]", r"(?<=a)b", r"#x y",
)  # fmt: skip
REFUSED = (
    r"\k<a>", r"(?<a>x)\k<a>", r"(a", r"a)", r"[a", "a**", "*a", r"\1(a)", r"(?i)a", r"(?P<x>a)",
    r"(?#c)", "\\", r"[^\S]", r"[b-a]", r"(?:(a)|b)*", r"((a)|b)+\2", r"\b+", r"(?=a)*",
    r"(?<=a+)b",
    r"\p{L}", r"a++", "x" * 3_000,
)  # fmt: skip


def ours(pattern: str, text: str) -> list[str | None] | None:
    found = re.search(translate(pattern).pattern, text, re.ASCII)
    return None if found is None else [found[0], *(g or None for g in found.groups())]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [(r"(a)?b\1c", "bc", ["bc", None]), (r"a.b", "a\u2028b", None), (r"a$", "a\n", None),
     (r"\s", "\ufeff", ["\ufeff"]), (r"\d", "\u0663", None), (r"a{,3}b", "a{,3}b", ["a{,3}b"]),
     (r"[]", "x", None), (r"\u0041\x42", "AB", ["AB"]), (r"[^]", "\n", ["\n"])],
)  # fmt: skip
def test_an_expression_means_what_it_means_in_a_browser(
    pattern: str, text: str, found: list[str | None] | None
) -> None:
    assert ours(pattern, text) == found


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_has_no_exact_counterpart_is_refused(pattern: str) -> None:
    with pytest.raises(UntranslatableError):
        translate(pattern)


@given(st.text(alphabet="ab(){}[]|*+?.,-^$\\1dDsSwWbkuxcA0=!<>:#&\n\u2028", max_size=20))
def test_any_expression_is_translated_or_refused(pattern: str) -> None:
    try:
        translated = translate(pattern)
    except UntranslatableError:
        return
    re.compile(translated.pattern, re.ASCII)


@given(st.sampled_from(PATTERNS), st.text(alphabet='abcfoxyz="0123.,-{:!*/ v\n', max_size=40))
def test_the_literal_stands_in_every_text_that_matches(pattern: str, text: str) -> None:
    translated = translate(pattern)
    if re.search(translated.pattern, text, re.ASCII):
        assert translated.literal in text


@pytest.mark.skipif(NODE is None, reason="no node here to compare with")
def test_node_finds_the_same() -> None:
    texts = [
        "/*! Foo v1.2.3-beta_1 */", 'x f="1.2",aa foo:f,', '="1.2",abcdefgJ.fn=J.proto={foo:',
        '="1.2",abcdefgJ.fn=K.proto={foo:', "bc", "abac", "foo-1.2.js", "foo-1.2.min.js",
        "a\nb\nx", "AB/", "a{,3}b", "aab", "x-y!", "]--az", " foo ", "xyz", "xyzz", "12-",
        "a\u00a01a_-", "a\u2028b", "a.b\n", "}]", "[&~|-", "\x01x", "\x00", "\x08", "ab", "#x y",
        "c",
    ]  # fmt: skip
    script = (
        "const [ps,ts]=JSON.parse(require('fs').readFileSync(0));console.log(JSON.stringify("
        "ps.map(p=>ts.map(t=>{const m=new RegExp(p).exec(t);"
        "return m?[...m].map(g=>g||null):null}))))"
    )
    done = subprocess.run(
        [str(NODE), "-e", script], input=json.dumps([PATTERNS, texts]), text=True, check=True,
        capture_output=True, timeout=30,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    mine = [[ours(p, t) for t in texts] for p in PATTERNS]
    mine = [[None if m is None else [g or None for g in m] for m in row] for row in mine]
    for pattern, a, b in zip(PATTERNS, mine, theirs, strict=True):
        assert a == b, pattern


@pytest.mark.parametrize(
    ("version", "bound", "result"),
    [("1.9.0", "1.9.0", True), ("1.10.0", "1.9.0", True), ("1.9", "1.9.0", True),
     ("3.0.0", "3.0.0-rc1", True), ("3.0.0-rc1", "3.0.0", False),
     ("3.0.0-beta2", "3.0.0-beta1", True),
     ("1.9.0b1", "1.9.0", False), ("1.9.0", "1.9.0b1", True), ("1.12.4-aem", "1.12.4", False),
     ("2", "10", False), ("4.0.0-alpha", "4.0.0-beta", False)],
)  # fmt: skip
def test_versions_are_compared_part_by_part(version: str, bound: str, result: bool) -> None:
    assert at_or_above(version, bound) is result


@given(st.from_regex(r"[0-9a-z.\-]{1,12}", fullmatch=True))
def test_a_version_is_at_least_itself(version: str) -> None:
    assert at_or_above(version, version)


@pytest.mark.parametrize(
    ("version", "meant"),
    [("1.1", False), ("1.2", True), ("1.8.9", True), ("1.9", False), ("1.5-aem", False)],
)
def test_an_entry_means_versions_from_its_first_to_below_its_last(
    version: str, meant: bool
) -> None:
    entry = {"atOrAbove": "1.2", "below": "1.9", "excludes": ["1.5-aem"]}
    assert affected(version, entry) is meant


DATA = {
    "foo": {
        "vulnerabilities": [
            {"below": "1.9.0", "severity": "high",
             "identifiers": {"CVE": ["CVE-2020-1"], "summary": "x"}},
            {"below": "2.0.0", "severity": "low", "identifiers": {"githubID": "GHSA-1"}},
        ],
        "extractors": {
            "uri": ["/(§§version§§)/foo(\\.min)?\\.js"],
            "filename": ["foo-(§§version§§)(.min)?\\.js"],
            "filecontent": ["/\\*!? Foo v(§§version§§)", "(?<=a+)unsound(§§version§§)"],
            "filecontentreplace": ['/var (.)="(§§version§§)";\\1\\.foo/$2/'],
            "hashes": {"0a4d55a8d778e5022fab701977c5d840bbc486d0": "1.0.0"},
            "func": ["foo.version"], "ast": ["//x"],
        },
    },
    "retire-example": {"vulnerabilities": [], "extractors": {"filecontent": ["x(§§version§§)"]}},
}  # fmt: skip
RAW = json.dumps(DATA).encode()


@pytest.mark.parametrize(
    ("script", "found"),
    [(Script("https://a/1.8.0/foo.min.js"), ("1.8.0", "uri", "high")),
     (Script("https://a/js/foo-1.9.5.min.js?x=1"), ("1.9.5", "filename", "low")),
     (Script("https://a/foo-1.9.5.js", "/*! Foo v1.2.3 */"), ("1.2.3", "content", "high")),
     (Script("https://a/x.js", 'var q="1.3";q.foo'), ("1.3", "content", "high")),
     (Script("https://a/x.js", "Hello World"), ("1.0.0", "hash", "high")),
     (Script("https://a/foo-2.0.0.js"), None), (Script("https://a/x.js", "Foo"), None),
     (Script("http://[::1", "v"), None)],
)  # fmt: skip
def test_a_library_is_known_by_its_text_its_name_or_its_address(
    script: Script, found: tuple[str, str, str] | None
) -> None:
    report = load(RAW).report((script,), lambda search: search())
    seen = [(one.version, one.detection, one.severity) for one in report.libraries]
    assert seen == ([] if found is None else [found])
    assert (report.patterns, report.skipped) == (4, 1)


def test_a_finding_names_every_weakness_of_the_version() -> None:
    (one,) = load(RAW).report((Script("https://a/foo-1.8.js"),), lambda s: s()).libraries
    assert (one.identifiers, one.summary) == (("CVE-2020-1", "GHSA-1"), "x")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"a": 1}', b'{"a": {"extractors": 3}}', b"\xff"]
)
def test_data_of_another_shape_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="repository"):
        load(raw)


def test_a_search_without_end_is_given_up_and_counted(tmp_path: object) -> None:
    data = {"foo": {"vulnerabilities": [], "extractors": {"filecontent": ["(a+)+b(§§version§§)?"]}}}
    begun = time.monotonic()
    repository = load(json.dumps(data).encode())
    report = repository.report((Script("u", "b" + "a" * 60),), limiter(0.1))
    assert (report.too_slow, report.libraries) == (1, ())
    assert time.monotonic() - begun < 5


def test_the_child_tells_what_is_wrong_with_its_data(tmp_path: object) -> None:
    job = Job(f"{tmp_path}/none.json", ())
    assert "none.json" in work(msgspec.json.encode(job)).problem
