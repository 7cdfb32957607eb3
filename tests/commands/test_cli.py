"""The command line's outer rules: options before and after, exit codes, one JSON document, sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vetpacs_desktop import cli
from vetpacs_desktop.commands.running import link_targets
from vetpacs_desktop.errors import UsageError


def run(*words: str, home: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own."""
    settings = {**os.environ, **({"VETPACS_HOME": str(home)} if home else {}), **environment}
    return subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", *words],
        capture_output=True,
        text=True,
        env=settings,
        timeout=120,
        check=False,
    )


def test_help_names_every_command_and_loads_neither_qt_nor_numpy() -> None:
    code = (
        "import sys; from vetpacs_desktop import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit(bool({'PySide6', 'numpy', 'vtkmodules', 'pydicom'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    names = ["gui", "serve", "tour", "import", "verify", "rebuild-index", "studies", "inspect", "render"]
    assert all(name in answer.stdout for name in names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["gui"]),
        (["--study", "1.2"], ["gui", "--study", "1.2"]),
        (["--home", "/x", "--animal", "a1"], ["gui", "--home", "/x", "--animal", "a1"]),
        (["vetpacs://open?study=1.2"], ["gui", "vetpacs://open?study=1.2"]),
        (["--home", "studies", "studies"], ["--home", "studies", "studies"]),
        (["--json", "verify"], ["--json", "verify"]),
        (["--version"], ["--version"]),
    ],
)
def test_the_window_is_the_default_command(words: list[str], expected: list[str]) -> None:
    assert cli.with_default_command(words) == expected


@pytest.mark.parametrize("before", [True, False])
def test_home_and_json_are_taken_before_and_after_the_command(tmp_path: Path, before: bool) -> None:
    options = ["--home", str(tmp_path / "home"), "--json"]
    answer = run(*options, "studies") if before else run("studies", *options)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == []
    assert (tmp_path / "home" / "library.sqlite").is_file()


def test_a_wrong_option_is_a_usage_error() -> None:
    assert run("studies", "--colour").returncode == 2
    assert run("fetch").returncode == 2


def test_a_missing_path_ends_in_one_sentence_and_code_3(tmp_path: Path) -> None:
    answer = run("inspect", str(tmp_path / "absent"), home=tmp_path)
    assert answer.returncode == 3
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "absent" in answer.stderr


def test_an_unknown_uid_ends_in_code_3(tmp_path: Path) -> None:
    assert run("inspect", "1.2.3.4", home=tmp_path).returncode == 3


def test_gui_and_tour_say_that_they_need_a_display(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can lack a display")
    for command in ("gui", "tour"):
        answer = run(command, home=tmp_path, DISPLAY="", WAYLAND_DISPLAY="")
        assert answer.returncode == 3
        assert "display" in answer.stderr


def test_a_bug_leaves_a_crash_report_and_code_70(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    message = "Bello belongs to Huber"

    def broken(*_: object) -> None:
        raise ZeroDivisionError(message)

    monkeypatch.setattr(cli.finding, "studies", broken)
    assert cli.main(["--home", str(tmp_path), "studies"]) == 70
    report = next((tmp_path / "logs").glob("crash-*.txt"))
    assert str(report) in capsys.readouterr().err
    assert "ZeroDivisionError" in report.read_text()
    assert "Bello" not in report.read_text()


def test_links_name_a_study_or_an_animal() -> None:
    assert link_targets("vetpacs://open?study=1.2.3") == ("1.2.3", None)
    assert link_targets("vetpacs://open?animal=a7") == (None, "a7")
    for wrong in ("http://open?study=1", "vetpacs://open", "vetpacs://close?study=1"):
        with pytest.raises(UsageError):
            link_targets(wrong)
