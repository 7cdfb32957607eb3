"""The codec libraries that happen to be installed; a missing one is None, and the table of decoders skips it.

The only importer of them, so that a slim installation without one still opens everything the others can read.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _present(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


imagecodecs: Any = _present("imagecodecs")
libjpeg: Any = _present("libjpeg")
openjpeg: Any = _present("openjpeg")
rle: Any = _present("rle")
