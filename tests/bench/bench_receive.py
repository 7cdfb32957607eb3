"""Receiving and indexing 500 CT slices from DCMTK's storescu: this program's service against Orthanc.

``python -m tests.bench.bench_receive [--rounds N] [--associations N] [--slices N] [--quick]``

Both start fresh for every round on the same disk and take turns. Our clock stops when every slice is in
the index; Orthanc's when storescu ends, because Orthanc indexes before it answers. Beside the rates stands
what each server took of the processors, which other programs on the computer hardly change.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
from pydicom import dcmread
from pydicom.uid import generate_uid

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library

ROOT = Path(__file__).resolve().parents[2]
QUICK = {**os.environ, "TCP_NODELAY": "1"}
TARGETS = {1: 1.5, 4: 1.0}
"""Associations at once -> our rate over Orthanc's."""
CORPUS = Path(os.environ.get("VETPACS_CORPUS", ROOT.parent / "shared" / "corpus"))


def make_slices(folder: Path, count: int) -> list[Path]:
    """`count` different slices of one study, in series of 100, from corpus/ct-thin."""
    sources = sorted(path for path in (CORPUS / "ct-thin").iterdir() if path.name != "DIRFILE")
    study = generate_uid()
    series = [generate_uid() for _ in range(count // 100 + 1)]
    made = []
    for number in range(count):
        dataset = dcmread(sources[number % len(sources)])
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series[number // 100]
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        made.append(folder / f"{number:05}.dcm")
        dataset.save_as(made[-1])
    return made


def send(port: int, files: Sequence[Path], associations: int) -> None:
    """Send `files` split over `associations` senders at once."""
    command = ["storescu", "-R", "127.0.0.1", str(port)]
    senders = [
        subprocess.Popen([*command, *map(str, files[start::associations])], env=QUICK)
        for start in range(associations)
    ]
    for sender in senders:
        if sender.wait() != 0:
            raise SystemExit("storescu failed")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """Our service on a fresh home: (port, count of indexed images)."""
    command = [sys.executable, "-m", "vetpacs_desktop", "--home", str(folder), "serve", "--dicom-port", "0"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--json"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["dicom_port"]
    time.sleep(1.5)  # its filing process is up as well; nobody measures starting here
    library = Library.open(Home(folder))
    try:
        yield port, lambda: library.counts()[1]
    finally:
        library.close()
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextlib.contextmanager
def orthanc(folder: Path) -> Iterator[tuple[int, Callable[[], int]]]:
    """Debian's Orthanc with its defaults (SyncStorageArea true) on a fresh folder."""
    port, http = free_port(), free_port()
    settings = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "DicomPort": port,
        "HttpPort": http,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [],
    }
    file = folder / "orthanc.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    process = subprocess.Popen(
        [shutil.which("Orthanc") or "/usr/sbin/Orthanc", str(file)],
        env=QUICK,  # Orthanc answers through DCMTK as well: without it each answer may wait for 40 ms
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: subprocess.run(["echoscu", "127.0.0.1", str(port)], stderr=-3).returncode == 0)
        yield port, lambda: int(_statistics(http)["CountInstances"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _statistics(port: int) -> dict[str, int]:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}/statistics", timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
        return found


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Ask every 5 ms until it is true."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise SystemExit("gave up waiting")
        time.sleep(0.005)


def processor_seconds(servers: Sequence[psutil.Process]) -> float:
    """What these processes and their children have taken so far."""
    every = [one for server in servers for one in (server, *server.children(recursive=True))]
    return float(sum(sum(one.cpu_times()[:2]) for one in every))


def measure(
    server: Callable[..., contextlib.AbstractContextManager[tuple[int, Callable[[], int]]]],
    files: Sequence[Path],
    base: Path,
    associations: int,
) -> tuple[float, float, float]:
    """(seconds until acknowledged, seconds until indexed, seconds of the processors) of one round."""
    folder = Path(tempfile.mkdtemp(dir=base))
    try:
        with server(folder) as (port, count):
            servers = psutil.Process().children()
            before, started = processor_seconds(servers), time.perf_counter()
            send(port, files, associations)
            sent = time.perf_counter() - started
            wait_for(lambda: count() == len(files))
            return sent, time.perf_counter() - started, processor_seconds(servers) - before
    finally:
        shutil.rmtree(folder)
        os.sync()


def main() -> None:
    """Measure, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--associations", type=int, default=1)
    parser.add_argument("--nagle", action="store_true", help="DCMTK's own default: no TCP_NODELAY")
    parser.add_argument("--slices", type=int, default=500)
    parser.add_argument("--quick", action="store_true", help="200 slices, 2 rounds")
    wish = parser.parse_args()
    if wish.quick:
        wish.slices, wish.rounds = 200, 2
    if wish.nagle:
        QUICK.pop("TCP_NODELAY")
    with tempfile.TemporaryDirectory(dir=ROOT.parent) as base:
        source = Path(base) / "source"
        source.mkdir()
        files = make_slices(source, wish.slices)
        rates: dict[str, list[float]] = {"ours": [], "ours acknowledged": [], "orthanc": []}
        work: dict[str, list[float]] = {"ours": [], "orthanc": []}
        for number in range(wish.rounds):
            sent, indexed, used = measure(ours, files, Path(base), wish.associations)
            peer, _, theirs = measure(orthanc, files, Path(base), wish.associations)
            work["ours"].append(used * 1000 / len(files))
            work["orthanc"].append(theirs * 1000 / len(files))
            rates["ours"].append(len(files) / indexed)
            rates["ours acknowledged"].append(len(files) / sent)
            rates["orthanc"].append(len(files) / peer)
            print(
                f"round {number + 1}: " + "  ".join(f"{k} {v[-1]:.0f}/s" for k, v in rates.items()),
                flush=True,
            )
    medians = {name: round(statistics.median(values), 1) for name, values in rates.items()}
    ratio = statistics.median(a / b for a, b in zip(rates["ours"], rates["orthanc"], strict=True))
    for name, value in medians.items():
        print(f"{name:20} {value:8.1f} images/s")
    target = TARGETS.get(wish.associations)
    processor = {name: round(statistics.median(values), 2) for name, values in work.items()}
    print(f"{'ratio':20} {ratio:8.2f} (target {target})")
    print(f"{'processor':20} {processor['ours']:8.2f} ms an image, Orthanc {processor['orthanc']:.2f}")
    print(
        json.dumps(
            {
                "bench": "receive",
                "associations": wish.associations,
                "images_per_second": medians,
                "processor_ms_per_image": processor,
                "ratio": round(ratio, 2),
                "target": target,
            }
        )
    )


if __name__ == "__main__":
    main()
