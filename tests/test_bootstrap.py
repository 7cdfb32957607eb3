"""The installer: what it would install, what it says, and that repeating or interrupting it is safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from installer import bootstrap, commands, debian, environment, screen, telling

ROOT = Path(__file__).resolve().parents[1]
BARE: frozenset[str] = frozenset()


def installer(*words: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """The real installer in a process of its own."""
    return subprocess.run(
        [sys.executable, str(ROOT / "installer" / "bootstrap.py"), *words],
        capture_output=True,
        text=True,
        env={**os.environ, **surroundings},
        timeout=120,
        check=False,
    )


def test_help_names_both_commands() -> None:
    answer = installer("--help")
    assert answer.returncode == 0
    assert "run" in answer.stdout
    assert "test" in answer.stdout


def test_an_old_python_gets_one_sentence() -> None:
    sentence = bootstrap.too_old((3, 9, 2), "/usr/bin/python3")
    assert "3.11" in sentence
    assert "/usr/bin/python3 is 3.9" in sentence
    assert len(sentence.splitlines()) == 1
    assert bootstrap.too_old((3, 11, 0), "python3") == ""
    assert bootstrap.too_old((4, 0, 0), "python3") == ""


def test_an_old_python_can_read_the_file_that_turns_it_away() -> None:
    """Compiled for 3.5: no syntax that came later may slip in."""
    import ast

    ast.parse((ROOT / "installer" / "bootstrap.py").read_text(), feature_version=(3, 5))


def test_only_debians_own_incomplete_python_needs_a_package() -> None:
    assert debian.venv_need((3, 13), "/usr/bin/python3.13", False) == (("python3.13-venv",),)
    assert debian.venv_need((3, 13), "/usr/bin/python3.13", True) == ()
    assert debian.venv_need((3, 12), "/opt/python/bin/python3", False) == ()


def test_a_package_is_missing_only_when_none_of_its_names_is_installed() -> None:
    glib = ("libglib2.0-0t64", "libglib2.0-0")
    assert debian.missing([glib], {"libglib2.0-0"}) == []
    assert debian.missing([glib], {"libglib2.0-0t64"}) == []
    assert debian.missing([glib, ("xvfb",)], BARE) == [glib, ("xvfb",)]


def test_renamed_packages_are_asked_for_by_the_name_the_release_knows() -> None:
    glib = ("libglib2.0-0t64", "libglib2.0-0")
    assert debian.choose([glib], {"libglib2.0-0"}) == (["libglib2.0-0"], [])
    assert debian.choose([glib], {"libglib2.0-0t64", "libglib2.0-0"}) == (["libglib2.0-0t64"], [])
    assert debian.choose([glib, ("xvfb",)], {"xvfb"}) == (["xvfb"], [glib])


def test_who_may_install() -> None:
    assert debian.permission(0, False, False, False) == ()
    assert debian.permission(1000, True, True, False) == ("sudo", "-n")
    assert debian.permission(1000, False, True, True) == ("sudo",)
    assert debian.permission(1000, False, True, False) is None
    assert debian.permission(1000, False, False, True) is None


def test_without_permission_the_one_line_to_run_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "installed", lambda _: set())
    monkeypatch.setattr(debian, "known", lambda: {"xvfb"})
    monkeypatch.setattr(debian, "_permission_here", lambda: None)
    with pytest.raises(telling.Stop) as stopped:
        debian.ensure([("xvfb",), ("libglib2.0-0t64", "libglib2.0-0")], "the tests")
    sentence, line = str(stopped.value).splitlines()
    assert "may not install" in sentence
    assert line.startswith("sudo ")
    assert line.rstrip("'").endswith("xvfb libglib2.0-0")
    assert stopped.value.exit_code == 3


def test_nothing_missing_means_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> set[str]:
        raise AssertionError("asked apt although nothing is missing")

    monkeypatch.setattr(debian, "installed", lambda needs: {name for need in needs for name in need})
    monkeypatch.setattr(debian, "known", never)
    debian.ensure(debian.WINDOW, "the window")


def test_servers_do_not_start_while_packages_install(tmp_path: Path) -> None:
    """The guard stands only while the command runs, and one that was there before is left alone."""
    if os.name == "nt":
        pytest.skip("a shell of Debian")
    guard = tmp_path / "policy-rc.d"
    shell = debian.NO_SERVERS.replace("/usr/sbin/policy-rc.d", str(guard))
    check = f"[ -x {guard} ] && ! {guard}"
    assert subprocess.run(["sh", "-c", shell, "sh", "sh", "-c", check], check=False).returncode == 0
    assert not guard.exists()
    guard.write_text("mine")
    assert subprocess.run(["sh", "-c", shell, "sh", "false"], check=False).returncode == 1
    assert guard.read_text() == "mine"


def test_the_environment_is_renewed_when_project_python_or_place_change() -> None:
    first = environment.fingerprint(b"a", "3.11.2", Path("/here"))
    assert first == environment.fingerprint(b"a", "3.11.2", Path("/here"))
    others = {
        environment.fingerprint(b"b", "3.11.2", Path("/here")),
        environment.fingerprint(b"a", "3.12.0", Path("/here")),
        environment.fingerprint(b"a", "3.11.2", Path("/there")),
    }
    assert len(others | {first}) == 4


def test_what_the_tests_need_includes_what_the_program_needs() -> None:
    assert environment.satisfied({"test": "x"}, "run", "x")
    assert environment.satisfied({"run": "x"}, "run", "x")
    assert not environment.satisfied({"run": "x"}, "test", "x")
    assert not environment.satisfied({"test": "old"}, "run", "x")


def test_environments_of_windows_lie_elsewhere() -> None:
    folder = Path("place")
    assert environment.python(folder, "nt") == folder / "Scripts" / "python.exe"
    assert environment.script("lint-imports", folder, "nt") == folder / "Scripts" / "lint-imports.exe"
    assert environment.python(folder, "posix") == folder / "bin" / "python"


@pytest.mark.parametrize("damage", ["a file", "interpreter of another place"])
def test_a_half_made_environment_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    folder = tmp_path / ".venv"
    if damage == "a file":
        folder.write_text("not a folder")
    else:
        (folder / "bin").mkdir(parents=True)
    if damage == "interpreter of another place":
        environment.python(folder).parent.mkdir(exist_ok=True)
        environment.python(folder).write_text("#!/nowhere/python\n")
        environment.python(folder).chmod(0o755)
    monkeypatch.setattr(environment, "FOLDER", folder)
    monkeypatch.setattr(environment, "STAMP", folder / "stamp.json")
    monkeypatch.setattr(environment, "python", lambda: folder / "bin" / "python")
    monkeypatch.setattr(telling, "LOGS", tmp_path / "logs")
    environment._make()
    assert environment._version_inside().startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")


def test_a_virtual_screen_is_only_for_linux_without_one() -> None:
    assert not screen.is_there("linux", {})
    assert not screen.is_there("linux", {"DISPLAY": ""})
    assert screen.is_there("linux", {"DISPLAY": ":0"})
    assert screen.is_there("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert screen.is_there("darwin", {})
    assert screen.is_there("win32", {})


def test_tests_are_checked_last_so_that_their_closing_line_stands_last() -> None:
    names = [check.name for check in commands.checks()]
    assert names == ["style", "layout", "import contracts", "types", "tests"]
    assert commands.checks(["tests/store"])[-1].command[-1] == "tests/store"


def test_all_checks_run_although_one_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = (sys.executable, "-c", ""), (sys.executable, "-c", "raise SystemExit(4)")
    monkeypatch.setattr(commands, "prepare", lambda *_, **__: None)
    three = (commands.Check("style", bad), commands.Check("types", good), commands.Check("tests", good))
    monkeypatch.setattr(commands, "checks", lambda _: three)
    assert commands.main(["test"]) == 1
    told = capfd.readouterr()
    assert "Failed: style" in told.out
    assert "Passed: types" in told.out
    assert told.err.strip().endswith("look above at: style.")


@pytest.mark.parametrize("command", ["run", "test"])
def test_a_dry_run_changes_nothing(command: str) -> None:
    stamp = ROOT / ".venv" / "vetpacs-installed.json"
    before = stamp.read_bytes() if stamp.exists() else None
    answer = installer(command, "--dry-run", DISPLAY="", WAYLAND_DISPLAY="")
    assert answer.returncode == 0, answer.stderr
    assert ("Would start" if command == "run" else "Would run") in answer.stdout
    assert (stamp.read_bytes() if stamp.exists() else None) == before


def test_a_failing_program_is_told_by_its_most_telling_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "LOGS", tmp_path)
    code = "print('working'); print('  ERROR: no matching distribution'); print('bye'); raise SystemExit(7)"
    ended = telling.quietly([sys.executable, "-c", code], "one")
    assert ended.code == 7
    assert ended.last_words == "ERROR: no matching distribution"
    assert "bye" in ended.log.read_text()
    assert telling.quietly(["no-such-program"], "two").code == 127


def test_a_long_silence_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telling, "LOGS", tmp_path)
    monkeypatch.setattr(telling, "PATIENCE", 0.2)
    code = "import time; print('fetching', flush=True); time.sleep(1.0)"
    assert telling.quietly([sys.executable, "-c", code], "one").code == 0
    assert "fetching" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for an interpreter is a shell script")
def test_a_missing_system_library_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text(
        "#!/bin/sh\necho Traceback >&2\necho 'ImportError: libEGL.so.1: not there' >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    monkeypatch.setattr(environment, "python", lambda: broken)
    with pytest.raises(telling.Stop, match=r"libEGL\.so\.1"):
        commands._probe()


@pytest.mark.parametrize(("failures", "works"), [(0, True), (2, True), (3, False)])
def test_a_flaky_network_gets_three_tries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failures: int, works: bool
) -> None:
    codes = [1] * failures + [0] * 3

    def pip(command: list[str], log: str) -> telling.Ended:
        assert command[-1].endswith("[test]")
        return telling.Ended(codes.pop(0), tmp_path / "pip.log", "ERROR: connection reset")

    monkeypatch.setattr(environment, "quietly", pip)
    monkeypatch.setattr(environment, "PAUSE", 0.0)
    if works:
        environment._install("test")
        assert len(codes) == 2
    else:
        with pytest.raises(telling.Stop, match="connection reset"):
            environment._install("test")


def test_what_was_installed_is_remembered_and_only_renewed_when_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "_version_inside", lambda: "3.12.1")
    monkeypatch.setattr(environment, "_install", installed.append)
    for purpose in ("run", "run", "test", "run", "test"):
        environment.ensure(purpose)
    assert installed == ["run", "test"]
    (tmp_path / "stamp.json").write_text("{half")
    environment.ensure("run")
    assert installed == ["run", "test", "run"]
