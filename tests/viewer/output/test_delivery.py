"""The whole way: an exam's shots to files whose pixels are the viewer's, with the label below, never over."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.viewer.documents import papers
from tests.viewer.output.conftest import album_of, cine, ct, radiograph, reels_of, shots_of
from tests.viewer.render.files import image_file, ramp
from tests.viewer.video import objects
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.output.delivery import Delivery, NothingToSave
from vetpacs_desktop.viewer.output.files import Format
from vetpacs_desktop.viewer.output.movie import rate_of
from vetpacs_desktop.viewer.output.painter import Painter, Taste
from vetpacs_desktop.viewer.output.shots import Album, all_stacks
from vetpacs_desktop.viewer.pixels.present import picture
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering
from vetpacs_desktop.viewer.render.strip import LINE, labelled
from vetpacs_desktop.viewer.state import ViewState


def delivery(canvas: Canvas, album: Album, *, overlay: bool = False, longest: int | None = None) -> Delivery:
    painter = Painter(canvas.draw, Taste(overlay, longest), album.sheet)
    letters, words = FreeTypeLettering(), album.label.words()
    return Delivery(painter, lambda rgb: labelled(rgb, words, letters), album.label)


def read(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def test_a_png_holds_the_viewers_pixels_one_to_one_and_the_label_below(
    canvas: Canvas, tmp_path: Path
) -> None:
    path = radiograph(tmp_path)
    album = album_of([path])
    out = tmp_path / "out.png"
    delivery(canvas, album).picture(shots_of(album)[0], out, Format.PNG)
    rgb = read(out)
    exact = picture(path, read_description(path), 0, Window(0, 2000))
    assert rgb.shape[1] == 400
    assert np.array_equal(rgb[:300, :, 0], exact)
    assert np.array_equal(rgb[:300, :, 1], exact)
    strip = rgb[300:]
    assert strip.shape[0] >= 15
    assert (strip[0] == LINE).all()
    assert strip[2:].max() > 200, "the words are bright"


def test_words_over_the_picture_are_a_choice_the_label_is_not(canvas: Canvas, tmp_path: Path) -> None:
    path = image_file(tmp_path, np.zeros((300, 400), np.int16), WindowCenter=1000, WindowWidth=10)
    album = album_of([path])
    pages = []
    for overlay in (False, True):
        out = tmp_path / f"{overlay}.png"
        delivery(canvas, album, overlay=overlay).picture(shots_of(album)[0], out, Format.PNG)
        pages.append(read(out))
    assert pages[0][:300].max() == 0
    assert pages[1][:300].max() > 200
    assert np.array_equal(pages[0][300:], pages[1][300:])


def test_a_chosen_size_counts_for_the_longer_side(canvas: Canvas, tmp_path: Path) -> None:
    album = album_of([radiograph(tmp_path)])
    delivery(canvas, album, longest=800).picture(shots_of(album)[0], tmp_path / "o.png", Format.PNG)
    with Image.open(tmp_path / "o.png") as image:
        assert image.width == 800
        assert 600 < image.height < 700


def test_a_reader_s_window_flip_and_turn_leave_too_but_the_zoom_does_not(
    canvas: Canvas, tmp_path: Path
) -> None:
    path = radiograph(tmp_path)
    look = ViewState(series=0, window=Window(10_000, 40_000), flip_h=True, rotation=90, factor=7.0)
    album = album_of([path])
    album = Album(album.exam, album.label, album.sheet, {(0, 0): look})
    delivery(canvas, album).picture(shots_of(album)[0], tmp_path / "o.png", Format.PNG)
    exact = picture(path, read_description(path), 0, Window(10_000, 40_000))
    rgb = read(tmp_path / "o.png")
    centre = (rgb.shape[1] - 300) // 2
    turned = np.rot90(exact[:, ::-1], -1)
    assert np.array_equal(rgb[:400, centre : centre + 300, 0], turned)


def test_pixels_that_are_not_square_are_shown_in_their_true_shape(canvas: Canvas, tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp(100, 400), PixelAspectRatio=[2, 1])
    album = album_of([path])
    delivery(canvas, album).picture(shots_of(album)[0], tmp_path / "o.png", Format.PNG)
    with Image.open(tmp_path / "o.png") as image:
        assert image.width == 400
        assert 200 < image.height < 240


def test_a_tiny_picture_stands_in_the_middle_of_its_strip(canvas: Canvas, tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp(20, 20), WindowCenter=-800, WindowWidth=400)
    album = album_of([path])
    delivery(canvas, album).picture(shots_of(album)[0], tmp_path / "o.png", Format.PNG)
    rgb = read(tmp_path / "o.png")
    exact = picture(path, read_description(path), 0, Window(-800, 400))
    left = (rgb.shape[1] - 20) // 2
    assert rgb.shape[1] == 320
    assert np.array_equal(rgb[:20, left : left + 20, 0], exact)


def test_what_was_drawn_leaves_with_the_picture(canvas: Canvas, tmp_path: Path) -> None:
    path = image_file(tmp_path, np.zeros((300, 400), np.int16), WindowCenter=1000, WindowWidth=10)
    uid = read_description(path).sop_uid
    line = Annotation("1", "length", ImageRef(uid), ((100.0, 150.0), (300.0, 150.0)))
    drawn, bare = album_of([path], sheet=Sheet((line,))), album_of([path])
    for name, album in (("drawn", drawn), ("bare", bare)):
        delivery(canvas, album, overlay=True).picture(
            shots_of(album)[0], tmp_path / f"{name}.png", Format.PNG
        )
    changed = np.abs(read(tmp_path / "drawn.png").astype(int) - read(tmp_path / "bare.png")).max(axis=2) > 60
    assert changed[148:153, 120:280].any(axis=0).mean() > 0.9, "the line"
    assert changed[140:200, 290:].any(), "its words"
    assert not changed[300:].any()


def test_many_pictures_are_named_in_reading_order_and_none_is_replaced(
    canvas: Canvas, tmp_path: Path
) -> None:
    album = album_of(ct(tmp_path)[::-1])
    folder = tmp_path / "out"
    seen: list[Progress] = []
    work = delivery(canvas, album)
    work = Delivery(work.painter, work.underline, album.label, report=seen.append)
    first = work.pictures(shots_of(album), folder, Format.PNG)
    again = work.pictures(shots_of(album), folder, Format.PNG)
    assert len(first.files) == len(again.files) == 5
    assert not {*first.files} & {*again.files}
    assert first.bytes == sum(path.stat().st_size for path in first.files)
    greys = [int(read(path)[:40, 150:170].mean()) for path in sorted(first.files)]
    assert greys == sorted(greys)
    assert greys[0] < greys[-1]
    assert min(path.name for path in first.files) == "Bella 2026-07-04 Series 1 001.png"
    assert seen[-1] == Progress(5, 5)


def test_a_broken_image_is_named_and_the_others_go_on(canvas: Canvas, tmp_path: Path) -> None:
    paths = ct(tmp_path, 4)
    album = album_of(paths)
    shots = shots_of(album)
    data = paths[1].read_bytes()
    paths[1].write_bytes(data[:-3000])
    done = delivery(canvas, album).pictures(shots, tmp_path / "out", Format.JPEG)
    assert len(done.files) == 3
    assert len(done.refused) == 1
    assert done.refused[0][1].endswith(".")


def test_who_stops_keeps_what_was_finished(canvas: Canvas, tmp_path: Path) -> None:
    album, cancel = album_of(ct(tmp_path)), CancelToken()

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            cancel.cancel()

    work = delivery(canvas, album)
    work = Delivery(work.painter, work.underline, album.label, report=stop, cancel=cancel)
    with pytest.raises(Cancelled):
        work.pictures(shots_of(album), tmp_path / "out", Format.PNG)
    assert len(list((tmp_path / "out").iterdir())) == 2


# --- films ----------------------------------------------------------------------------------------


def test_a_cine_is_a_film_of_all_its_frames_at_its_own_pace(canvas: Canvas, tmp_path: Path) -> None:
    album = album_of([cine(tmp_path, 12, "40")])
    done = delivery(canvas, album).film(reels_of(album)[0], tmp_path / "f.mp4")
    assert done.files == (tmp_path / "f.mp4",)
    with av.open(str(tmp_path / "f.mp4")) as film:
        stream = film.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
        assert stream.average_rate == 25
    assert len(frames) == 12
    greys = [frame[5:25, 140:180].mean() for frame in frames]
    assert np.abs(np.array(greys) - 20 * np.arange(12)).max() < 6
    assert all(frame[30:].max() > 150 for frame in frames), "the label in every frame"


def test_a_stack_is_a_film_at_a_chosen_pace(canvas: Canvas, tmp_path: Path) -> None:
    album = album_of(ct(tmp_path, 6))
    delivery(canvas, album).film(reels_of(album)[0], tmp_path / "f.mp4", frame_ms=200)
    with av.open(str(tmp_path / "f.mp4")) as film:
        stream = film.streams.video[0]
        assert (stream.average_rate, len(list(film.decode(stream)))) == (5, 6)


def test_a_lost_moment_shows_the_one_before(canvas: Canvas, tmp_path: Path) -> None:
    paths = ct(tmp_path, 5)
    album = album_of(paths)
    reel = reels_of(album)[0]
    paths[2].write_bytes(paths[2].read_bytes()[:-3000])
    done = delivery(canvas, album).film(reel, tmp_path / "f.mp4")
    assert len(done.refused) == 1
    with av.open(str(tmp_path / "f.mp4")) as film:
        assert len(list(film.decode(film.streams.video[0]))) == 5


def test_a_video_is_a_labelled_film_of_all_its_frames(canvas: Canvas, tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "clip.mp4", "mp4", frames=30)
    path = objects.carrier(tmp_path / "clip.dcm", clip.read_bytes())
    album = album_of([path])
    assert shots_of(album) == [], "a video is not taken apart into pictures"
    reel = reels_of(album)[0]
    assert (len(reel.shots), reel.moving) == (30, True)
    delivery(canvas, album).film(reel, tmp_path / "f.mp4")
    truth = objects.truth(clip)
    with av.open(str(tmp_path / "f.mp4")) as film:
        stream = film.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
        assert stream.average_rate == rate_of(reel.frame_ms)
    assert len(frames) == 30
    height, width = truth[0].shape[:2]
    left = (frames[0].shape[1] - width) // 2
    for n in (0, 15, 29):
        seen = frames[n][:height, left : left + width].astype(int)
        assert np.abs(seen - truth[n]).mean() < 12, n


def test_a_page_of_a_document_is_sharp_at_the_chosen_size(canvas: Canvas, tmp_path: Path) -> None:
    path = papers.carrier(tmp_path / "letter.dcm", papers.pdf())
    album = album_of([path])
    delivery(canvas, album, longest=2000).picture(shots_of(album)[0], tmp_path / "o.png", Format.PNG)
    with Image.open(tmp_path / "o.png") as image:
        assert image.height > 2000
    rgb = read(tmp_path / "o.png")[:1990]
    edges = np.abs(np.diff(rgb[..., 0].astype(int), axis=1)) > 200
    assert edges.sum() > 2000, "letters drawn anew, not blown up"


def test_a_film_of_nothing_is_a_sentence(canvas: Canvas, tmp_path: Path) -> None:
    paths = ct(tmp_path, 2)
    album = album_of(paths)
    reel = reels_of(album)[0]
    for path in paths:
        path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(NothingToSave):
        delivery(canvas, album).film(reel, tmp_path / "f.mp4")
    assert not (tmp_path / "f.mp4").exists()


# --- which ----------------------------------------------------------------------------------------


def test_key_images_are_found_by_image_and_frame(tmp_path: Path) -> None:
    paths, loop = ct(tmp_path), cine(tmp_path)
    slice_uid, loop_uid = read_description(paths[3]).sop_uid, read_description(loop).sop_uid
    keys = (KeyImage("1", ImageRef(loop_uid, 7)), KeyImage("2", ImageRef(slice_uid)))
    album = album_of(paths, [loop], sheet=Sheet(keys=keys))
    found = album.keys(all_stacks(album.exam, {}, CancelToken()))
    assert [(shot.key.path, shot.key.frame) for shot in found] == [(paths[3], 0), (loop, 7)]
