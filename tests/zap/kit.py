"""A running ZAP for tests: a true daemon, or the protocol-true fake.

Both answer the same JSON API, so one parametrised suite can run against either:

    with serve_vulnerable() as shop, fake_zap() as zap: ...
    with serve_vulnerable() as shop, true_zap(assemble(default_cache()), tmp_path) as zap: ...

``true_command`` and ``fake_command`` are command lines for whoever starts daemons itself.
"""

from tests.zap.api import Api, Reply
from tests.zap.assemble import UnavailableError, WrongSumError, assemble, default_cache
from tests.zap.fake import Faults, fake_command, fake_zap
from tests.zap.running import KEY, RunningZap
from tests.zap.true import command, free_port, true_zap

__all__ = [
    "KEY",
    "Api",
    "Faults",
    "Reply",
    "RunningZap",
    "UnavailableError",
    "WrongSumError",
    "assemble",
    "command",
    "default_cache",
    "fake_command",
    "fake_zap",
    "free_port",
    "true_zap",
]
