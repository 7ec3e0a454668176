"""A running ZAP for tests: a true daemon, or the protocol-true fake.

Both answer the same JSON API.  ``true_zap`` starts the daemon of ``assemble``; ``fake_zap``
(of ``tests.zap.fake``) serves in this process.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.zap.api import Api
from tests.zap.assemble import UnavailableError, assemble, default_cache
from tests.zap.fake import Faults, fake_zap
from tests.zap.running import RunningZap

__all__ = [
    "KEY",
    "Api",
    "Faults",
    "RunningZap",
    "UnavailableError",
    "assemble",
    "command",
    "default_cache",
    "fake_zap",
    "true_zap",
]
