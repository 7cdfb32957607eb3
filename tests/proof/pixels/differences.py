"""Where two programs differ about a pixel of a real file: how far, who is right and why.

Whatever is not in these tables must agree: with pydicom's values through the standard's formulas within half
a grey level, which is rounding (`ROUNDING`), and with DCMTK's picture within `ONE_LEVEL`, because both
programs round. Keys are file names.
"""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING = 0.51
ONE_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """At most `most` grey levels anywhere and `mean` on average."""

    most: float
    mean: float
    reason: str


_SPREAD = (
    "lossy JPEG: ISO 10918 and PS3.5 8.2.1 leave open how halved colour is spread over its pixels and how "
    "the cosine transform is rounded; both are right, and DCMTK's picture is ours within one level"
)
_COSINE = (
    "lossy JPEG: decoders may round the cosine transform to either side (ISO 10918-2 allows one step); both "
    "are right, and DCMTK's picture is ours within one level"
)
_TWELVE = (
    "lossy JPEG of 12 bits: one stored value of difference is allowed (ISO 10918-2), which the file's window "
    "of about 100 values shows as up to three grey levels; DCMTK's picture is ours within one level"
)

PYDICOM = {
    "color3d_jpeg_baseline.dcm": Difference(5, 0.15, _SPREAD),
    "examples_ybr_color.dcm": Difference(3, 0.15, _SPREAD),
    "SC_rgb_dcmtk_+eb+cy+np.dcm": Difference(2, 0.15, _SPREAD),
    "SC_rgb_dcmtk_+eb+cy+s2.dcm": Difference(2, 0.15, _SPREAD),
    "SC_rgb_dcmtk_+eb+cy+n1.dcm": Difference(2, 0.15, _COSINE),
    "SC_rgb_jpeg_lossy_gdcm.dcm": Difference(2, 0.15, _COSINE),
    "SC_jpeg_no_color_transform.dcm": Difference(1, 0.15, _COSINE),
    "SC_jpeg_no_color_transform_2.dcm": Difference(1, 0.15, _COSINE),
    "SC_rgb_dcmtk_+eb+cr.dcm": Difference(1, 0.15, _COSINE),
    "SC_rgb_jpeg.dcm": Difference(1, 0.15, _COSINE),
    "SC_rgb_jpeg_app14_dcmd.dcm": Difference(1, 0.15, _COSINE),
    "JPGExtended.dcm": Difference(2.6, 0.3, _TWELVE),
}
STORED = {"JPGExtended.dcm": 1}
"""Stored values may differ by this much, for the same reasons."""

NO_PYDICOM = {
    "OT-PAL-8-face.dcm": "pydicom finds no transfer syntax in it; DCMTK shows it as we do",
    "JPEG-lossy.dcm": "pydicom's decoder stops at a misplaced marker; DCMTK shows it as we do",
    "badVR.dcm": "its number of frames is no number, which stops pydicom; it is rtdose.dcm otherwise",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "pydicom reads no pixels where their last mark is missing; "
    "the sound twin is compared",
}
SAME_PICTURE = {
    "JPEG-lossy.dcm": "JPGExtended.dcm",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "emri_small_jpeg_2k_lossless.dcm",
    "693_J2KR.dcm": "693_UNCR.dcm",
    "MR2_J2KR.dcm": "MR2_UNCR.dcm",
    "RG1_J2KR.dcm": "RG1_UNCR.dcm",
    "RG3_J2KR.dcm": "RG3_UNCR.dcm",
    "US1_J2KR.dcm": "US1_UNCR.dcm",
    "MR_small_jp2klossless.dcm": "MR_small.dcm",
    "MR_small_jpeg_ls_lossless.dcm": "MR_small.dcm",
    "emri_small_jpeg_2k_lossless.dcm": "emri_small.dcm",
    "emri_small_jpeg_ls_lossless.dcm": "emri_small.dcm",
    "gdcm-US-ALOKA-16_big.dcm": "gdcm-US-ALOKA-16.dcm",
    "SC_rgb_rle_32bit.dcm": "SC_rgb_32bit.dcm",
    "SC_rgb_expb_32bit.dcm": "SC_rgb_32bit.dcm",
    "rtdose_expb.dcm": "rtdose.dcm",
    "rtdose_expb_1frame.dcm": "rtdose_1frame.dcm",
    "rtdose_rle.dcm": "rtdose.dcm",
}
"""Lossless twins: who made them coded one picture twice, so both files must show the same to the last bit."""

DCMTK = {
    "SC_ybr_full_uncompressed.dcm": Difference(
        2, 0.5, "DCMTK turns YBR to RGB in whole numbers; ours is PS3.3 C.7.6.3.1.2's formula, rounded once"
    ),
}

_NO_J2K = (
    "DCMTK's free edition has no JPEG 2000; lossless twins and pydicom's OpenJPEG are the second opinion"
)
_JPEG_2000 = """
693_J2KI.dcm
693_J2KR.dcm
GDCMJ2K_TextGBR.dcm
J2K_pixelrep_mismatch.dcm
JPEG2000.dcm
MR2_J2KI.dcm
MR2_J2KR.dcm
MR_small_jp2klossless.dcm
RG1_J2KI.dcm
RG1_J2KR.dcm
RG3_J2KI.dcm
RG3_J2KR.dcm
SC_rgb_gdcm_KY.dcm
US1_J2KI.dcm
US1_J2KR.dcm
emri_small_jpeg_2k_lossless.dcm
emri_small_jpeg_2k_lossless_too_short.dcm
examples_jpeg2k.dcm
explicit_VR-UN.dcm
"""
_WIDE = "DCMTK takes no colour of 32 bits a channel"
_SWAPPED = (
    "big endian OW of 32 bits: DCMTK turns the bytes of 16-bit words (PS3.5 A.3), the file holds whole "
    "32-bit numbers, as its twin rtdose proves to the bit"
)
NO_DCMTK = {
    "rtdose_expb.dcm": _SWAPPED,
    "rtdose_expb_1frame.dcm": _SWAPPED,
    "gdcm-US-ALOKA-16.dcm": "DCMTK ignores segmented palettes (PS3.3 C.7.9.2)",
    "gdcm-US-ALOKA-16_big.dcm": "DCMTK ignores segmented palettes (PS3.3 C.7.9.2)",
    "SC_rgb_jpeg.dcm": "implicit VR under an explicit name, which DCMTK does not forgive",
    "SC_rgb_32bit.dcm": _WIDE,
    "SC_rgb_32bit_2frame.dcm": _WIDE,
    "SC_rgb_expb_32bit.dcm": _WIDE,
    "SC_rgb_expb_32bit_2frame.dcm": _WIDE,
    **dict.fromkeys(_JPEG_2000.split(), _NO_J2K),
}

WIDER_THAN_SAID = {("0063.dcm", 0): 28}
"""File and frame of the real series -> pixels with bits above BitsStored (65,535 where 12 bits are said).

pydicom cuts them to 4,095 as PS3.5 8.1.1 has it; ours keeps wider values whole, because other devices store
16 bits and say 12, where cutting would fold bright places to black. Both show these pixels white.
"""
