"""A dental chart in words, for a report or a letter; and which teeth an image's header says it shows.

Says what was charted and nothing more: no diagnosis, and nothing about teeth of which nothing was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer import elements
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.elements import UNREADABLE
from vetpacs_desktop.viewer.hanging.teeth import teeth_of
from vetpacs_desktop.viewer.hanging.vocabulary import shipped
from vetpacs_desktop.viewer.header import read_header
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, FindingValue
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth, carnassial
from vetpacs_desktop.viewer.mouth import Mouth, teeth_in

_TEXTS = ("SeriesDescription", "ProtocolName", "ImageComments", "AcquisitionDeviceProcessingDescription")
_CODES = ("AnatomicRegionSequence", "PrimaryAnatomicStructureSequence")
_MODIFIERS = ("AnatomicRegionModifierSequence", "PrimaryAnatomicStructureModifierSequence")


def tooth_words(tooth: Tooth, species: str, translate: Translate = as_written) -> str:
    """ "108 upper right fourth premolar (carnassial)"."""
    words = f"{tooth} {translate(tooth.words)}"
    return f"{words} ({translate('carnassial')})" if carnassial(tooth, species) else words


def finding_words(name: str, value: FindingValue, translate: Translate = as_written) -> str:
    """ "Mobility 2", "Probing depth 5.5 mm", "Missing tooth"."""
    finding = FINDINGS.get(name)
    if finding is None:
        return name
    words = translate(finding.words)
    if finding.is_mark:
        return words
    unit = f" {finding.unit}" if finding.unit else ""
    return f"{words} {value:g}{unit}"


def summary(mouth: Mouth, species: str, translate: Translate = as_written) -> str:
    """The whole chart, one line a tooth, and at the end who charted it when."""
    chart = mouth.chart(species)
    lines = [translate("Dental chart ({species}, modified Triadan)").format(species=translate(species))]
    for tooth, found in chart.findings.items():
        lines.append(f"{tooth_words(tooth, species, translate)}: {_found(found, translate)}")
    if not chart.findings:
        lines.append(translate("Nothing was charted."))
    else:
        lines.append(translate("Nothing was charted at the other teeth."))
    if strays := mouth.strays(species):
        named = ", ".join(dict.fromkeys(str(one.tooth) for one in strays))
        lines.append(translate("Charted for another species and not shown: {teeth}").format(teeth=named))
    if people := _people(mouth):
        lines.append(people)
    return "\n".join(lines)


def _found(found: Mapping[str, FindingValue], translate: Translate) -> str:
    ordered = sorted(found, key=list(FINDINGS).index)
    return "; ".join(finding_words(name, found[name], translate) for name in ordered)


def _people(mouth: Mouth) -> str:
    """Each author with the day of the last word."""
    last: dict[str, str] = {}
    for one in mouth.findings:
        moment = one.changed or one.created
        last[one.author] = max(last.get(one.author, ""), moment)
    return "; ".join(", ".join(word for word in (who, at[:10]) if word) for who, at in last.items())


def teeth_of_file(path: Path) -> tuple[Tooth, ...]:
    """The teeth that a file's header names in its codes or its descriptions, by their Triadan numbers or one
    in words ("upper left fourth premolar"); none where it names none, or can't be read. Numbers of two digits
    (ISO 3950) count human teeth and say nothing of an animal's."""
    try:
        with path.open("rb") as stream:
            header = read_header(stream)
        texts = _texts(header)
        return teeth_in(" ; ".join(texts)) or _named(texts, header)
    except (KnownError, OSError, *UNREADABLE):
        return ()


def _named(texts: Sequence[str], header: elements.Header) -> tuple[Tooth, ...]:
    """A tooth in words, with the side that they or the header state."""
    words = shipped()
    sides = {side for text in texts for side in words.sides.found(text)}
    sides |= {elements.text(header, keyword).upper() for keyword in ("ImageLaterality", "Laterality")}
    known = sides & {"R", "L"}
    numbers, _ = teeth_of(texts, known.pop() if len(known) == 1 else "", words)
    return tuple(sorted(Tooth(number) for number in numbers))


def _texts(header: elements.Header) -> Sequence[str]:
    texts = [elements.text(header, keyword) for keyword in _TEXTS]
    for keyword in _CODES:
        for item in elements.items(header, keyword):
            modified = [one for name in _MODIFIERS for one in elements.items(item, name)]
            texts += [_code(one) for one in (item, *modified)]
    for keyword in _MODIFIERS:
        texts += [_code(one) for one in elements.items(header, keyword)]
    return texts


def _code(item: elements.Header) -> str:
    """The meaning; the value, too, unless it may be a number that only looks like a tooth. Nothing of a code
    for human teeth, whose first molar is another tooth."""
    designator = elements.text(item, "CodingSchemeDesignator")
    if designator.upper().startswith("ISO3950"):
        return ""
    value = "" if designator in ("SCT", "SRT", "SNM3", "DCM") else elements.text(item, "CodeValue")
    return f"{elements.text(item, 'CodeMeaning')} {value}"
