"""Many files at once over one target: as many lanes as it is fastest with, each file whole by itself.

The files are asked for in the caller's thread, their blocks in the lanes'. What fails stops the rest; what
was finished until then is still told of.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

File = tuple[str, Iterable[bytes], int]
"""Name, blocks, bytes."""
AHEAD = 2
"""Files that wait for each lane."""


class _Stopped(Exception):
    """Nobody waits for this file any more."""


def write_each(
    write: Callable[[str, Iterable[bytes], int], int], files: Iterable[File], lanes: int
) -> Iterator[tuple[str, int]]:
    """Write every file by `write(name, blocks, size)`; yields (name, bytes) as they are finished.

    Raises what the first one that failed raised, after those that were under way.
    """
    stopped = threading.Event()
    pool = ThreadPoolExecutor(lanes, thread_name_prefix="backup")
    source, under_way = iter(files), dict[Future[int], str]()
    failed: BaseException | None = None
    try:
        while True:
            if failed is None:
                _fill(pool, write, source, under_way, stopped, lanes * AHEAD)
            if not under_way:
                break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                name = under_way.pop(future)
                if (error := future.exception()) is None:
                    yield name, future.result()
                elif failed is None:
                    failed = error
                    _drop_waiting(under_way)
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)
    if failed is not None:
        raise failed


def _fill(
    pool: ThreadPoolExecutor,
    write: Callable[[str, Iterable[bytes], int], int],
    source: Iterator[File],
    under_way: dict[Future[int], str],
    stopped: threading.Event,
    most: int,
) -> None:
    while len(under_way) < most:
        following = next(source, None)
        if following is None:
            return
        name, blocks, size = following
        under_way[pool.submit(write, name, _until(stopped, blocks), size)] = name


def _drop_waiting(under_way: dict[Future[int], str]) -> None:
    for future in [one for one in under_way if one.cancel()]:
        del under_way[future]


def _until(stopped: threading.Event, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        if stopped.is_set():
            raise _Stopped
        yield block
