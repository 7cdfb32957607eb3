"""What one image shows, understood from what header, series and exam say of it in words and codes.

Pure functions. A code is believed before a field, a field before free words; what contradicts itself is not
known. Must never look at pixels and never guess a side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.exam import ExamSeries
from vetpacs_desktop.viewer.hanging.teeth import teeth_of
from vetpacs_desktop.viewer.hanging.vocabulary import Terms, Vocabulary, folded

DENTAL = frozenset(("IO", "PX"))
_HUMAN = frozenset(("ap", "pa"))
"""What a device for people writes unless somebody changes it; free words know better."""
_CODE = re.compile(r"[A-Z]+-[0-9A-F]+|[0-9]{5,}").fullmatch
_EQUINE_KNEE = ("stifle", "carpus")


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of one image, as it stands there."""

    modality: str = ""
    views: tuple[str, ...] = ()
    """View position, code, meaning."""
    anatomy: tuple[str, ...] = ()
    """Body part, codes, meanings."""
    laterality: str = ""
    words: tuple[str, ...] = ()
    """Free words, the dearest first."""
    exam: str = ""
    """The exam's description, which is asked last."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image shows; whatever is not known is empty."""

    modality: str = ""
    regions: frozenset[str] = frozenset()
    """With the larger ones they are part of."""
    view: str = ""
    side: str = ""
    """R or L: of the limb, of the jaw, or the side that a trunk lies on."""
    end: str = ""
    """fore or hind."""
    teeth: tuple[int, ...] = ()
    """Triadan numbers."""
    jaw: str = ""
    """upper or lower."""
    words: frozenset[str] = frozenset()
    """Every free word, folded."""


def written_of(series: ExamSeries, exam: str = "", description: ImageDescription | None = None) -> Written:
    """Of an image of `series`; without its header only what the index knows."""
    if description is None:
        return Written(
            modality=series.modality.upper(),
            views=_kept(series.view_position),
            anatomy=_kept(series.body_part),
            laterality=series.laterality.upper(),
            words=_kept(series.description),
            exam=exam,
        )
    return Written(
        modality=(description.modality or series.modality).upper(),
        views=description.views or _kept(series.view_position),
        anatomy=description.anatomy or _kept(series.body_part),
        laterality=description.laterality or series.laterality.upper(),
        words=_kept(description.series_description or series.description, *description.remarks),
        exam=exam,
    )


def understand(written: Written, vocabulary: Vocabulary, species: str = "") -> Seen:
    """What the image shows, of an animal of `species` (as in resources/references/animals.toml)."""
    regions = _regions(written, vocabulary, species)
    side = _side(written, vocabulary)
    texts = (*written.anatomy, *written.words)
    teeth, jaw = teeth_of(texts, side, vocabulary) if "dental" in regions else ((), "")
    if teeth and not side:
        sides = {"R" if number // 100 in (1, 4, 5, 8) else "L" for number in teeth}
        side = sides.pop() if len(sides) == 1 else ""
    return Seen(
        modality=written.modality,
        regions=frozenset(name for region in regions for name in vocabulary.within(region)),
        view=_view(written, vocabulary),
        side=side,
        end=_only(vocabulary.ends, texts),
        teeth=teeth,
        jaw=jaw,
        words=frozenset(word for text in written.words for word in folded(text)),
    )


def with_teeth(seen: Seen, teeth: tuple[int, ...]) -> Seen:
    """The same with the teeth that a person named."""
    jaws = {"upper" if number // 100 in (1, 2, 5, 6) else "lower" for number in teeth}
    sides = {"R" if number // 100 in (1, 4, 5, 8) else "L" for number in teeth}
    return replace(
        seen,
        teeth=teeth,
        jaw=jaws.pop() if len(jaws) == 1 else "",
        side=sides.pop() if len(sides) == 1 else "",
    )


def _regions(written: Written, vocabulary: Vocabulary, species: str) -> set[str]:
    terms = vocabulary.regions
    found = {terms.codes[word] for word in written.anatomy if word in terms.codes}
    for text in (*written.anatomy, *written.words):
        found |= terms.found(text).keys()
    if not found:
        found = set(terms.found(written.exam))
    if written.modality in DENTAL:
        found.add("dental")
    if species == "horse" and _says_knee(written) and _EQUINE_KNEE[0] in found:
        found = (found - {_EQUINE_KNEE[0]}) | {_EQUINE_KNEE[1]}
    fine = {name for name in found if vocabulary.groups.get(name)}
    return found - {vocabulary.groups[name] for name in fine}


def _says_knee(written: Written) -> bool:
    """A horse's knee is its carpus."""
    words = {word for text in (*written.anatomy, *written.words, written.exam) for word in folded(text)}
    return bool(words & {"knee", "knees"}) and "stifle" not in words


def _view(written: Written, vocabulary: Vocabulary) -> str:
    terms = vocabulary.views
    for word in written.views:
        if word in terms.codes:
            return terms.codes[word]
    named = ""
    for word in written.views:
        named = named or terms.positions.get(word.strip().upper(), "") or _best(terms, (word,))
    free = _best(terms, written.words)
    if named and not (named in _HUMAN and free):
        return named
    return free or named


def _best(terms: Terms, texts: Iterable[str]) -> str:
    """The name said with the most words, in the first text that says any; a plain lateral gives way."""
    for text in texts:
        found = terms.found(text)
        if found:
            return max(found, key=lambda name: (name != "lateral", found[name]))
    return ""


def _side(written: Written, vocabulary: Vocabulary) -> str:
    terms = vocabulary.sides
    for word in written.views:
        if word in terms.codes:
            return terms.codes[word]
        if word.strip().upper() in terms.positions:
            return terms.positions[word.strip().upper()]
    if written.laterality[:1] in ("R", "L"):
        return written.laterality[:1]
    if written.laterality[:1] == "B":
        return ""
    spoken = [word for word in (*written.views, *written.anatomy) if not _CODE(word)]
    found = _only(terms, (*spoken, *written.words))
    return found if found in ("R", "L") else ""


def _only(terms: Terms, texts: Iterable[str]) -> str:
    """The one name in the first text that says any; nothing where it says several."""
    for text in texts:
        found = terms.found(text)
        if found:
            return next(iter(found)) if len(found) == 1 else ""
    return ""


def _kept(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)
