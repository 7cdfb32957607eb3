"""Takes in what a person chose of a survey, for the animals she chose.

A correction is recorded before the first image of its exam is filed, so that no exam is ever listed under the
wrong animal. What was filed before a stick was pulled is recognised next time and skipped quickly.
"""

from __future__ import annotations

from collections.abc import Sequence

from vetpacs_desktop.jobs import CancelToken, Report, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.survey_records import Choice
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import ImportSummary


def import_chosen(
    library: Library,
    home: Home,
    choices: Sequence[Choice],
    report: Report = ignore,
    cancel: CancelToken | None = None,
    by: str = "",
) -> ImportSummary:
    """Import the choices. Raises `DiskFull`, `Cancelled`; what was filed stays, nothing is half there.

    A file that has gone meanwhile (a pulled stick) is among the rejected with a sentence that says so.
    """
    raise NotImplementedError
