"""Hounsfield units of an example animal on any grid of voxels: what a CT measures, and what X-rays pass.

Edges are anti-aliased, so that a surface lies where the anatomy says to a fraction of a voxel. No noise and
no DICOM here; see ct.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.examples.bones import Bone
from vetpacs_desktop.examples.flesh import Organ, Trunk, union_depth
from vetpacs_desktop.examples.shapes import Block, Tube, cut_block, part_of
from vetpacs_desktop.examples.texture import Floats, generator, tile

AIR, FAT, SKIN, MUSCLE = -1000.0, -98.0, 25.0, 58.0
SKIN_MM = 1.8
PLANES_MM = 0.6
"""Cell of the cubes that draw fat between muscles: finer than a CT voxel is wide."""


@dataclass(frozen=True, eq=False, slots=True)
class Tiles:
    """Periodic cubes of noise with deviation 1, in voxels of 1 mm."""

    fine: Floats
    streaky: Floats
    """Long along z: muscle fibres."""
    slow: Floats
    planes: Floats
    """0..1: thin curved sheets of fat between muscles, where `slow` changes sign."""

    @classmethod
    def make(cls, seed: int, size: int = 96) -> Tiles:
        """Cubes for `seed`."""
        fine = tile(generator(seed, "fine"), size, (1.0, 1.0, 1.0))
        slow = tile(generator(seed, "slow"), size, (11.0, 7.5, 7.5))
        planes = np.clip(np.float32(1.2) - np.abs(slow) * np.float32(6), 0, 1)
        planes *= np.clip(tile(generator(seed, "gaps"), size, (8.0, 7.0, 7.0)) * 2 + 1, 0, 1)
        return cls(fine, tile(generator(seed, "streaky"), size, (5.0, 1.2, 1.2)), slow, planes)

    @staticmethod
    def sample(cube: Floats, block: Block, scale: float = 1.0) -> Floats:
        """The cube's nearest values at the voxels of `block`; `scale` mm per cell."""
        at = [
            np.floor(axis / np.float32(scale)).astype(int) % len(cube) for axis in (block.z, block.y, block.x)
        ]
        values: Floats = cube[np.ix_(*at)]
        return values


def grid(low: tuple[float, float, float], high: tuple[float, float, float], step: float) -> Block:
    """Voxels of `step` mm that fill the box from `low` to `high`."""
    x, y, z = (np.arange(a, b + step / 2, step, dtype=np.float32) for a, b in zip(low, high, strict=True))
    return Block(x, y, z)


def soft_tissue(
    trunk: Trunk, block: Block, tiles: Tiles, *, enhanced: bool = False, edge: float | None = None
) -> Floats:
    """Everything but bones, airways and lung vessels: HU (slices, rows, columns), float32.

    `edge` is the width in mm over which surfaces are blended (a voxel when not given).
    """
    width = edge or float(abs(block.x[1] - block.x[0]))
    hu = np.full(block.shape, np.float32(AIR))
    bounds = _bounds(trunk, block)
    inside = part_of(block, bounds)
    view = hu[bounds]
    if not view.size:
        return hu
    depth = union_depth(trunk.limbs, inside, trunk.skin.depth(inside))
    _layers(view, depth, inside, trunk.fat_mm, tiles, width)
    belly = _cavities(view, trunk, inside, tiles, width)
    for organ in trunk.organs:
        _fill(view, organ, inside, belly, tiles, enhanced, width)
    return hu


def _bounds(trunk: Trunk, block: Block) -> tuple[slice, slice, slice]:
    wide = max(row[1] for row in trunk.skin.rows) * 1.12
    low = [-wide, min(row[4] for row in trunk.skin.rows), trunk.skin.rows[-1][0]]
    high = [wide, max(row[3] for row in trunk.skin.rows), trunk.skin.rows[0][0]]
    for limb in trunk.limbs:
        a, b = limb.reach
        low, high = [min(p) for p in zip(low, a, strict=True)], [max(p) for p in zip(high, b, strict=True)]
    return cut_block(block, ((low[0], low[1], low[2]), (high[0], high[1], high[2])), 2.0)


def blend(hu: Floats, depth: Floats, value: Floats | float, width: float) -> None:
    """Replace `hu` by `value` where `depth` is positive, softly over `width` mm around zero."""
    share = depth * np.float32(1 / width)
    share += np.float32(0.5)
    np.clip(share, 0, 1, out=share)
    change = value - hu
    change *= share
    hu += change


def _layers(hu: Floats, depth: Floats, block: Block, fat_mm: float, tiles: Tiles, width: float) -> None:
    """Skin, fat under it, and muscle with fat between its fibres."""
    muscle = tiles.sample(tiles.streaky, block) * np.float32(6)
    muscle += np.float32(MUSCLE)
    muscle -= tiles.sample(tiles.planes, block, PLANES_MM) * np.float32(95)
    blend(hu, depth, SKIN, width)
    blend(hu, depth - np.float32(SKIN_MM), FAT, width)
    uneven = tiles.sample(tiles.slow, block, PLANES_MM)
    uneven *= np.float32(-0.28 * fat_mm)
    uneven += depth
    uneven -= np.float32(SKIN_MM + fat_mm)
    blend(hu, uneven, muscle, width)


def _cavities(hu: Floats, trunk: Trunk, block: Block, tiles: Tiles, width: float) -> Floats:
    """Lungs and the abdomen's fat; returns how deep each voxel lies in the abdomen."""
    inner = trunk.inner.depth(block)
    behind = trunk.dome.depth(block)
    belly = np.minimum(inner, behind)
    if float(inner.max()) <= -width:
        return belly
    lung = np.minimum(inner, -behind)
    np.minimum(lung, inner - _taper(block, trunk.lung_back), out=lung)
    if float(lung.max()) > -width:
        air = tiles.sample(tiles.fine, block) * np.float32(16)
        air += np.float32(trunk.lung_hu) + (block.y * np.float32(-0.22))[None, :, None]
        blend(hu, lung, air, width)
    fat = tiles.sample(tiles.fine, block) * np.float32(9)
    fat += np.float32(FAT)
    blend(hu, belly - np.float32(2.0), fat, width)
    return belly


def _taper(block: Block, back: float) -> Floats:
    """How much thinner the lung's tips are towards `back`, so that they end in a wedge and not in a wall."""
    short: Floats = np.maximum(np.float32(back + 14.0) - block.z, 0) * np.float32(0.9)
    return short[:, None, None]


def _fill(
    hu: Floats, organ: Organ, block: Block, belly: Floats, tiles: Tiles, enhanced: bool, width: float
) -> None:
    cut = cut_block(block, organ.shape.reach, width)
    view = hu[cut]
    tissue = organ.enhanced if enhanced else organ.native
    if not view.size or tissue is None:
        return
    piece = part_of(block, cut)
    depth = organ.shape.depth(piece)
    if organ.inside_belly:
        depth = np.minimum(depth, belly[cut] - np.float32(1.2))
    value = tiles.sample(tiles.fine, piece) * np.float32(organ.grain)
    value += np.float32(tissue)
    if organ.level is not None and enhanced:
        height, above = organ.level
        value = np.where((piece.y > height)[None, :, None], np.float32(above), value)
    blend(view, depth, value, width)


def add_vessels_and_airways(hu: Floats, trunk: Trunk, block: Block, *, enhanced: bool, width: float) -> None:
    """Lung vessels, then bronchial walls, then the air in them; parts below a voxel fade."""
    blood = 150.0 if enhanced else 45.0
    for number in trunk.lung_vessels.near(block):
        _thread(hu, block, trunk.lung_vessels.tubes[number], 0.0, blood, width)
    airways = [trunk.airways[number] for number in trunk.airway_tubes.near(block)]
    for airway in airways:
        _thread(hu, block, airway.tube, airway.wall_mm, 40.0, width)
    for airway in airways:
        _thread(hu, block, airway.tube, 0.0, -985.0, width)


def _thread(hu: Floats, block: Block, piece: Tube, wall: float, value: float, width: float) -> None:
    """Paint `piece`, `wall` mm thicker than it is."""
    cut = cut_block(block, piece.reach, width + wall)
    view = hu[cut]
    if not view.size:
        return
    share = piece.depth(part_of(block, cut))
    share += np.float32(wall + width / 2)
    share *= np.float32(1 / width)
    np.clip(share, 0, 1, out=share)
    thickest = float(piece.radii.max()) + wall
    if thickest < width:
        share *= np.float32(max(thickest / width, 0.25))
    view += share * (np.float32(value) - view)


def add_bones(hu: Floats, bones: tuple[Bone, ...], block: Block, tiles: Tiles, width: float) -> None:
    """Bones over everything else: a bright shell, marrow with a trabecular grain."""
    for bone in bones:
        lows, highs = zip(*(part.reach for part in bone.parts), strict=True)
        low, high = np.min(lows, axis=0), np.max(highs, axis=0)
        cut = cut_block(block, (tuple(low), tuple(high)), width)
        view = hu[cut]
        if not view.size:
            continue
        piece = part_of(block, cut)
        depth = np.full(piece.shape, np.float32(-1e3))
        for part in bone.parts:
            own = cut_block(piece, part.reach, width)
            small = depth[own]
            if small.size:
                np.maximum(small, part.depth(part_of(piece, own)), out=small)
        marrow = tiles.sample(tiles.fine, piece) * np.float32(70)
        marrow += np.float32(bone.marrow_hu)
        value = np.full(piece.shape, np.float32(bone.shell_hu))
        blend(value, depth - np.float32(bone.shell_mm), marrow, max(width, 0.6))
        blend(view, depth, value, width)
