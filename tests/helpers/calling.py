"""Machines that call a real service, and what the visitors' book says of them afterwards."""

from __future__ import annotations

import subprocess

from tests.helpers.dcmtk import tool
from tests.helpers.peers import Served, wait_for
from vetpacs_desktop.store.machines.visits import Book, Visit


def call(served: Served, program: str, *words: str, calling: str = "US1", called: str = "VETPACS") -> None:
    subprocess.run(
        [tool(program), "-aet", calling, "-aec", called, "127.0.0.1", str(served.port), *words],
        capture_output=True,
        check=False,
        timeout=60,
    )


def last(book: Book) -> Visit:
    """The newest visit, once it is over."""
    wait_for(lambda: bool(book.read()) and bool(book.read()[-1].ended))
    return book.read()[-1]
