"""Whether a machine of a cluster gives the same results as the one that began the run."""

from __future__ import annotations

from ..document.errors import DependencyError


def require_same_results(settings: str, expected: str) -> None:
    """Load engines and models, and compare what decides results with the run's digest; see `settings.digest`.

    Raises DependencyError where they differ: documents would lie under a digest that is not theirs.
    """
    from .. import convert  # here, because the whole pipeline comes with it, and an actor only hands this on
    from ..settings import Settings, digest

    chosen = Settings.model_validate_json(settings)
    versions = convert.versions(chosen)
    if digest(chosen, versions) != expected:
        here = ", ".join(f"{name} {version[:16]}" for name, version in sorted(versions.items()))
        raise DependencyError(
            f"engines or models are not those of the machine that began the run; here: {here}.",
            "Install the same versions of dau, its models, Tesseract and poppler on all machines (compare "
            "`dau doctor`).",
        )
