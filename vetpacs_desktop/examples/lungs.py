"""Trees that fill a lung: arteries beside bronchi, veins between them.

Targets are scattered in the lung and joined, nearest first, to the tree that has grown so far; a branch is as
thick as the number of targets it serves (Murray's law). Seeded; no voxels here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.shapes import Tube

Points = NDArray[np.float64]
STEP_MM = 7.0


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """Nodes (n, 3), the parent of each (-1 for the root) and the radius of the branch that ends in it."""

    nodes: Points
    parents: NDArray[np.intp]
    radii: NDArray[np.float64]


def grow(
    rng: np.random.Generator,
    trunk: Points,
    targets: Points,
    root_radius: float,
    twig_radius: float,
    wander: float = 1.0,
) -> Tree:
    """A tree from the polyline `trunk` (its first point is the root) to every target."""
    nodes = list(trunk)
    parents = [-1, *range(len(trunk) - 1)]
    order = np.argsort(np.linalg.norm(targets - trunk[-1], axis=1))
    store = np.zeros((len(trunk) + len(targets) * 12, 3))
    store[: len(nodes)] = trunk
    leaves = []
    for target in targets[order]:
        count = len(nodes)
        away = store[:count] - target
        nearest = int(np.argmin((away * away).sum(axis=1)[1:])) + 1 if count > 1 else 0
        for point in _path(rng, store[nearest], target, wander):
            if len(nodes) == len(store):
                store = np.concatenate([store, np.zeros_like(store)])
            store[len(nodes)] = point
            nodes.append(point)
            parents.append(nearest)
            nearest = len(nodes) - 1
        leaves.append(nearest)
    return _thicken(store[: len(nodes)], np.array(parents), leaves, root_radius, twig_radius)


def _path(rng: np.random.Generator, start: Points, goal: Points, wander: float) -> list[Points]:
    way = goal - start
    length = float(np.linalg.norm(way))
    count = max(1, min(11, round(length / STEP_MM)))
    bend = rng.normal(0, wander * length * 0.06, 3)
    return [start + way * t + bend * np.sin(np.pi * t) for t in (np.arange(count) + 1) / count]


def _thicken(
    nodes: Points, parents: NDArray[np.intp], leaves: list[int], root_radius: float, twig_radius: float
) -> Tree:
    served = np.zeros(len(nodes))
    served[leaves] = 1
    for node in range(len(nodes) - 1, 0, -1):
        served[parents[node]] += served[node]
    power = np.log(root_radius / twig_radius) / max(np.log(served[0]), 1e-6)
    return Tree(nodes, parents, twig_radius * np.maximum(served, 1) ** power)


def branches(tree: Tree, thinnest: float = 0.0) -> list[Tube]:
    """Unforked runs of the tree as tubes, those thicker than `thinnest` only."""
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(tree.parents.tolist()):
        children.setdefault(parent, []).append(node)
    tubes = []
    starts = [(0, child) for child in children.get(0, [])]
    while starts:
        parent, node = starts.pop()
        run = [parent, node]
        while len(children.get(run[-1], [])) == 1:
            run.append(children[run[-1]][0])
        starts += [(run[-1], child) for child in children.get(run[-1], [])]
        radii = np.concatenate([tree.radii[run[1:2]], tree.radii[run[1:]]])
        if radii[0] >= thinnest:
            tubes.append(Tube(tree.nodes[run], radii))
    return tubes


def shifted(tree: Tree, offset: tuple[float, float, float], scale: float) -> Tree:
    """The same tree beside itself, as a bronchus runs beside its artery; thinner branches lie closer."""
    share = np.clip(tree.radii / tree.radii[0], 0.42, 1)[:, None]
    return Tree(tree.nodes + np.array(offset) * share, tree.parents, tree.radii * scale)


def scatter(
    rng: np.random.Generator,
    low: Points,
    high: Points,
    count: int,
    inside: Callable[[Points], NDArray[np.bool_]],
) -> Points:
    """`count` points between `low` and `high` for which `inside` (n, 3) -> bools is true."""
    found = np.zeros((0, 3))
    for _ in range(60):
        tries = rng.uniform(low, high, (count * 4, 3))
        found = np.concatenate([found, tries[inside(tries)]])
        if len(found) >= count:
            break
    return found[:count]
