"""What a picture that leaves says of itself: the four words, nothing invented, nothing more."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.labels import PictureLabel, exif, label_of, label_of_file, png_texts

LABEL = PictureLabel("Tierklinik Süd", "Ψιψίνα", "Þórsdóttir", "2026-07-04")


def exam(institution: str = "") -> Exam:
    return Exam(
        "1.2", "Bella", "Smith", "Dog", "Beagle", "", "", "SECRET-7", "20260704", "", "", institution, ()
    )


def test_the_words_are_animal_owner_date_and_clinic() -> None:
    assert LABEL.words() == ("Ψιψίνα", "Owner: Þórsdóttir", "2026-07-04", "Tierklinik Süd")


def test_what_is_not_known_stays_out_but_a_nameless_animal_is_called_so() -> None:
    assert PictureLabel().words() == ("Unnamed animal",)


def test_the_words_can_be_translated() -> None:
    german = {"Owner: {name}": "Besitzer: {name}", "Unnamed animal": "Tier ohne Namen"}
    label = PictureLabel("", "", "Smith")
    assert label.words(lambda text: german[text]) == ("Tier ohne Namen", "Besitzer: Smith")


@pytest.mark.parametrize(("own", "made", "said"), [("Ours", "Theirs", "Ours"), ("", "Theirs", "Theirs")])
def test_the_clinic_is_ours_else_the_one_that_made_the_images(own: str, made: str, said: str) -> None:
    assert label_of(exam(made), own) == PictureLabel(said, "Bella", "Smith", "2026-07-04")


def test_a_file_alone_has_a_label_too(tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp(), ResponsiblePerson="Jones", StudyDate="20260102")
    label = label_of_file(read_description(path), "Ours")
    assert (label.clinic, label.date) == ("Ours", "2026-01-02")
    assert "Fluffy" in label.animal


def test_png_texts_hold_the_words_in_any_script_and_nothing_else() -> None:
    out = BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG", pnginfo=png_texts(LABEL))
    texts = Image.open(BytesIO(out.getvalue())).text
    assert texts == {
        "Title": "Ψιψίνα",
        "Author": "Tierklinik Süd",
        "Description": "Ψιψίνα, Owner: Þórsdóttir, 2026-07-04, Tierklinik Süd",
        "Creation Time": "2026-07-04",
        "Software": "VetPACS",
    }


def test_exif_holds_the_words_and_nothing_else() -> None:
    out = BytesIO()
    Image.new("RGB", (2, 2)).save(out, "JPEG", exif=exif(LABEL))
    read = Image.open(BytesIO(out.getvalue())).getexif()
    assert set(read) == {0x010E, 0x0131, 0x013B, 0x8769}
    assert "Ψιψίνα, Owner: Þórsdóttir".encode() in out.getvalue()
    assert dict(read.get_ifd(0x8769)) == {0x9003: "2026:07:04 00:00:00"}


def test_no_identifier_leaves() -> None:
    said = " ".join(label_of(exam(), "Ours").texts().values())
    assert "SECRET-7" not in said


def test_the_clinics_address_is_for_paper_and_stays_off_pictures_and_off_another_clinics() -> None:
    label = label_of(exam("Elsewhere"), "Ours", "1 High Street, 555 0100")
    assert label.contact == "1 High Street, 555 0100"
    assert not any("High Street" in word for word in label.words())
    assert label_of(exam("Elsewhere"), "", "1 High Street").contact == ""
