"""The command line: one thin module a command. stdout is for the result, stderr for everything else."""

from .app import main

__all__ = ["main"]
