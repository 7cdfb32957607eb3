"""The words on the cards of the series strip."""

from __future__ import annotations

from collections import Counter

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.places import place_of
from vetpacs_desktop.ui.viewing.strip import Card
from vetpacs_desktop.viewer.comparing import mark_of
from vetpacs_desktop.viewer.corner_texts import Translate, moment
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.exam import ExamSeries
from vetpacs_desktop.viewer.session import FrameStack

_FILES = ("DOC", "M3D")
"""Modalities of documents and models: files that need not have a picture."""


def cards_of(controller: Controller, translate: Translate) -> list[Card]:
    """One card for every stack, in the order of the exam."""
    cards = []
    keys = _keys(controller)
    for number, stack in controller.units():
        series, stacks = controller.exam.series_at(number), controller.stacks(number)
        several = len(stacks) > 1
        count = len(stacks[stack].keys) if stacks and stacks[0].final else max(series.frame_count, 1)
        label = stacks[stack].label if several else ""
        name = _name(series, label)
        known = stacks[stack] if stacks else None
        amount = _amount(count, known, series, translate)
        sign = _sign(known, series)
        problems = stacks[stack].problems if stacks else ()
        marked = keys.get((number, stack), 0)
        tips = (
            name,
            amount,
            *((translate("Key images: {n}").format(n=marked),) if marked else ()),
            *problems,
        )
        exam = mark_of(controller.exam.exam_at(number), controller.exam, translate)
        other = exam.text if exam is not None and exam.other else ""
        tip = "\n".join((other, *tips) if other else tips)
        cards.append(Card(number, stack, name, amount, tip, bool(problems), marked, sign, other))
    return cards


def _keys(controller: Controller) -> Counter[tuple[int, int]]:
    """How many key images each stack holds."""
    places = [place_of(controller, key.image) for key in controller.marking.sheet.keys]
    return Counter((place.series, place.stack) for place in places if place is not None)


def _sign(stack: FrameStack | None, series: ExamSeries) -> str:
    if stack is not None and stack.medium is Medium.FILM:
        return "video"
    return "file" if series.modality in _FILES else "images"


def _amount(count: int, stack: FrameStack | None, series: ExamSeries, translate: Translate) -> str:
    if stack is not None and stack.medium is Medium.FILM:
        return translate("Video, {time}").format(time=moment(count * stack.frame_ms).rpartition(".")[0])
    if stack is not None and stack.medium is Medium.DOCUMENT:
        return translate("{n} pages").format(n=count) if count != 1 else translate("1 page")
    if series.modality in _FILES:
        return translate("Document")
    return translate("{n} images").format(n=count) if count != 1 else translate("1 image")


def _name(series: ExamSeries, label: str) -> str:
    view = " ".join(part for part in (series.body_part.capitalize(), series.view_position) if part)
    words = series.description or view
    if label:
        words = f"{words}, {label}" if words else label
    return f"{series.modality} {words}".strip()
