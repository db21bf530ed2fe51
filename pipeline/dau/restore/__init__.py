"""Damaged lines → restored lines, with every change named, and nothing protected altered.

`load(settings)` gives a `Restorer`; `restore_text` streams plain text through one; `guard` says what may not change.
"""

from dau.resources import models_dir

from . import context, noisy_channel, seq2seq
from .context import Context
from .seam import Channel, NullRestorer, Restorer, RestoreSettings, batches, read_rows, restore_text

__all__ = [
    "Channel", "Context", "NullRestorer", "RestoreSettings", "Restorer", "batches", "language", "load", "read_rows",
    "restore_text",
]


def load(settings: RestoreSettings) -> Restorer:
    """The restorer that `settings` asks for; its model is read here, once.

    Raises DependencyError where the model is missing.
    """
    if settings.channel == "clean":
        return NullRestorer()
    folder = models_dir() / settings.model
    return seq2seq.load(folder, settings) if seq2seq.is_seq2seq(folder) else noisy_channel.load(folder, settings)


def language(settings: RestoreSettings | None = None) -> Context:
    """The language model of the restorer, as a judge of readings; its tables are mapped into memory, not copied.

    Raises DependencyError where the model is missing.
    """
    return context.load(seq2seq.channel_folder(models_dir() / (settings or RestoreSettings()).model))
