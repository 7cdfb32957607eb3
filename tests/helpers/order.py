"""The order of the test files: the longest first, so that two workers end at the same time.

A file is done by one worker from its beginning to its end (``--dist loadfile``); a long one that comes last
leaves the other worker idle. What is not named here takes less than ten seconds and fills the gaps.
"""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
LONGEST = (
    "proof/test_kills.py",
    "test_service.py",
    "store/backup/targets/test_behaviour.py",
    "store/intake/folders/test_watching.py",
    "store/network/sending/test_courier.py",
    "proof/test_index.py",
    "store/intake/folders/test_folder.py",
    "ui/test_tour.py",
    "ui/intake/test_assistant.py",
    "ui/test_main_window.py",
    "commands/test_network.py",
    "commands/test_exporting.py",
    "examples/test_files.py",
    "viewer/standard/test_writing.py",
    "ui/archives/test_desk.py",
    "store/kept/test_trash_crash.py",
    "store/network/sending/test_confirming.py",
    "ui/kept/test_desk.py",
    "ui/test_going_on.py",
    "proof/test_strangers.py",
    "ui/viewing/tools/test_each_tool.py",
    "ui/test_application.py",
    "proof/pixels/test_packages.py",
    "test_first_path.py",
    "store/network/asking/test_fetching.py",
    "contract/test_mutations.py",
    "contract/test_pictures.py",
    "contract/test_losses.py",
    "ui/viewing/compare/test_compare.py",
    "test_bootstrap.py",
    "contract/test_receiving.py",
)
_PLACES = {TESTS / name: number for number, name in enumerate(LONGEST)}


def place(path: Path) -> int:
    """Where a test file stands; those that are not named keep their order behind the others."""
    return _PLACES.get(path, len(LONGEST))
