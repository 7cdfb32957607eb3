"""The lock around PDFium, which may be used by one thread of a process at a time, whatever the document.

Whoever calls pypdfium2 anywhere in this program holds `LOCK` meanwhile. A reentrant one: a document that the
garbage collector closes may belong to the thread that holds it already.
"""

from __future__ import annotations

from threading import RLock

LOCK = RLock()
