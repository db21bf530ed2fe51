"""What an export reads: the current documents of an archive, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..archive import state as states
from ..archive.folder import DOCUMENTS
from ..archive.manifest import require
from ..document.directive import Directive
from ..document.transcript import Transcript


@dataclass(frozen=True)
class Held:
    """A document as the archive holds it. `id` is its folder's name, `inputs` the paths it came from, as the manifest
    writes them."""

    folder: Path
    sha256: str
    inputs: tuple[str, ...]
    directive: Directive

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def transcript(self) -> Transcript:
        return Transcript.model_validate_json((self.folder / "transcript.json").read_bytes())


def documents(archive: Path) -> Iterator[Held]:
    """Each current document once, by name of its folder."""
    state = states.load(require(archive))
    inputs: dict[str, list[tuple[str, str]]] = {}
    for (path, sha256), done in state.outcomes.items():
        if done.document is not None and sha256 is not None:
            inputs.setdefault(done.document, []).append((path, sha256))
    for name in sorted(inputs):
        folder = archive / DOCUMENTS / name
        directive = Directive.model_validate_json((folder / "document.json").read_bytes())
        yield Held(folder, inputs[name][0][1], tuple(sorted(path for path, _ in inputs[name])), directive)
