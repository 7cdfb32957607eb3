"""A dental chart: what was found at which tooth, as frozen values that one edits by making new ones.

Owns the list of findings and what each may hold. Keeping a chart is the annotations' business; judging it is
the vet's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.veterinary.animals import Species, species_of
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Formula, Tooth

FindingValue = bool | int | float


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can be charted. A mark is there or not; a grade is a whole number; a depth is in mm."""

    name: str
    words: str
    low: float = 0.0
    high: float = 0.0
    """Both 0 for a mark."""
    unit: str = ""

    @property
    def is_mark(self) -> bool:
        """Whether it is only there or not."""
        return self.low == self.high == 0.0

    def checked(self, value: FindingValue) -> FindingValue:
        """`value` if it may stand here. Raises `UsageError`."""
        if self.is_mark:
            if value is True:
                return value
            raise UsageError(reason=f"{self.words} is a mark: it is there, or it is removed.")
        fits = isinstance(value, int | float) if self.unit else isinstance(value, int)
        if isinstance(value, bool) or not fits or not self.low <= value <= self.high:
            raise UsageError(reason=f"{self.words} goes from {self.low:g} to {self.high:g}{self._unit()}.")
        return value

    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""


FINDINGS: Mapping[str, Finding] = MappingProxyType(
    {
        one.name: one
        for one in (
            Finding("missing", "Missing tooth"),
            Finding("extracted", "Extracted tooth"),
            Finding("retained", "Retained milk tooth"),
            Finding("unerupted", "Unerupted tooth"),
            Finding("supernumerary", "Supernumerary tooth"),
            Finding("rotated", "Rotated or crowded tooth"),
            Finding("fracture_closed", "Fracture without pulp exposure"),
            Finding("fracture_open", "Fracture with pulp exposure"),
            Finding("root_remnant", "Root remnant"),
            Finding("discoloured", "Discoloured tooth"),
            Finding("caries", "Caries"),
            Finding("periapical", "Lucency around the root's tip"),
            Finding("root_filled", "Root canal filled"),
            Finding("restored", "Restoration or crown"),
            Finding("calculus", "Calculus", 0, 3),
            Finding("gingivitis", "Gingivitis", 0, 3),
            Finding("mobility", "Mobility", 0, 3),
            Finding("furcation", "Furcation exposure", 0, 3),
            Finding("periodontal_stage", "Stage of periodontal disease", 0, 4),
            Finding("resorption_stage", "Stage of tooth resorption", 1, 5),
            Finding("resorption_type", "Type of tooth resorption", 1, 3),
            Finding("probing_depth", "Probing depth", 0, 30, "mm"),
            Finding("recession", "Gingival recession", 0, 30, "mm"),
        )
    }
)
"""In the order of a menu."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The findings of one mouth."""

    species: str
    """A key of `FORMULAS`."""
    findings: Mapping[Tooth, Mapping[str, FindingValue]] = field(default_factory=dict)

    @classmethod
    def blank(cls, species: str, known: tuple[Species, ...] = ()) -> Chart:
        """An empty chart, `species` as a header writes it. Raises `UsageError` for one without a formula."""
        named = species_of(species, known)
        key = named.name if named else species.strip().casefold()
        if key not in FORMULAS:
            there_are = ", ".join(FORMULAS)
            raise UsageError(reason=f"There is no dental formula for {species!r}; there are: {there_are}.")
        return cls(key)

    @property
    def formula(self) -> Formula:
        """Of its species."""
        return FORMULAS[self.species]

    def at(self, tooth: Tooth) -> Mapping[str, FindingValue]:
        """What was found at one tooth."""
        return self.findings.get(tooth, {})

    def with_finding(self, tooth: Tooth, name: str, value: FindingValue = True) -> Chart:
        """The chart with one finding more or changed.

        Raises `UsageError` for a tooth that the species has not (unless it is supernumerary), an unknown
        finding, or a value out of its range.
        """
        finding = FINDINGS.get(name)
        if finding is None:
            raise UsageError(reason=f"There is no finding {name!r}; there are: {', '.join(FINDINGS)}.")
        extra = name == "supernumerary" or "supernumerary" in self.at(tooth)
        if not (extra or self.formula.has(tooth)):
            raise UsageError(reason=f"A {self.species} has no tooth {tooth}.")
        changed = {**self.at(tooth), name: finding.checked(value)}
        return replace(self, findings=self._sorted({**self.findings, tooth: changed}))

    def without(self, tooth: Tooth, name: str) -> Chart:
        """The chart without one finding; unchanged when it is not there."""
        left = {key: value for key, value in self.at(tooth).items() if key != name}
        others = {key: value for key, value in self.findings.items() if key != tooth}
        return replace(self, findings=self._sorted({**others, tooth: left} if left else others))

    def teeth_with(self, name: str) -> tuple[Tooth, ...]:
        """All teeth with a finding."""
        return tuple(tooth for tooth, found in self.findings.items() if name in found)

    def to_json(self) -> str:
        """A text that `from_json` reads."""
        teeth = {str(tooth): dict(found) for tooth, found in self.findings.items()}
        return json.dumps({"species": self.species, "teeth": teeth})

    @classmethod
    def from_json(cls, text: str) -> Chart:
        """Raises `UsageError` for a text that is no chart."""
        try:
            document = json.loads(text)
            chart = cls.blank(str(document["species"]))
            teeth = {Tooth.parse(key): dict(found) for key, found in document["teeth"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(reason=f"This is no dental chart: {error}.") from error
        for tooth, found in teeth.items():
            for name in sorted(found, key=lambda one: one != "supernumerary"):
                chart = chart.with_finding(tooth, name, found[name])
        return chart

    @staticmethod
    def _sorted(
        findings: Mapping[Tooth, Mapping[str, FindingValue]],
    ) -> Mapping[Tooth, Mapping[str, FindingValue]]:
        return {tooth: findings[tooth] for tooth in sorted(findings)}
