"""Settings: typed, kept whole, and a wrong line is told with its name and file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.settings import TABLE, BadSetting, Setting, Settings, Value, load, save

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


def values(row: Setting) -> st.SearchStrategy[Value]:
    """Any value of a row's kind."""
    if isinstance(row.default, bool):
        return st.booleans()
    if isinstance(row.default, int):
        return st.integers(-(2**31), 2**31)
    if isinstance(row.default, tuple):
        return st.lists(TEXT, max_size=4).map(tuple)
    return TEXT


ANY = st.fixed_dictionaries({}, optional={row.name: values(row) for row in TABLE})


def test_names_are_sections_with_keys_and_occur_once() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(row.name.count(".") == 1 and row.text.endswith(".") for row in TABLE)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path / "settings.toml")
    assert settings.number("receiver.port") == 11112
    assert settings.text("receiver.ae_title") == "VETPACS"
    assert settings.names("receiver.allowed_ae_titles") == ()


@given(changed=ANY)
def test_what_is_saved_comes_back(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Value]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings = Settings().with_values(changed)
    save(settings, path)
    assert load(path) == settings
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_unknown_settings_of_another_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("loose = 1\n[receiver]\nport = 104\nfuture = true\n[tomorrow]\nx = 1\n")
    assert load(path) == Settings({"receiver.port": 104})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[receiver]\nport = 'many'\n", "receiver.port"),
        ("[receiver]\nport = true\n", "receiver.port"),
        ("[receiver]\nae_title = 3\n", "receiver.ae_title"),
        ("[receiver]\nallowed_ae_titles = 'CT'\n", "receiver.allowed_ae_titles"),
        ("[receiver]\nallowed_ae_titles = [1]\n", "receiver.allowed_ae_titles"),
        ("receiver = [\n", "file"),
    ],
)
def test_a_wrong_line_is_told_with_its_name_and_file(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(BadSetting) as told:
        load(path)
    assert told.value.facts["name"] == name
    assert str(path) in told.value.sentence


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00clinic")
    with pytest.raises(BadSetting):
        load(path)


def test_a_setting_nobody_defined_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Settings().with_values({"receiver.colour": "red"})
    with pytest.raises(KeyError):
        Settings().text("receiver.colour")
