"""The lock around PDFium, which may be used by one thread of a process at a time, whatever the document.

Whoever calls pypdfium2 anywhere in this program holds `LOCK` meanwhile. A reentrant one: a document that the
garbage collector closes may belong to the thread that holds it already.
"""

from __future__ import annotations

from threading import RLock

LOCK = RLock()
_NO_DOCUMENT = b"no"


def forget_last_error() -> None:
    """PDFium keeps the number of its last error, and tells it again where it has none of its own to tell.

    To be called before a document is opened whose error is to be looked at. With `LOCK`.
    """
    from pypdfium2 import raw

    raw.FPDF_CloseDocument(raw.FPDF_LoadMemDocument(_NO_DOCUMENT, len(_NO_DOCUMENT), None))
