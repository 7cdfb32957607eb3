"""Which protocols fit an exam, the best first.

The user's own come before the program's; then the one that has places for most of the images; then the one
that says most precisely what it is for. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vetpacs_desktop.viewer.hanging.placing import Candidate, slot_of
from vetpacs_desktop.viewer.hanging.protocol import RADIOGRAPH, Protocol
from vetpacs_desktop.viewer.hanging.seen import DENTAL
from vetpacs_desktop.viewer.session import PROJECTIONS

_RADIOGRAPHS = PROJECTIONS - DENTAL


def matching(
    protocols: Iterable[Protocol], candidates: Sequence[Candidate], species: str = ""
) -> tuple[Protocol, ...]:
    """The protocols that fit, the best first; `species` is a name such as dog, or ""."""
    current = [one for one in candidates if not one.prior]
    found = [(one, _score(one, current, species)) for one in protocols]
    fitting = [(protocol, score) for protocol, score in found if score is not None]
    return tuple(protocol for protocol, _ in sorted(fitting, key=lambda pair: pair[1], reverse=True))


def _score(
    protocol: Protocol, candidates: Sequence[Candidate], species: str
) -> tuple[bool, int, int, int] | None:
    """Own, images with a place, conditions, precision; None where a condition does not hold."""
    meant = [one for one in candidates if _is_meant(protocol, one)]
    if not meant or 2 * len(meant) < len(candidates):
        return None
    if protocol.species and species not in protocol.species:
        return None
    if protocol.both_sides and not {"R", "L"} <= {one.seen.side for one in meant}:
        return None
    covered = len([one for one in meant if slot_of(protocol, one) is not None])
    conditions = bool(protocol.species) + bool(protocol.regions) + bool(protocol.modalities)
    return protocol.own, covered, conditions + protocol.both_sides, -len(protocol.regions)


def _is_meant(protocol: Protocol, one: Candidate) -> bool:
    """Whether a protocol is for images such as this."""
    return takes(protocol, one.seen.modality) and (
        not protocol.regions or bool(one.seen.regions & set(protocol.regions))
    )


def takes(protocol: Protocol, modality: str) -> bool:
    """Whether a protocol is for this modality."""
    if not protocol.modalities:
        return True
    return modality in protocol.modalities or (RADIOGRAPH in protocol.modalities and modality in _RADIOGRAPHS)
