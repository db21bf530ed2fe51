"""Relations: documents of an archive that explain each other. Method, guarantees and limits: docs/relations.md.

    text, fingerprints, passages, inverted         what texts share
    facts, taking, identity, kinds                 what a document says of itself and of others
    works, components, resolve, movements, edges   the graph of works
    witnessing, readings, witnessed                what settles a doubt of another document
    shared, derive, link, schema                   all together, kept in index.sqlite
    relate, standing, summary                      that of an archive on disk; how far it is behind; in figures
"""

from .link import Linked, link
from .witnessed import witnessed

__all__ = ["Linked", "link", "witnessed"]
