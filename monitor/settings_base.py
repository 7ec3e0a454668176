"""What every table of the settings file stands on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, SecretStr

from monitor.settings_values import parse_duration

Duration = Annotated[timedelta, PlainValidator(parse_duration)]


def checked_secret(check: Callable[[str], str]) -> AfterValidator:
    """``check`` for the text inside a secret; its ValueError never repeats it."""
    return AfterValidator(lambda kept: SecretStr(check(kept.get_secret_value())))


class Section(BaseModel):
    """A table of the settings file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
