"""Presets of the reader's own making, kept in the settings; a damaged one is passed over."""

from __future__ import annotations

import json
import logging

from PySide6.QtCore import QSettings

from vetpacs_desktop.viewer.volume.curve import Curve, VolumePreset, curve_document, curve_from

_log = logging.getLogger(__name__)
_KEY = "viewing/volume_presets"
OWN = "own:"
"""Before the names of own presets, so that they never hide the program's."""


class OwnPresets:
    """By name; a curve in modality units, for CT or for everything else."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def presets(self, *, ct: bool) -> tuple[VolumePreset, ...]:
        """Those for CT, or those for everything else."""
        found = []
        for name, said in self._all().items():
            try:
                if bool(said["ct"]) == ct:
                    # The curve is in the volume's units as it stands: `ct` says that nothing is to be scaled.
                    found.append(VolumePreset(OWN + name, name, "", True, curve_from(said["curve"])))
            except (ValueError, KeyError, TypeError):
                _log.warning("A volume preset in the settings can't be read")
        return tuple(found)

    def save(self, name: str, curve: Curve, *, ct: bool) -> str:
        """Keep a curve under a name, in place of the one that had it; how the preset is called then."""
        kept = self._all()
        kept[name] = {"ct": ct, "curve": curve_document(curve)}
        self._settings.setValue(_KEY, json.dumps(kept))
        return OWN + name

    def remove(self, name: str) -> None:
        """Forget a preset, by the name that `save` answered."""
        kept = self._all()
        if kept.pop(name.removeprefix(OWN), None) is not None:
            self._settings.setValue(_KEY, json.dumps(kept))

    def _all(self) -> dict[str, dict[str, object]]:
        try:
            kept = json.loads(str(self._settings.value(_KEY, "{}")))
        except ValueError:
            return {}
        return {k: v for k, v in kept.items() if isinstance(v, dict)} if isinstance(kept, dict) else {}
