"""Who may send follows the settings' file from one caller to the next, and a broken file locks nobody out."""

from __future__ import annotations

from pathlib import Path

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.machines.allowed import Allowed

NAMES, OWN_NAME = "receiver.allowed_ae_titles", "receiver.only_own_name"


def save(path: Path, **values: Value) -> None:
    settings_file.save(Settings({name.replace("__", "."): value for name, value in values.items()}), path)


def test_the_settings_of_the_start_hold_until_the_file_changes(home: Home) -> None:
    allowed = Allowed(home, Settings({NAMES: (" XRAY ", "", "CT"), OWN_NAME: True}))
    assert (allowed.names, allowed.own_name_only) == ({"XRAY", "CT"}, True)
    allowed.renew()
    assert (allowed.names, allowed.own_name_only) == ({"XRAY", "CT"}, True)


def test_a_change_counts_for_the_next_caller(home: Home) -> None:
    allowed = Allowed(home, Settings())
    assert (allowed.names, allowed.own_name_only) == (frozenset(), False)
    save(home.settings, receiver__allowed_ae_titles=("XRAY",), receiver__only_own_name=True)
    assert allowed.names == frozenset()
    allowed.renew()
    assert (allowed.names, allowed.own_name_only) == ({"XRAY"}, True)
    home.settings.unlink()
    allowed.renew()
    assert (allowed.names, allowed.own_name_only) == (frozenset(), False)


def test_a_file_that_can_not_be_read_changes_nothing(home: Home) -> None:
    save(home.settings, receiver__allowed_ae_titles=("XRAY",))
    allowed = Allowed(home, settings_file.load(home.settings))
    home.settings.write_text("[receiver\nallowed_ae_titles = ", encoding="utf-8")
    allowed.renew()
    assert allowed.names == {"XRAY"}
    save(home.settings, receiver__allowed_ae_titles=("XRAY", "ULTRASOUND"))
    allowed.renew()
    assert allowed.names == {"XRAY", "ULTRASOUND"}
