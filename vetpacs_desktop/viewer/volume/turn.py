"""How the three planes of a volume lie: all that a reader can change of them, as one frozen value.

Pure; knows neither voxels nor a screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from numpy.typing import ArrayLike

from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.volume.section import BodyAxes, PlaneName, Thickness

ORDER = tuple(PlaneName)


@dataclass(frozen=True, slots=True)
class Turn:
    """How the planes of a volume lie: all that a reader can change of them."""

    axes: BodyAxes
    through: Vector
    """The point that the planes were turned about, mm."""
    rolls: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """How far each plane's picture is turned back against the axes, in the order of `PlaneName`, degrees."""
    roomy: bool = False
    """Pictures large enough for any turn."""
    thickness: Thickness = field(default_factory=Thickness)
    quadruped: bool = True

    def roll(self, name: PlaneName) -> float:
        """Of one plane's picture, degrees."""
        return self.rolls[ORDER.index(name)]

    def turned(self, name: PlaneName, about: ArrayLike, degrees: float, through: Vector) -> Turn:
        """The other two planes turned about the normal of plane `name`, whose own picture stands still."""
        rolls = [roll - degrees * (one is name) for one, roll in zip(ORDER, self.rolls, strict=True)]
        return replace(
            self,
            axes=self.axes.turned(about, degrees),
            through=through,
            rolls=(rolls[0], rolls[1], rolls[2]),
            roomy=True,
        )
