"""What holds for every test."""

from __future__ import annotations

import os

import pytest
import structlog
from hypothesis import settings


def pytest_configure(config: pytest.Config) -> None:
    """Workers measure coverage; the processes that tests start are themselves what is tested."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


# No test is judged by its time: the machine has other things to do.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A traceback with every local variable takes seconds to draw, and nobody reads it here.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ],
    logger_factory=structlog.PrintLoggerFactory(),
)
