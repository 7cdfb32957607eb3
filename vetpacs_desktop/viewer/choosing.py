"""Which picture of some files is meant: the one meaning of a frame's number for all commands.

Reads headers only. The window has a place of its own in every viewport and doesn't need this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vetpacs_desktop.errors import KnownError, NotAnImage, UsageError
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.pixels.layout import inside_a_sentence
from vetpacs_desktop.viewer.series import arrange
from vetpacs_desktop.viewer.session import FrameStack, frame_stack, is_medium, medium_stack


def frame_of(paths: Sequence[Path], frame: int | None) -> FrameKey:
    """The picture that `frame` means, as `stack_and_place` finds it."""
    stack, index = stack_and_place(stacks_of_files(paths), frame)
    return stack.keys[index]


def stacks_of_files(paths: Sequence[Path]) -> list[FrameStack]:
    """The stacks of all pictures, in reading order. A broken file is an error only when it is alone."""
    described: list[ImageDescription] = []
    problem: KnownError | None = None
    for path in paths:
        try:
            described.append(read_description(path))
        except KnownError as error:
            problem = error
    pictures = [description for description in described if description.has_pixels]
    if not pictures:
        if described:
            raise NotAnImage(path=described[0].path, reason=inside_a_sentence(described[0].why_not))
        raise problem or UsageError(reason="there are no files to make a picture of")
    media = [medium_stack(description) for description in pictures if is_medium(description)]
    return [frame_stack(stack) for stack in arrange(one for one in pictures if not is_medium(one))] + media


def stack_and_place(stacks: Sequence[FrameStack], frame: int | None) -> tuple[FrameStack, int]:
    """The stack and the place in it that `frame` means, counted from 0: the frames of a single file as the
    file counts them, else all images in reading order, stack after stack.

    None is the middle of the first stack, of a document its first page. Raises `UsageError` (no such frame).
    """
    if frame is None:
        pages = stacks[0].medium is Medium.DOCUMENT
        return stacks[0], 0 if pages else len(stacks[0].keys) // 2
    places = [(stack, index) for stack in stacks for index in range(len(stack.keys))]
    if len({stack.keys[index].path for stack, index in places}) == 1:
        places.sort(key=lambda place: place[0].keys[place[1]].frame)
    if not 0 <= frame < len(places):
        raise UsageError(reason=f"there is no frame {frame}: the images here are 0 to {len(places) - 1}")
    return places[frame]
