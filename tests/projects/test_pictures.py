"""What is kept of a picture: its pixels, upright and small; nothing of where, when and with what it was taken."""

import io
import os
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from projects import pictures
from workflow.exceptions import BadInput

WHERE = b"POSITION-31N-119E"


def written(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def rewrite(content, name="a.jpg"):
    return pictures.rewrite(io.BytesIO(content), name=name)


def refusal(content, name="a.jpg"):
    with pytest.raises(BadInput) as refused:
        rewrite(content, name)
    assert refused.value.field == "picture"
    return refused.value.sentence


def opened(kept):
    return Image.open(io.BytesIO(kept.content))


def sheet(size=(60, 40), colour="red", mode="RGB"):
    return Image.new(mode, size, colour)


def with_everything():
    """A JPEG with place, camera, profile, comment and XMP."""
    exif = Image.Exif()
    exif[0x010F] = WHERE.decode()
    exif[0x9286] = WHERE.decode()
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (31.0, 47.0, 0.0), 3: "E", 4: (119.0, 58.0, 0.0), 27: WHERE})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return written(
        sheet(), "JPEG", exif=exif, icc_profile=profile, comment=WHERE, xmp=b"<x:xmpmeta>" + WHERE
    )


def test_rewrite_leaves_no_trace_of_place_camera_or_profile():
    before = with_everything()
    with Image.open(io.BytesIO(before)) as source:
        assert source.getexif().get_ifd(0x8825)
    assert before.count(WHERE) >= 3
    kept = rewrite(before)
    for trace in (WHERE, b"Exif", b"xmpmeta", b"ICC_PROFILE", b"http://ns.adobe.com"):
        assert trace not in kept.content
    assert not opened(kept).getexif()
    assert "icc_profile" not in opened(kept).info
    # Every segment of the file is one that a decoder needs: no APPn but JFIF, no comment.
    assert segments(kept.content) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA}


def segments(content):
    found, at = set(), 2
    while content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return found


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("WEBP", "a.WEBP")])
def test_rewrite_leaves_no_text_of_other_formats(kind, name):
    exif = Image.Exif()
    exif[0x010F] = WHERE.decode()
    options = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Location", WHERE.decode())
    else:
        options["xmp"] = WHERE
    before = written(sheet(), kind, **options)
    assert WHERE in before
    kept = rewrite(before, name)
    assert WHERE not in kept.content
    assert kept.content_type == "image/jpeg"


def test_rewrite_turns_it_upright():
    picture = sheet((60, 40))
    picture.paste("blue", (0, 0, 10, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn a quarter to the right
    kept = rewrite(written(picture, "JPEG", exif=exif, quality=95))
    assert (kept.width, kept.height) == opened(kept).size == (40, 60)
    red, _green, blue = opened(kept).getpixel((20, 3))
    assert blue > red


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1601, 2), (6000, 100)])
def test_rewrite_makes_it_small(size):
    kept = rewrite(written(sheet(size), "JPEG"))
    assert max(kept.width, kept.height) == pictures.MOST_SIDE
    assert kept.width / kept.height == pytest.approx(size[0] / size[1], rel=0.5)


def test_rewrite_of_noise_stays_below_the_limit():
    noise = Image.frombytes("RGB", (1800, 1800), os.urandom(1800 * 1800 * 3))
    kept = rewrite(written(noise, "PNG"), "a.png")
    assert len(kept.content) <= pictures.MOST_BYTES
    assert opened(kept).size == (kept.width, kept.height)


def test_rewrite_puts_what_shines_through_on_white():
    kept = rewrite(written(sheet(colour=(255, 0, 0, 0), mode="RGBA"), "PNG"), "a.png")
    assert min(opened(kept).getpixel((5, 5))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_rewrite_takes_every_kind_of_colour(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert rewrite(written(Image.new(mode, (20, 20)), kind), "").width == 20


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("WEBP", "a.webp")])
def test_rewrite_keeps_the_first_frame_of_an_animation(kind, name):
    frames = [sheet(colour=colour) for colour in ("red", "blue", "green")]
    kept = rewrite(written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100), name)
    red, green, blue = opened(kept).getpixel((5, 5))
    assert red > 200 > blue + green


def test_rewrite_takes_the_double_jpeg_of_a_phone():
    double = written(sheet(), "MPO", save_all=True, append_images=[sheet(colour="blue")])
    assert opened(rewrite(double)).getpixel((5, 5))[0] > 200


def png_of_size(width, height):
    """A few bytes that claim to be huge."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8000, 8000), (11_000, 11_000), (60_000, 60_000)])
def test_rewrite_refuses_a_bomb(size):
    assert "万像素" in refusal(png_of_size(*size), "a.png")


def test_rewrite_refuses_too_many_bytes():
    assert "15 MB" in refusal(b"\xff\xd8" + bytes(pictures.MOST_BYTES_IN))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.jpg"),
        (b"<html><script>alert(1)</script>", "a.jpg"),
        (b"%PDF-1.7", "a.png"),
        (b"GIF89a" + bytes(40), "a.gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
        (png_of_size(20, 20), "a.png"),
    ],
)
def test_rewrite_refuses_what_is_no_whole_picture(content, name):
    assert "打不开" in refusal(content, name)


def test_rewrite_refuses_half_a_picture():
    whole = written(sheet((400, 400)), "JPEG")
    assert "打不开" in refusal(whole[: len(whole) // 2])


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.jpg"), ("JPEG", "a.exe"), ("WEBP", "a.png")])
def test_rewrite_refuses_a_file_that_lies_about_its_type(kind, name):
    sentence = refusal(written(sheet(), kind), name)
    assert kind in sentence
    assert "另存为" in sentence


@given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 400))
def test_rewrite_of_broken_bytes_is_a_picture_or_a_sentence(junk, kind, at):
    whole = written(sheet(), kind)
    try:
        kept = rewrite(whole[:at] + junk + whole[at + len(junk) :], "")
    except BadInput:
        return
    assert len(kept.content) <= pictures.MOST_BYTES
