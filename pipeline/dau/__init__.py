"""Dấu: scans of Vietnamese administrative documents → text that can be trusted, structure that can be queried."""

import logging
import os

# ONNX Runtime reports its use to its maker unless told not to before it is loaded. An archive's machine reports to
# nobody.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

logging.getLogger("dau").addHandler(logging.NullHandler())  # a library is silent unless its user listens

__version__ = "0.1.0"
