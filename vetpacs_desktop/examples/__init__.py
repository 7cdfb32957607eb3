"""Example animals with exact, known anatomy: drawn from a seed, written as DICOM files.

They fill an empty library for a newcomer and tell the tests of scale and measurement what is true.
"""

from vetpacs_desktop.examples.anatomy import ANATOMY
from vetpacs_desktop.examples.studio import write_examples

__all__ = ["ANATOMY", "write_examples"]
