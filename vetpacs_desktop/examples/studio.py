"""Makes the whole set of example exams: plans the work, runs it on the machine's cores, reports, cancels.

Owns the order and the size of the set; every picture is made elsewhere and seeded on its own, so that neither
order nor the number of threads changes a byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from vetpacs_desktop.examples.anatomy import ANATOMY, Heart
from vetpacs_desktop.examples.cat import SCALE as CAT_SCALE
from vetpacs_desktop.examples.cat import cat_trunk
from vetpacs_desktop.examples.ct import FULL, SMALL, ct_tasks
from vetpacs_desktop.examples.dog import dog_trunk
from vetpacs_desktop.examples.dogviews import Flesh, view_tasks
from vetpacs_desktop.examples.echo import write_bladder, write_heart
from vetpacs_desktop.examples.flesh import Trunk
from vetpacs_desktop.examples.hoof import write_hoof
from vetpacs_desktop.examples.mri import write_head
from vetpacs_desktop.examples.rabbit import write_rabbit
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.teeth import write_teeth
from vetpacs_desktop.examples.volume import Tiles, grid, soft_tissue
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore

T = TypeVar("T")
Task = Callable[[], list[Path]]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the set is."""

    detector_pitch: float
    flesh_step: float
    twigs: int
    small: bool


LARGE_SET = Size(detector_pitch=0.16, flesh_step=1.6, twigs=420, small=False)
SMALL_SET = Size(detector_pitch=0.8, flesh_step=3.2, twigs=60, small=True)


class Once(Generic[T]):
    """A value made by the first thread that asks for it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = Lock()
        self._value: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._value:
                self._value.append(self._make())
        return self._value[0]


def write_examples(
    folder: Path,
    *,
    seed: int = 1,
    small: bool = False,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> list[Path]:
    """Write every example exam under `folder` and return the files in a fixed order.

    The same `seed` writes the same bytes. `small` makes a coarse set for tests. Raises `Cancelled`; `OSError`
    when the folder can't be written.
    """
    tasks = plan(folder, seed, SMALL_SET if small else LARGE_SET)
    return _run(tasks, report, cancel or CancelToken())


def plan(folder: Path, seed: int, size: Size) -> list[Task]:
    """All pieces of work; each returns the files it wrote."""
    tiles = Tiles.make(seed, 48 if size.small else 96)
    now = Once(lambda: _flesh(seed, ANATOMY.heart, tiles, size, (-560.0, 300.0)))
    before = Once(lambda: _flesh(seed + 1000, ANATOMY.heart_a_year_ago, tiles, size, (-200.0, 230.0)))
    cat = Once(lambda: _cat_flesh(seed, tiles, size))
    tasks = view_tasks(seed, folder, size.detector_pitch, {"now": now, "before": before, "cat": cat})
    tasks += [
        lambda: write_heart(seed, folder, size.small),
        lambda: write_bladder(seed, folder, size.small),
        lambda: write_hoof(seed, folder, size.detector_pitch * 0.85),
        lambda: write_rabbit(seed, folder, size.detector_pitch * 0.42),
        lambda: write_head(seed, folder, size.small),
        lambda: write_teeth(seed, folder, size.detector_pitch * 0.19),
    ]
    trunk = dog_trunk(seed, vessels=size.twigs)
    tasks += ct_tasks(seed, folder, trunk, tiles, SMALL if size.small else FULL)
    return tasks


def _flesh(seed: int, heart: Heart, tiles: Tiles, size: Size, reach: tuple[float, float]) -> Flesh:
    """The dog's soft tissue between two z, made in pieces that fit the cache."""
    return _voxels(dog_trunk(seed, heart, vessels=size.twigs), tiles, size, reach)


def _cat_flesh(seed: int, tiles: Tiles, size: Size) -> Flesh:
    trunk = cat_trunk(seed, vessels=size.twigs * 2 // 3)
    return _voxels(trunk, tiles, size, (-230.0, 240.0), CAT_SCALE)


def _voxels(trunk: Trunk, tiles: Tiles, size: Size, reach: tuple[float, float], scale: float = 1.0) -> Flesh:
    block = grid((-92.0, -150.0, reach[0]), (92.0, 135.0, reach[1]), size.flesh_step)
    pieces = [block.z[at : at + 12] for at in range(0, len(block.z), 12)]
    hu = np.concatenate([soft_tissue(trunk, Block(block.x, block.y, z), tiles) for z in pieces])
    return Flesh(trunk, hu, block, scale)


def _run(tasks: list[Task], report: Report, cancel: CancelToken) -> list[Path]:
    def guarded(task: Task) -> list[Path]:
        cancel.check()
        return task()

    done: list[Path] = []
    with ThreadPoolExecutor(max(2, min(os.cpu_count() or 2, 8)), thread_name_prefix="examples") as pool:
        futures: list[Future[list[Path]]] = [pool.submit(guarded, task) for task in tasks]
        try:
            for number, future in enumerate(futures):
                report(Progress(number, len(futures), "Drawing the example animals"))
                done += future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    report(Progress(len(futures), len(futures), "Drawing the example animals"))
    return done
