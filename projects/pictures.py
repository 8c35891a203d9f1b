"""How an uploaded picture is written anew: smaller, upright, and without a trace of where it was taken."""

import io
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from workflow.exceptions import BadInput

#: What a phone's album holds; beyond it somebody uploads something else.
MOST_BYTES_IN = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_SIDE = 1600
MOST_BYTES = 400 * 1024
#: Formats that are read, with the endings that may name them. MPO is what some phones make of a JPEG.
_ENDINGS = {
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "MPO": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "PNG": {".png"},
    "WEBP": {".webp"},
}
ACCEPTED = "image/jpeg,image/png,image/webp"
_QUALITIES = (82, 74, 64, 50)


@dataclass(frozen=True)
class Picture:
    """What is kept of an upload."""

    content: bytes
    content_type: str
    width: int
    height: int


def rewrite(upload: io.IOBase, *, name: str, field: str = "picture") -> Picture:
    """`upload`, named `name` by its sender, as an upright JPEG of at most `MOST_SIDE` and `MOST_BYTES`.

    Nothing but the pixels goes over: no EXIF, XMP, place, profile, comment, preview or further frame; what
    shines through stands on white. Raises `BadInput` at `field` for what is no such picture, is not what
    its name says, or is too large.
    """
    content = upload.read(MOST_BYTES_IN + 1)
    if len(content) > MOST_BYTES_IN:
        raise BadInput(
            _("图片超过 %(most)s MB。请先用手机裁剪或缩小，再上传。")
            % {"most": MOST_BYTES_IN // 1024 // 1024},
            field=field,
        )
    pixels = _read(content, name, field)
    return _write(pixels)


def _read(content: bytes, name: str, field: str) -> Image.Image:
    """The first frame, upright and small, as bare pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            is_too_large = opened.width * opened.height > MOST_PIXELS
            kind = opened.format
            if not is_too_large and _is_named(kind, name):
                # A JPEG is unpacked no larger than needed.
                opened.draft("RGB", (MOST_SIDE, MOST_SIDE))
                opened.thumbnail((MOST_SIDE, MOST_SIDE))
                return _bare(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        is_too_large = True
    # Whoever sends broken bytes can make a decoder raise anything; the answer is the same.
    except Exception as error:
        raise BadInput(
            _("这个文件打不开，不是完整的 JPEG、PNG 或 WebP 图片。请换一张，或在手机上截图后上传截图。"),
            field=field,
        ) from error
    if is_too_large:
        raise BadInput(
            _("图片太大，超过 %(most)s 万像素。请先缩小，再上传。") % {"most": MOST_PIXELS // 10_000},
            field=field,
        )
    raise BadInput(
        _("文件名的后缀是 %(ending)s，内容却是 %(kind)s。请用看图软件另存为 JPEG 后再上传。")
        % {"ending": PurePath(name).suffix[:10], "kind": "JPEG" if kind == "MPO" else kind},
        field=field,
    )


def _is_named(kind: str | None, name: str) -> bool:
    """Whether the ending of `name` is one of `kind`; a name without an ending says nothing."""
    ending = PurePath(name).suffix.lower()
    return not ending or ending in _ENDINGS.get(kind or "", ())


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone on a new sheet: whatever else the file carried stays behind."""
    sheet = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    return sheet


def _write(pixels: Image.Image) -> Picture:
    """The best quality that fits; what never fits is made smaller still."""
    while True:
        for quality in _QUALITIES:
            written = io.BytesIO()
            pixels.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= MOST_BYTES:
                return Picture(written.getvalue(), "image/jpeg", *pixels.size)
        pixels = pixels.resize((max(pixels.width * 4 // 5, 1), max(pixels.height * 4 // 5, 1)))
