"""The documented exit codes. 0: every input succeeded; 1: finished, but some failed or are partial."""

USAGE = 2
DEPENDENCY_MISSING = 3
NOTHING_PROCESSED = 4
INTERRUPTED = 130
