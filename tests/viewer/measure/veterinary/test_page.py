"""The page of measurements keeps up with the guides."""

from tests.helpers import measurements_page
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES


def test_the_page_is_made_from_the_guides_and_references() -> None:
    page = measurements_page.PAGE.read_text(encoding="utf-8")
    assert page == measurements_page.text(), "write it anew with: python -m tests.helpers.measurements_page"
    assert all(f"`{name}`" in page for name in GUIDES)
