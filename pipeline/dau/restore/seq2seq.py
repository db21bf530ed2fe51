"""The shipped restorer: the noisy channel proposes, the seq2seq network decides, the guard has the last word."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dau.document.errors import DependencyError
from dau.document.transcript import Line

from . import confidence, noisy_channel
from .features import features
from .lattice import Floats
from .noisy_channel import NoisyChannelRestorer, Weighed
from .rescore import Network
from .seam import RestoreSettings

NETWORK, FACTS, CALIBRATION = "network.onnx", "model.json", "calibration.json"
VERSION = "1"
SECOND_OPINION = 0.3
"""Weight of the draft's posterior in the mean of both: the n-gram model that ships has seen more text than the one the
network was trained with. Chosen on held-out documents."""


class Seq2SeqRestorer:
    """A `Restorer`: candidates and a draft from `channel`, a new posterior from `network`."""

    name = "seq2seq"

    def __init__(self, channel: NoisyChannelRestorer, network: Network, digest: str) -> None:
        self.digest = digest
        self.channel = channel
        self._network = network

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        return self.channel.rewritten(self.weigh(lines))

    def weigh(self, lines: Sequence[Line], *, solo: bool = False) -> Weighed:
        """The candidates of every slot with the mean of both posteriors; what is missing to 1 is the network's doubt
        that any of them is right. `solo`: the network without the noisy channel's opinion."""
        weight = 0.0 if solo else SECOND_OPINION
        weighed = self.channel.weigh(lines)
        rows, kept = features(weighed)
        found = self._network.posteriors(rows, solo=solo)
        shares: list[list[Floats]] = []
        row = 0
        for drafts in weighed.shares:
            chain = []
            for draft in drafts:
                order = kept[row]
                share = weight * draft
                share[order] += (1 - weight) * found[row, : len(order)]
                chain.append(share.astype(np.float32))
                row += 1
            shares.append(chain)
        return replace(weighed, shares=shares)


def is_seq2seq(folder: Path) -> bool:
    """Whether the model in a folder is one of this kind."""
    return (folder / FACTS).is_file()


def channel_folder(folder: Path) -> Path:
    """Where the n-gram model lies that a model builds on: itself, or the one beside it that it names."""
    if not is_seq2seq(folder):
        return folder
    try:
        return folder.parent / str(json.loads((folder / FACTS).read_text(encoding="utf-8"))["channel"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DependencyError(
            f"The model in {folder} cannot be read: {error}.", "Install dau again, or train the model anew."
        ) from error


def load(folder: Path, settings: RestoreSettings) -> Seq2SeqRestorer:
    """The restorer whose network lies in `folder`; DependencyError where it is missing or broken."""
    base = channel_folder(folder)
    calibration = confidence.load(folder / CALIBRATION)
    channel = noisy_channel.load(base, settings, calibration=calibration)
    network = Network(folder / NETWORK)
    total = hashlib.sha256(f"{VERSION} {channel.digest}".encode())
    for name in (NETWORK, FACTS, CALIBRATION):
        total.update(name.encode() + hashlib.sha256((folder / name).read_bytes()).digest())
    return Seq2SeqRestorer(channel, network, total.hexdigest())
