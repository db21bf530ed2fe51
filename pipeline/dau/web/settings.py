"""What the server can be told; all of it bounds or opens something, and the defaults open nothing."""

from __future__ import annotations

from ipaddress import ip_address

from pydantic import Field, SecretStr, field_validator

from dau.document.transcript import Frozen
from dau.settings import Settings

LEAST_TOKEN = 16
"""Characters of the shortest token that is taken: what is shorter can be guessed."""


class WebSettings(Frozen):
    """`write`: reviews and uploads are taken from whoever has the token. `token`: what a caller must show to write, and
    on any address but a loopback one to read too. `hosts`: names (without port) under which the server is reached
    besides localhost and bare addresses. Sizes are in bytes, times in seconds.

    `body`: the longest request but an upload; `upload`: the longest upload; `request_seconds`: until an answer is
    whole (streams excepted); `stall_seconds`: until a caller sends or takes the next piece; `sql_seconds`: a query of
    a user; `session_seconds`: how long a login lasts; `explorer`: whether Datasette is mounted at /data; `jobs`:
    processes of a conversion; `queue`: uploads that may wait; `refresh`: whether the index follows the archive;
    `conversion`: the settings with which uploads are read.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8484, ge=0, le=65535)
    write: bool = False
    token: SecretStr | None = None
    hosts: tuple[str, ...] = ()
    body: int = Field(default=1 << 20, ge=1)
    upload: int = Field(default=256 << 20, ge=1)
    request_seconds: float = Field(default=60.0, gt=0)
    stall_seconds: float = Field(default=30.0, gt=0)
    sql_seconds: float = Field(default=5.0, gt=0)
    session_seconds: int = Field(default=12 * 3600, ge=60)
    explorer: bool = True
    jobs: int = Field(default=1, ge=1)
    queue: int = Field(default=100, ge=1)
    refresh: bool = True
    conversion: Settings = Settings()

    @field_validator("token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < LEAST_TOKEN:
            raise ValueError(f"a token has at least {LEAST_TOKEN} characters")
        return value

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def open_to_read(self) -> bool:
        """Whether reading needs no token."""
        return self.loopback


def is_loopback(host: str) -> bool:
    """`localhost` or an address of 127.0.0.0/8 or ::1; other names may lead anywhere."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
