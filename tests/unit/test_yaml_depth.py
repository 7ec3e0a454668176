"""Deep nesting is an error of the file, never the end of the process."""

from __future__ import annotations

import pytest

from monitor.policy.yaml_lines import YamlError, read_yaml


@pytest.mark.parametrize("text", ["[" * 25_000, "- " * 100_000, "{a: " * 30_000, "? " * 30_000])
def test_deep_nesting_is_refused_before_the_stack_ends(text: str) -> None:
    with pytest.raises(YamlError, match="nested too deeply"):
        read_yaml(text)
