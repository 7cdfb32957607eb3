"""The dental chart as tables: its action, the key and the short sign of each finding. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

DENTAL: tuple[Action, ...] = (
    Action(
        "dental_chart",
        QT_TRANSLATE_NOOP("actions", "Dental chart"),
        "F9",
        "tooth",
        QT_TRANSLATE_NOOP("actions", "Chart findings tooth by tooth (Triadan), beside their radiographs"),
    ),
)

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "M",
        "extracted": "X",
        "retained": "T",
        "unerupted": "U",
        "supernumerary": "S",
        "rotated": "W",
        "fracture_closed": "F",
        "fracture_open": "P",
        "root_remnant": "O",
        "discoloured": "D",
        "caries": "C",
        "periapical": "L",
        "root_filled": "N",
        "restored": "R",
        "calculus": "K",
        "gingivitis": "G",
        "mobility": "B",
        "furcation": "V",
        "periodontal_stage": "E",
        "resorption_stage": "A",
        "resorption_type": "Y",
        "probing_depth": "I",
        "recession": "J",
    }
)
"""A mark comes and goes, a grade goes one up (with Shift one down), a depth is asked for."""

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "MIS",
        "extracted": "X",
        "retained": "RD",
        "unerupted": "UNE",
        "supernumerary": "SN",
        "rotated": "ROT",
        "fracture_closed": "UCF",
        "fracture_open": "CCF",
        "root_remnant": "RTR",
        "discoloured": "DIS",
        "caries": "CA",
        "periapical": "PA",
        "root_filled": "RCT",
        "restored": "R",
        "calculus": "CI",
        "gingivitis": "GI",
        "mobility": "MO",
        "furcation": "FE",
        "periodontal_stage": "PD",
        "resorption_stage": "TR",
        "resorption_type": "TY",
        "probing_depth": "PP",
        "recession": "GR",
    }
)
"""Beside the tooth; a grade or depth follows. The legend under the chart says what they mean."""
