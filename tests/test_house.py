"""The house rules that a machine can check: rooms, names, sizes, documents that keep up with the code."""

import argparse
import ast
import functools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import order, settings_page
from vetpacs_desktop import cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vetpacs_desktop"
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
"""Lines; most are far shorter. What needs more is two functions."""
ATTICS = {"utils", "util", "misc", "helpers", "helper", "manager", "common"}
TABLES = frozenset({"store.migrations", "viewer.describe"})
"""Modules that are one long table (SQL of a step, a line for each field): no limit of length holds here."""
COVERED_BY: dict[str, str] = {
    "__main__": "commands/test_cli.py",
    "app": "test_first_path.py",
    "commands.answer": "commands/test_cli.py",
    "commands.backing_up": "contract/test_backups.py",
    "commands.backup_targets": "contract/test_backups.py",
    "commands.finding": "test_first_path.py",
    "commands.keeping": "test_first_path.py",
    "commands.network": "commands/test_network.py",
    "commands.picturing": "test_first_path.py",
}
"""Modules that only tests of another folder reach, through the running program, and the file that does."""


def modules() -> list[Path]:
    """Every module of the package that holds something."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.read_text(encoding="utf-8").strip()]


def name_of(module: Path) -> str:
    """``store.intake.spool``, the name below the package."""
    return ".".join(module.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def read(file: Path) -> ast.Module:
    """A file as Python understands it; several rules look at each one."""
    return ast.parse(file.read_text(encoding="utf-8"))


@functools.cache
def imports_of(file: Path) -> set[str]:
    """Names below the package that a file imports: modules, and what may be modules."""
    found: set[str] = set()
    for node in ast.walk(read(file)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return {name.removeprefix("vetpacs_desktop.") for name in found if name.startswith("vetpacs_desktop.")}


def texts() -> Iterator[Path]:
    """Every text file of the project."""
    for folder in ("vetpacs_desktop", "tests", "installer", "docs", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".md", ".toml", ".svg", ".json", "") and path.is_file():
                yield path
    yield from (path for path in sorted(ROOT.iterdir()) if path.suffix in (".md", ".toml"))


def test_the_service_side_loads_neither_qt_nor_vtk() -> None:
    code = "import sys, vetpacs_desktop.app; print(*{name.split('.')[0] for name in sys.modules})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "vetpacs_desktop" in loaded
    assert not loaded & {"PySide6", "shiboken6", "vtkmodules", "vtk", "superqt", "qtawesome", "matplotlib"}


def test_modules_are_small_well_named_and_say_what_they_own() -> None:
    faults: list[str] = []
    for module in modules():
        source, name = module.read_text(encoding="utf-8"), name_of(module)
        tree = read(module)
        if not ast.get_docstring(tree):
            faults.append(f"{name} does not open with what it owns")
        if ATTICS & set(name.split(".")):
            faults.append(f"{name} is an attic")
        if name not in TABLES and (length := len(source.splitlines())) > LONGEST_FILE:
            faults.append(f"{name} has {length} lines")
        if name not in TABLES:
            faults += [f"{name}.{function}" for function in too_long(tree)]
    assert not faults, "\n".join(faults)


def too_long(tree: ast.Module) -> Iterator[str]:
    """Functions that are really two."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"


def test_tests_mirror_the_package() -> None:
    """A module is entered by a test of the folder that mirrors its own, or stands behind one that is."""
    by_folder: dict[str, dict[str, set[str]]] = {}
    for module in modules():
        folder = module.parent.relative_to(PACKAGE).as_posix()
        by_folder.setdefault(folder, {})[name_of(module)] = imports_of(module)
    untested = [
        name
        for folder, members in by_folder.items()
        for name in sorted(members.keys() - reached(members, entered(folder)))
        if name not in COVERED_BY and not (PACKAGE / name.replace(".", "/")).is_dir() and name != "__init__"
    ]
    assert not untested, "\n".join(untested)


def entered(folder: str) -> set[str]:
    """What the tests that mirror one folder of the package import."""
    place = ROOT / "tests" / folder
    fixtures = [above / "conftest.py" for above in place.parents if above.is_relative_to(ROOT / "tests")]
    tests = [*place.rglob("test_*.py"), *place.rglob("conftest.py"), *filter(Path.is_file, fixtures)]
    tests = tests if folder != "." else top_level_tests()
    return {name for test in tests for name in imports_of(test)}


def top_level_tests() -> list[Path]:
    return [*(ROOT / "tests").glob("test_*.py"), *(ROOT / "tests" / "commands").glob("test_*.py")]


def reached(members: dict[str, set[str]], found: set[str]) -> set[str]:
    """The modules of one folder behind those that are entered."""
    known: set[str] = set()
    fresh = found & members.keys()
    while fresh:
        known |= fresh
        fresh = {name for module in fresh for name in members[module]} & members.keys() - known
    return known


def test_the_lists_of_exceptions_are_current() -> None:
    names = {name_of(module) for module in modules()}
    assert not [name for name in (*COVERED_BY, *TABLES) if name not in names]
    assert not [test for test in COVERED_BY.values() if not (ROOT / "tests" / test).is_file()]


def test_colours_are_written_in_the_theme_alone() -> None:
    colour = re.compile(r"""["'][^"'\n]*#[0-9a-fA-F]{3,8}\b|\brgba?\(\s*\d|QColor\(\s*\d""")
    guilty = [
        f"{name_of(module)}:{number}: {line.strip()}"
        for module in modules()
        if name_of(module).startswith("ui.") and name_of(module) != "ui.theme"
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), 1)
        if colour.search(line)
    ]
    assert not guilty, "\n".join(guilty)


def test_no_file_knows_the_place_where_it_was_written() -> None:
    private = re.compile("|".join(("/" + "work/", "/" + "root/", "/home/[a-z]", r"C:\\Users\\")))
    guilty = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if private.search(line)
    ]
    assert not guilty, "\n".join(guilty)


def test_every_dependency_is_listed_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=!~\[; ]", entry)[0].lower() for entry in wanted}
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    listed = {row[0].strip("`").lower(): row for row in rows if len(row) == 3}
    assert names <= listed.keys()
    assert all(listed[name][1] and listed[name][2] for name in names)


NAMES_OF_IMPORTS = {"pil": "pillow", "vtkmodules": "vtk", "pyside6": "pyside6-essentials"}
"""Modules that are called otherwise than the package which brings them."""


def test_every_library_that_is_imported_is_declared() -> None:
    """A package that another one happens to bring may be gone with its next version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!~\[; ]", entry)[0].lower() for entry in project["dependencies"]}
    imported = {
        name.split(".")[0]
        for module in modules()
        for name in foreign_imports(module)
        if name.split(".")[0] not in sys.stdlib_module_names
    }
    needed = {NAMES_OF_IMPORTS.get(name.lower(), name.lower().replace("_", "-")) for name in imported}
    assert needed - {"vetpacs-desktop"} <= declared


def foreign_imports(file: Path) -> Iterator[str]:
    for node in ast.walk(read(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def commands() -> dict[str, argparse.ArgumentParser]:
    """The command line's commands by name."""
    found = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a command and of the commands below it."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    own = {
        max(action.option_strings, key=len)
        for action in parser._actions
        if action.option_strings and action.help != argparse.SUPPRESS
    }
    return own.union(*(options_of(one) for action in below for one in action.choices.values()))


def documented() -> dict[str, str]:
    """The sections of the command line's page by command."""
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `([a-z-]+)`.*$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    assert documented().keys() == commands().keys()


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_documented(name: str) -> None:
    options = options_of(commands()[name]) - {"--help"}
    section = documented()[name]
    assert not [option for option in options if f"`{option}" not in section]
    spoken_of = set(re.findall(r"`(--[a-z-]+)", section))
    assert spoken_of - {"--json", "--home"} <= options


def test_the_settings_page_is_the_settings_table() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_page.text(), "write it anew with: python -m tests.helpers.settings_page"


def test_the_keys_page_is_the_tables_of_actions() -> None:
    from tests.helpers import keys_page

    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert page == keys_page.text(), "write it anew with: python -m tests.helpers.keys_page"


def test_links_inside_the_documents_lead_somewhere() -> None:
    pages = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)


def test_decisions_are_short_and_numbered_without_gaps() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= 30 for path in decisions)


def test_the_changelog_speaks_of_this_version() -> None:
    from vetpacs_desktop import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_files_that_are_to_come_first_are_there() -> None:
    """A test file that was renamed would quietly come last."""
    assert [name for name in order.LONGEST if not (ROOT / "tests" / name).is_file()] == []
    assert len(set(order.LONGEST)) == len(order.LONGEST)
