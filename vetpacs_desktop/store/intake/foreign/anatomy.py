"""The part of the body in DICOM's own codes, found by its English name (PS3.16 CID 4, 7482 and 7483).

A name that no list knows has no code; nothing is guessed.
"""

from __future__ import annotations

from functools import cache

from pydicom.dataset import Dataset

_LISTS = ("CID7482", "CID7483", "CID4")
"""The veterinary lists first."""
WHOLE = "EntireBody"
_SINGLE = frozenset(
    """
    Abdomen AbdomenAndPelvis AbdominalAorta AnusRectumAndSigmoidColon Aorta AorticArch AscendingAorta
    Back BileDuct Bladder BladderAndUrethra Brain Cerebellum CervicalSpine Cervix Chest
    ChestAbdomenAndPelvis ChestAndAbdomen CircleOfWillis Coccyx Colon CoronaryArtery Duodenum EntireBody
    Esophagus EsophagusStomachAndDuodenum Face Gallbladder Head HeadAndNeck Heart Ileum Ilium Jejunum
    LargeIntestine Larynx Liver LumbarSpine Lung Maxilla Mediastinum Mouth Nasopharynx Neck NeckAndChest
    NeckChestAbdomenAndPelvis NeckChestAndAbdomen Nose Pancreas PancreaticDuct Pelvis Penis Perineum
    Pharynx PharynxAndLarynx Prostate Rectum Retroperitoneum Sacrum Scalp SellaTurcica SigmoidColon
    Skull SmallIntestine SpinalCord Spine Spleen Sternum Stomach ThoracicAorta ThoracicSpine Thymus
    Thyroid Tongue Trachea TracheaAndBronchus UmbilicalRegion Urethra Uterus Vagina Vulva
    """.lower().split()
)
"""Parts an animal has one of, or that are taken for one, so that no side is said of them."""


def region_item(words: str) -> Dataset | None:
    """An item of AnatomicRegionSequence for `words`, or None."""
    found = _regions().get(_folded(words))
    if found is None:
        return None
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = found
    return item


def has_sides(words: str) -> bool:
    """Whether a side belongs to the part; an unknown part may have two."""
    return _folded(words) not in _SINGLE


@cache
def _regions() -> dict[str, tuple[str, str, str]]:
    from pydicom.sr.codedict import codes

    found: dict[str, tuple[str, str, str]] = {}
    for name in _LISTS:
        members = getattr(codes, name)
        for word in members.dir():
            code = getattr(members, word)
            found.setdefault(_folded(word), (code.value, code.scheme_designator, code.meaning[:64]))
    return found


def _folded(words: str) -> str:
    return "".join(sign for sign in words.lower() if sign.isalnum())
