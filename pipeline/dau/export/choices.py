"""Settings of a format that take one of a few values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dau.document.errors import InputError


class SettingRefused(InputError):
    """A setting has no such value."""


def choice(settings: Mapping[str, str], name: str, values: Sequence[str]) -> str:
    """The value of a setting, the first one where it is not given. Raises SettingRefused."""
    value = settings.get(name, values[0])
    if value not in values:
        raise SettingRefused(f"--set {name}={value}: there is no such value.", f"It may be {' or '.join(values)}.")
    return value
