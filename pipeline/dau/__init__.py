"""Dấu: scans of Vietnamese administrative documents → text that can be trusted, structure that can be queried."""

__version__ = "0.1.0"
