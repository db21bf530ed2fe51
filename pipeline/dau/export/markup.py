"""XML that is made of elements and never of strings, so that no text can break out of its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from .fit import Replacing

_LARGEST = 256 * 1024 * 1024
"""Bytes of a file read back: none that an export writes comes near."""


class Tree:
    """Elements of one namespace under a prefix, with text made fit."""

    def __init__(self, namespace: str, prefixes: Mapping[str | None, str], fit: Replacing) -> None:
        self.namespace = namespace
        self.prefixes = dict(prefixes)
        self.fit = fit

    def root(self, tag: str, /, **attributes: str | None) -> Any:
        element = etree.Element(f"{{{self.namespace}}}{tag}", nsmap=self.prefixes)
        return self._filled(element, None, attributes)

    def add(self, parent: Any, tag: str, text: str | None = None, /, **attributes: str | None) -> Any:
        """A child at the end of `parent`; attributes that are None are left out."""
        return self._filled(etree.SubElement(parent, f"{{{self.namespace}}}{tag}"), text, attributes)

    def _filled(self, element: Any, text: str | None, attributes: Mapping[str, str | None]) -> Any:
        for key, value in attributes.items():
            if value is not None:
                element.set(key, self.fit(value))
        if text is not None:
            element.text = self.fit(text)
        return element

    def remark(self, parent: Any, text: str) -> None:
        """A comment; `--` may not stand in one."""
        parent.append(etree.Comment(" " + self.fit(text).replace("--", "‑‑").rstrip("-") + " "))


def write(root: Any, path: Path) -> None:
    """The document as UTF-8 with an XML declaration, indented where that adds no character to a text."""
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def read(path: Path) -> Any:
    """Root element of a file, read without entities, DTD or network. Raises ValueError where it is too large."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} is larger than {_LARGEST} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True
    )
    return etree.fromstring(path.read_bytes(), parser)
