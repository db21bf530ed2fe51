"""Damaged lines → restored lines, with every change named, and nothing protected altered.

`load(settings)` gives a `Restorer`; `restore_text` streams plain text through one; `guard` says what may not change.
"""

from dau.resources import models_dir

from . import noisy_channel
from .seam import Channel, NullRestorer, Restorer, RestoreSettings, restore_text

__all__ = ["Channel", "NullRestorer", "RestoreSettings", "Restorer", "load", "restore_text"]


def load(settings: RestoreSettings) -> Restorer:
    """The restorer that `settings` asks for; its model is read here, once.

    Raises DependencyError where the model is missing.
    """
    if settings.channel == "clean":
        return NullRestorer()
    return noisy_channel.load(models_dir() / settings.model, settings)
