"""YAML with line numbers, for label files, site files and imports.

Stricter than the standard: duplicate keys are refused, ``no``, ``on`` and kin
stay text (the booleans are ``true`` and ``false``), tags and anchors beyond
plain data are refused, size and depth are bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import yaml

Path = tuple[str | int, ...]

BYTES_MAX = 20_000_000
NODES_MAX = 3_000_000
REPEATS_MAX = 10_000
DEPTH_MAX = 40
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_QUOTED = ("'", '"', "|", ">")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in (
        *("str", "int", "float", "bool", "null", "timestamp", "merge", "value"),
        *("map", "seq"),
    )
)


class YamlError(Exception):
    """The text is no usable YAML; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


@dataclass(slots=True)
class Document:
    """Plain data (dict, list, str, int, float, bool, date, None) with the line of every path."""

    value: object
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of ``path``, else that of its nearest parent that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """The composer only; values are made here."""


def read_yaml(text: str) -> Document:
    """Parse one document; raises YamlError for everything that is wrong with it."""
    if len(text) > BYTES_MAX:
        raise YamlError(1, f"larger than {BYTES_MAX} characters")
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise YamlError(line, str(error.problem or error.context or "not YAML")) from error
    except yaml.YAMLError as error:
        raise YamlError(1, " ".join(str(error).split())) from error
    except (RecursionError, ValueError) as error:
        raise YamlError(1, "nested too deeply or not readable") from error
    if node is None:
        return Document(None, {(): 1})
    document = Document(None)
    document.value = _Builder(document).build(node, (), 0)
    return document


def _check_depth(text: str) -> None:
    """Refuse deep nesting before composing: the composer in C recurses off its stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_MAX:
                mark = event.start_mark
                line = 1 if mark is None else mark.line + 1
                raise YamlError(line, "too large or nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _composed(text: str) -> yaml.Node | None:
    _check_depth(text)
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


@dataclass(slots=True)
class _Builder:
    document: Document
    nodes: int = 0
    repeats: int = 0
    built: set[int] = field(default_factory=set)

    def build(self, node: yaml.Node, path: Path, depth: int) -> object:
        line = node.start_mark.line + 1
        self.nodes += 1
        if self.nodes > NODES_MAX or depth > DEPTH_MAX:
            raise YamlError(line, "too large or nested too deeply")
        # An alias repeats a whole subtree: counting what is built again stops a billion laughs.
        self.repeats += id(node) in self.built
        self.built.add(id(node))
        if self.repeats > REPEATS_MAX:
            raise YamlError(line, f"aliases repeat more than {REPEATS_MAX} values")
        self.document.lines.setdefault(path, line)
        if node.tag not in _PLAIN_TAGS:
            raise YamlError(line, f"the tag {node.tag[:60]!r} is not supported")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        return scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> Mapping[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlError(line, "a key must be text")
            key = str(key_node.value)
            if key == "<<" and key_node.style not in _QUOTED:
                raise YamlError(line, "merge keys are not supported")
            if key in found:
                raise YamlError(line, f"the key {key[:60]!r} stands here twice")
            self.document.lines[(*path, key)] = line
            found[key] = self.build(value_node, (*path, key), depth + 1)
        return found


def scalar(node: yaml.Node, line: int) -> object:
    """The value of a scalar: text unless it is plainly something else."""
    text = str(node.value)
    if getattr(node, "style", None) in _QUOTED:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) <= 18:  # noqa: PLR2004 (fits 64 bits)
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise YamlError(line, f"{text!r} is not a date") from error
    return text
