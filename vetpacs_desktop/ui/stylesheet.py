"""The style sheet's text: rules with the names of colours and sizes, which `theme` fills in.

It holds no colour of its own. Widgets choose a rule with the dynamic property ``role``.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_RULES = Template(
    """
QWidget { color: $text; }
QMainWindow, QDialog, QWidget[role="page"] { background: $background; }
QWidget[role="panel"] { background: $panel; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[role="line"] { background: $line; border: none; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="secondary"] { font-size: ${secondary}px; color: $text_dim; }
QLabel[role="dim"] { color: $text_dim; }
QLabel[role="error"] { color: $red; }
QLabel[role="code"] { background: $field; border: 1px solid $line; border-radius: ${radius}px;
    padding: 4px 8px; font-weight: 600; }

QLabel[role="value"] { background: $field; border: 1px solid $line; border-radius: ${radius}px;
    padding: 6px 12px; font-size: ${title}px; font-weight: 600; }

QPushButton { background: $raised; border: 1px solid $line; border-radius: ${radius}px;
    padding: 6px 14px; min-height: 18px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_disabled; }
QPushButton[role="primary"] { background: $accent; color: $accent_text; border-color: $accent;
    font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $text_disabled; border-color: $line; }
QPushButton[role="flat"] { background: transparent; border-color: transparent; padding: 4px 8px; }
QPushButton[role="flat"]:hover { background: $hover; }
QPushButton[role="flat"]:focus { border-color: $accent; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: $accent;
    padding: 2px 4px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border-color: $accent; }
QPushButton[role="chip"] { background: transparent; border: 1px solid $line; border-radius: 13px;
    padding: 3px 12px; min-height: 18px; color: $text_dim; }
QPushButton[role="chip"]:hover { background: $hover; color: $text; }
QPushButton[role="chip"]:focus { border-color: $accent; }
QPushButton[role="chip"]:checked { background: $selection; color: $selection_text; border-color: $accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${radius}px;
    padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $selection; color: $selection_text; }
QToolButton:disabled { color: $text_disabled; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-button { border: none; width: 16px; background: transparent; }
QToolButton::menu-arrow { image: url($unfold); width: 12px; height: 12px; }
QToolButton[role="tile"] { background: $raised; border: 1px solid $line; padding: 12px 8px; }
QToolButton[role="tile"]:hover { background: $hover; }
QToolButton[role="tile"]:focus { border-color: $accent; }
QToolButton[role="tile"]:checked { background: $selection; color: $selection_text; border-color: $accent; }
QToolButton[role="grade"] { background: $field; border: 1px solid $line; padding: 0; }
QToolButton[role="grade"]:hover { background: $hover; }
QToolButton[role="grade"]:focus { border-color: $accent; }
QToolButton[role="grade"]:checked { background: $accent; color: $accent_text; border-color: $accent;
    font-weight: 600; }
QToolButton[role="place"] { color: $text_dim; font-size: ${secondary}px; border-radius: 0;
    border: none; border-left: 3px solid transparent; padding: 8px 0 6px 0; }
QToolButton[role="place"]:hover { color: $text; background: $hover; }
QToolButton[role="place"]:checked { color: $text; background: $raised; border-left-color: $accent; }
QToolButton[role="place"]:focus { background: $hover; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit,
    QComboBox { background: $field; border: 1px solid $line; border-radius: ${radius}px;
    padding: 5px 8px; min-height: 18px;
    selection-background-color: $accent; selection-color: $accent_text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus,
    QTimeEdit:focus, QComboBox:focus {
    border-color: $accent; }
QLineEdit[role="search"] { font-size: 15px; padding: 8px 8px; min-height: 22px; }
QLineEdit:read-only, QComboBox:disabled { background: transparent; color: $text_dim; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; background: transparent; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url($unfold); width: 16px; height: 16px; }
QComboBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line;
    selection-background-color: $selection; selection-color: $selection_text; }

QAbstractItemView { background: $panel; border: none; outline: none; alternate-background-color: $panel;
    selection-background-color: $selection; selection-color: $selection_text; }
QAbstractItemView[role="list"]::item { padding: 5px 6px; }
QAbstractItemView[role="list"]::item:selected { background: $selection; color: $selection_text; }
QTableWidget[role="lines"]::item, QListWidget[role="lines"]::item { padding: 0 8px; }
QListWidget[role="lines"]::item { padding: 6px 8px; }
QHeaderView { background: $panel; }
QHeaderView::section { background: $panel; color: $text_dim; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; font-size: ${secondary}px; }
QHeaderView::section:hover { color: $text; background: $hover; }
QTableCornerButton::section { background: $panel; border: none; }

QMenu { background: $raised; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $selection_text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QTabWidget::pane { border: none; border-top: 1px solid $line; background: $background; }
QTabWidget > QStackedWidget > QWidget { background: $background; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $text_dim; border: none;
    border-bottom: 2px solid transparent; padding: 8px 16px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accent; }

QScrollArea, QScrollArea > QWidget > QWidget[role="page"] { border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover { background: $text_disabled; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }

QProgressBar { background: $field; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::groove:vertical { width: 4px; background: $line; border-radius: 2px; }
QSlider::handle { background: $text_dim; border-radius: ${radius}px; }
QSlider::handle:horizontal { width: 12px; margin: -4px 0; }
QSlider::handle:vertical { height: 12px; margin: 0 -4px; }
QSlider::handle:hover { background: $accent; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_disabled; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 16px; height: 16px; background: $field;
    border: 1px solid $text_dim; border-radius: 3px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent;
    border-color: $accent; image: url($tick); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate { background: $accent;
    border: 5px solid $field; border-radius: 8px; width: 8px; height: 8px; }
QCheckBox::indicator:disabled { border-color: $line; }
QRadioButton::indicator { width: 14px; height: 14px; background: $field; border: 1px solid $text_dim;
    border-radius: 8px; }
QRadioButton::indicator:checked { width: 6px; height: 6px; background: $accent_text;
    border: 5px solid $accent; border-radius: 8px; }

QWidget[role="rail"] { background: $panel; border-right: 1px solid $line; }
QWidget[role="strip"] { background: $panel; border-top: 1px solid $line; }
QWidget[role="strip"] QLabel, QWidget[role="strip"] QPushButton { font-size: ${secondary}px; }
QWidget[role="drop"] { background: $raised; border: 2px dashed $accent; border-radius: ${radius}px; }
QFrame[role="notice"] { background: $raised; border: 1px solid $line; border-left: 3px solid $accent;
    border-radius: ${radius}px; }
QFrame[role="notice"][tone="amber"] { border-left-color: $amber; }
QFrame[role="notice"][tone="red"] { border-left-color: $red; }
"""
)


def stylesheet(colors: Mapping[str, str], sizes: Mapping[str, int], signs: Mapping[str, str]) -> str:
    """The rules with every name replaced (`signs` by the paths of pictures); a missing name is a KeyError."""
    return _RULES.substitute({**colors, **signs, **{name: str(value) for name, value in sizes.items()}})
