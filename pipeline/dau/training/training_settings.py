"""How the network is sized and trained."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class TrainingSettings(BaseModel):
    """`minutes`: time to train in all, over every session; `slots` in a batch; `rate`: the greatest learning rate,
    after `warm_up` steps, falling to nought as a cosine; `solo`: share of passages whose draft is hidden,
    `hidden`: share of the slots of the others whose draft is. Every
    `look_every` minutes the network is tried on `look_slots` slots of validation data; it ends after `patience` looks
    without gain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: float = 80.0
    slots: int = 2560
    rate: float = 1e-3
    warm_up: int = 200
    decay: float = 0.01
    solo: float = 0.15
    hidden: float = 0.2
    window: int = 192
    look_every: float = 5.0
    look_slots: int = 50_000
    patience: int = 6
    seed: int = 1
    embedding: int = 128
    width: int = 256
    heads: int = 4
    encoder: int = 3
    decoder: int = 2
    inner: int = 640
    dropout: float = 0.1
