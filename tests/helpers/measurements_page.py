"""``docs/measurements.md`` from the guides and references; ``python -m tests.helpers.measurements_page``."""

from pathlib import Path

from vetpacs_desktop.ui.viewing.dental.rows import KEYS, SIGNS
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, Finding
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Formula, Tooth
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.reference import Reference, published

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measurements.md"
HEAD = """# Veterinary measurements

*Made from `vetpacs_desktop/viewer/measure/veterinary` and `resources/references`; don't edit it here.*

Each measurement is a guide: it asks for one click after the other and shows what is known so far. On the
command line the same points go to `vetpacs-desktop measure FILE --tool NAME --points "x,y x,y ..."` in the
order of the steps. Angles and ratios need no scale; lengths say what their millimetres rest on. Values are
worked out anew from the kept points, and come out the same to the last digit.

Reference values are quoted, not judged: a value is said to lie below, within or above what a publication
gives, after rounding it as the publication does. *Verified* means that the figure was read in the
publication, in its abstract or in a reviewed paper that quotes it, *weak* that it was read in a secondary
source, *unverified* that nobody has checked it here. A breed's own rows take the place of those for the
species. A mean with a standard deviation is compared at two standard deviations.
"""


def text() -> str:
    """The whole page."""
    return HEAD + "".join(_guide(guide) for guide in GUIDES.values()) + _teeth() + _sources()


def _guide(guide: Guide) -> str:
    species = ", ".join(guide.species) or "all"
    steps = "".join(f"{number}. {_step(step)}\n" for number, step in enumerate(_asked(guide), 1))
    rows = published().for_measure(guide.name)
    return (
        f"\n## {guide.words}\n\n"
        f"`{guide.name}` · {guide.region} · animals: {species} · pictures: {', '.join(guide.views)}\n\n"
        f"{guide.formula}\n\n{steps}\n{_more(guide)}{_references(rows)}"
    )


def _asked(guide: Guide) -> list[Step]:
    """The steps that are always asked for, and those that may be left out."""
    return [step for n, step in enumerate(guide.steps) if n < guide.least or step.optional]


def _step(step: Step) -> str:
    return f"{step.sentence} (May be left out.)" if step.optional else step.sentence


def _more(guide: Guide) -> str:
    further = [step for step in guide.steps[guide.least :] if not step.optional]
    if not further:
        return ""
    return f"Then on to the {further[-1].label}, as far as the longest axis reaches.\n\n"


def _references(rows: tuple[Reference, ...]) -> str:
    if not rows:
        return "No reference values.\n"
    head = "| animals | figure | published | source | strength |\n|---|---|---|---|---|\n"
    return head + "".join(_row(row) for row in rows)


def _row(row: Reference) -> str:
    animals = row.group or row.breed or row.species
    animals += f", {row.view}" if row.view else ""
    kind = "cut-off " if row.cut_off is not None else "mean " if row.mean is not None else ""
    about = f" ({row.about})" if row.about else ""
    unit = "" if row.unit == "ratio" else f" {row.unit}"
    if row.high is None and row.low is not None:
        unit = f", in {row.unit}"
    figure = row.part or "value"
    return (
        f"| {animals} | {figure} | {kind}{row.figures}{unit}{about} | {row.source} | {row.strength.value} |\n"
    )


def _teeth() -> str:
    formulas = "".join(_formula(formula) for formula in FORMULAS.values())
    findings = "".join(
        f"| {one.words} | {_range(one)} | {KEYS[one.name]} | {SIGNS[one.name]} |\n"
        for one in FINDINGS.values()
    )
    return (
        "\n## Dental chart\n\n"
        "Teeth are numbered by the modified Triadan system: quadrant (1 upper right, 2 upper left, 3 lower "
        "left, 4 lower right; 5 to 8 for milk teeth) and place from the midline.\n\n"
        "| species | teeth | upper jaw, right to left | lower jaw, right to left |\n|---|---|---|---|\n"
        f"{formulas}\n| finding | values | key | on the chart |\n|---|---|---|---|\n{findings}"
    )


def _sources() -> str:
    titles = {row.source: row.title for row in published().rows if row.title}
    return "\n## Sources\n\n" + "".join(f"- {cite}: {titles[cite]}.\n" for cite in sorted(titles))


def _formula(formula: Formula) -> str:
    count = f"{len(formula.adult)}, milk {len(formula.deciduous)}"
    rare = f" (places {', '.join(f'{n:02d}' for n in formula.often_missing)} are often missing)"
    count += rare if formula.often_missing else ""
    upper, lower = _run(formula.row(upper=True)), _run(formula.row(upper=False))
    return f"| {formula.species} | {count} | {upper} | {lower} |\n"


def _run(teeth: tuple[Tooth, ...]) -> str:
    return " ".join(str(tooth) for tooth in teeth)


def _range(finding: Finding) -> str:
    return "mark" if finding.is_mark else f"{finding.low:g} to {finding.high:g} {finding.unit}".rstrip()


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
