"""`python -m dau.cli`, the same as `dau`."""

from .app import main

main()
