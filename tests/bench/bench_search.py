"""Search as you type over 100,000 studies: every letter of realistic searches, page and count together.

The comparison is the same search as a plain SQLite scan with LIKE over the same rows, in the same run.
``python -m tests.bench.bench_search [studies]`` prints a table and, on the last line, JSON.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.helpers.many_studies import fill
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.listing import ORDERS

PAGE = 50
TYPED = (
    "fluffy",
    "müller",
    "Смирнова",
    "Παπα",
    "山田",
    "german shepherd",
    "schnauzer",
    "bella thorax",
    "canine ct 2026",
    "owner:mar",
    "animal:rex owner:mü",
    "species:feline breed:maine",
    "chip:27609",
    "id:P0123",
    "A0012345",
    "modality:ct date:2026-01..2026-03",
    "date:2026",
    "date:2025-11-05",
    '"running on water"',
    "m a l",
)
SCANNED = ("animal_name", "owner_name", "species", "breed", "patient_id", "microchip", "description")


def prefixes(text: str) -> list[str]:
    """What is asked while `text` is typed."""
    return [text[:length] for length in range(1, len(text) + 1)]


def milliseconds(work: Callable[[], object], rounds: int = 1) -> list[float]:
    """How long each round took."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return times


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def scan(connection: sqlite3.Connection, text: str) -> object:
    """The peer: each word LIKE-scanned over the joined columns, first page and count."""
    row = " || ' ' || ".join(f"lower({name})" for name in SCANNED)
    words = [f"%{word.lower()}%" for word in text.split()]
    where = " AND ".join([f"({row}) LIKE ?"] * len(words)) or "1"
    page = f"SELECT * FROM studies WHERE {where} ORDER BY study_date DESC LIMIT {PAGE}"
    return (
        connection.execute(page, words).fetchall(),
        connection.execute(f"SELECT count(*) FROM studies WHERE {where}", words).fetchone(),
    )


def measure(home: Home) -> dict[str, float]:
    """All figures in milliseconds."""
    started = time.perf_counter()
    library = Library.open(home)
    library.search("", limit=PAGE)
    figures = {"open and first page": (time.perf_counter() - started) * 1000}
    asked = [prefix for text in TYPED for prefix in prefixes(text)]
    for prefix in asked:  # the peer is warm too
        library.search(prefix, limit=PAGE)

    def page_and_count(text: str, order: str = "newest", offset: int = 0) -> Callable[[], object]:
        return lambda: (library.search(text, limit=PAGE, offset=offset, order=order), library.count(text))

    times = [took for prefix in asked for took in milliseconds(page_and_count(prefix))]
    slowest = max(zip(times, asked, strict=True))
    print(f"{len(asked)} searches; slowest {slowest[0]:.1f} ms for {slowest[1]!r}")
    figures["typing p50"], figures["typing p95"] = statistics.median(times), percentile(times, 0.95)
    figures["typing max"] = max(times)
    total = library.count("")
    far = max(0, total - PAGE)
    for order in ORDERS:
        near = milliseconds(page_and_count("", order), 5)
        end = milliseconds(page_and_count("", order, far), 5)
        broad = milliseconds(page_and_count("m", order), 5)
        figures[f"{order}: first page"] = statistics.median(near)
        figures[f"{order}: far page"] = statistics.median(end)
        figures[f"{order}: first page of 'm'"] = statistics.median(broad)
    broad_count = library.count("m")
    figures["far page of 'm'"] = statistics.median(
        milliseconds(page_and_count("m", offset=max(0, broad_count - PAGE)), 5)
    )
    library.close()
    return figures


def main() -> None:
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        fill(home, studies)
        figures = measure(home)
        peer = sqlite3.connect(home.database)
        words = [prefix for text in TYPED if ":" not in text for prefix in prefixes(text)][::4]
        peer_times = [took for word in words for took in milliseconds(lambda word=word: scan(peer, word))]
        peer.close()
    figures["LIKE scan p50"] = statistics.median(peer_times)
    figures["LIKE scan p95"] = percentile(peer_times, 0.95)
    for name, value in figures.items():
        print(f"{name:32} {value:9.2f} ms")
    ratio = figures["LIKE scan p95"] / figures["typing p95"]
    print(f"{'p95: scan / ours':32} {ratio:9.1f}")
    print(
        json.dumps(
            {"studies": studies, "ratio_p95": round(ratio, 2), **{k: round(v, 3) for k, v in figures.items()}}
        )
    )


if __name__ == "__main__":
    main()
