"""Image files of every kind that the Java side reads, or refuses, and the pixels that Pillow finds in them."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.goldens.image_bytes import bmp, gif, png, profile, ycck
from zeroshot4j_export.goldens.noise import mix

NAME = "images"
DIRECTORY = "core/src/test/resources/goldens/images"
WIDTH, HEIGHT = 19, 11  # no multiples of 8
COLUMNS = "name,format,fileOffset,fileLength,width,height,pixelsOffset"
NOTES = (
    "images.bin holds the file, fileLength bytes from fileOffset, and its pixels, width x height x 3 bytes from pixelsOffset:",
    "RGB, rows from the top, as Pillow reads them: exif_transpose, transparent pixels pasted on white, convert('RGB').",
    "16-bit samples v (names with -16) are round(v / 257) instead: Pillow cuts off the lower byte.",
    "Names with -as-srgb have the pixels of ImageCms.profileToProfile from the embedded profile to sRGB.",
)


def picture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Smooth colours with a sharp square in them, [height, width, 3]: kind to JPEG, but not to readers that mix up channels."""
    y, x = np.mgrid[:height, :width]
    rgb = np.stack([x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x + 2 * y) * 255 // (width + 2 * height)], 2)
    rgb[height // 3 : height // 2, width // 3 : width // 2] = (20, 200, 60)
    return rgb.astype(np.uint8)


def noise(seed: int, channels: int, width: int = WIDTH, height: int = HEIGHT, bits: int = 8) -> np.ndarray:
    values = mix(seed, np.arange(height * width * channels)) >> np.uint32(32 - bits)
    return values.astype(np.uint8 if bits <= 8 else np.uint16).reshape(height, width, channels)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    if kind == "png":
        options["compress_level"] = 0  # the same bytes with any zlib
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(file: bytes) -> np.ndarray:
    """The pixels by Pillow, on white."""
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
    if not upright.has_transparency_data:
        return np.asarray(upright.convert("RGB"))
    with_alpha = upright.convert("RGBA")
    page = Image.new("RGB", upright.size, "white")
    page.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return np.asarray(page)


def rounded(samples: np.ndarray, alpha: bool = False) -> np.ndarray:
    """16-bit samples [height, width, channels] as 8-bit RGB, on white."""
    levels = (samples.astype(np.int64) * 255 + 32767) // 65535
    if alpha:
        opaque = levels[..., -1:]
        levels = (levels[..., :-1] * opaque + 255 * (255 - opaque) + 127) // 255
    return np.broadcast_to(levels, (*levels.shape[:2], 3)).astype(np.uint8)


def as_srgb(file: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(file)) as image:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        return np.asarray(ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB"))


# Each of these gives names and files, or names, files and pixels where Pillow is not the one to say.


def jpegs() -> Iterator[tuple]:
    rgb = Image.fromarray(picture())
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"jpeg-{name}", saved(rgb, "jpeg", quality=90, subsampling=subsampling)
    yield "jpeg-progressive", saved(rgb, "jpeg", quality=90, subsampling=0, progressive=True)
    yield "jpeg-progressive-420", saved(rgb, "jpeg", quality=90, subsampling=2, progressive=True)
    yield "jpeg-restarts", saved(rgb, "jpeg", quality=90, subsampling=0, restart_marker_blocks=3)
    yield "jpeg-rgb", saved(rgb, "jpeg", quality=90, keep_rgb=True)
    yield "jpeg-gray", saved(rgb.convert("L"), "jpeg", quality=90)
    yield "jpeg-gray-progressive", saved(rgb.convert("L"), "jpeg", quality=90, progressive=True)
    yield "jpeg-pixel", saved(Image.new("RGB", (1, 1), (200, 100, 50)), "jpeg", quality=95)
    inks = Image.merge("CMYK", [*ImageOps.invert(rgb).split(), Image.fromarray(picture()[::-1, :, 0] // 3)])
    yield "jpeg-cmyk", saved(inks, "jpeg", quality=90)
    yield "jpeg-cmyk-progressive", saved(inks, "jpeg", quality=90, progressive=True)
    yield "jpeg-ycck", ycck(rgb, inks.getchannel("K"))


def pngs() -> Iterator[tuple]:
    for bits in (1, 2, 4, 8):
        yield f"png-gray-{bits}", png(noise(bits, 1, bits=bits), bits, "gray")
        palette = noise(20 + bits, 3, 1 << bits, 1)[0]
        yield f"png-palette-{bits}", png(noise(10 + bits, 1, bits=bits), bits, "palette", palette=palette)
        alphas = noise(30 + bits, 1, 1 << bits, 1).tobytes()
        yield f"png-palette-{bits}-alpha", png(noise(10 + bits, 1, bits=bits), bits, "palette", palette=palette, clear=alphas)
    for kind, channels in (("rgb", 3), ("gray-alpha", 2), ("rgb-alpha", 4)):
        yield f"png-{kind}-8", png(noise(40 + channels, channels), 8, kind)
    for kind, channels in (("gray", 1), ("rgb", 3), ("gray-alpha", 2), ("rgb-alpha", 4)):
        samples = noise(50 + channels, channels, bits=16)
        yield f"png-{kind}-16", png(samples, 16, kind), rounded(samples, kind.endswith("alpha"))
    gray, rgb = noise(60, 1, bits=2) * 85, picture()
    yield "png-gray-8-clear", png(gray, 8, "gray", clear=b"\0\x55")
    yield "png-gray-2-clear", png(noise(60, 1, bits=2), 2, "gray", clear=b"\0\1")
    yield "png-rgb-8-clear", png(rgb, 8, "rgb", clear=b"\0\x14\0\xc8\0\x3c")  # the square
    yield "png-gray-8-interlaced", png(noise(61, 1), 8, "gray", interlaced=True)
    yield "png-rgb-8-interlaced", png(noise(62, 3), 8, "rgb", interlaced=True)
    yield "png-gray-1-interlaced", png(noise(63, 1, bits=1), 1, "gray", interlaced=True)
    yield "png-packed", saved(Image.fromarray(rgb), "png")
    frames = [Image.fromarray(rgb), Image.fromarray(255 - rgb)]
    yield "png-animated", saved(frames[0], "png", save_all=True, append_images=frames[1:])


def gifs() -> Iterator[tuple]:
    indices = noise(70, 1, bits=4)[..., 0]
    palette = noise(71, 3, 16, 1)[0]
    yield "gif", gif(indices, palette)
    yield "gif-interlaced", gif(indices, palette, interlaced=True)
    yield "gif-transparent", gif(indices, palette, clear=3)
    yield "gif-animated", gif(indices, palette, frames=3)
    yield "gif-frame-smaller-than-screen", gif(indices, palette, clear=3, screen=(WIDTH + 9, HEIGHT + 7), at=(4, 5))


def bmps() -> Iterator[tuple]:
    rgb = Image.fromarray(picture())
    yield "bmp-1", saved(Image.fromarray(noise(80, 1, bits=1)[..., 0] * 255).convert("1"), "bmp")
    yield "bmp-8", saved(rgb.quantize(64), "bmp")
    yield "bmp-gray", saved(rgb.convert("L"), "bmp")
    yield "bmp-24", saved(rgb, "bmp")
    yield "bmp-32", bmp(picture(), 32)
    yield "bmp-24-top-down", bmp(picture(), 24, top_down=True)
    yield "bmp-555", bmp(picture(), 16)


def tiffs() -> Iterator[tuple]:
    rgb, inks = Image.fromarray(picture()), Image.fromarray(noise(90, 4), "CMYK")
    for name, compression in (("raw", "raw"), ("lzw", "tiff_lzw"), ("deflate", "tiff_adobe_deflate"), ("packbits", "packbits")):
        yield f"tiff-{name}", saved(rgb, "tiff", compression=compression)
    yield "tiff-lzw-predictor", saved(rgb, "tiff", compression="tiff_lzw", tiffinfo={317: 2})
    yield "tiff-jpeg", saved(rgb, "tiff", compression="jpeg", quality=90)
    yield "tiff-gray", saved(rgb.convert("L"), "tiff")
    yield "tiff-palette", saved(rgb.quantize(64), "tiff")
    yield "tiff-rgb-alpha", saved(Image.fromarray(noise(91, 4), "RGBA"), "tiff")
    bits = Image.fromarray(noise(92, 1, bits=1)[..., 0] * 255).convert("1")
    yield "tiff-1", saved(bits, "tiff")
    yield "tiff-1-group4", saved(bits, "tiff", compression="group4")
    yield "tiff-cmyk", saved(inks, "tiff")
    samples = noise(93, 1, bits=16)
    yield "tiff-gray-16", saved(Image.fromarray(samples[..., 0]), "tiff"), rounded(samples)
    yield "tiff-big", saved(rgb, "tiff", big_tiff=True)
    yield "tiff-pages", saved(rgb, "tiff", save_all=True, append_images=[ImageOps.invert(rgb)])
    yield "tiff-float", saved(Image.fromarray(picture()[..., 0].astype(np.float32)), "tiff")


def webps() -> Iterator[tuple]:
    rgb, rgba = Image.fromarray(picture()), Image.fromarray(np.dstack([picture(), noise(100, 1)]), "RGBA")
    smooth = Image.fromarray(np.dstack([picture(), picture()[..., 0]]), "RGBA")
    yield "webp-lossy", saved(rgb, "webp", quality=90)
    yield "webp-lossless", saved(rgb, "webp", lossless=True)
    yield "webp-lossy-alpha", saved(smooth, "webp", quality=90)
    yield "webp-lossy-alpha-of-noise", saved(rgba, "webp", quality=90)  # which is stored without compression
    yield "webp-lossless-alpha", saved(rgba, "webp", lossless=True, exact=True)
    yield "webp-animated", saved(rgb, "webp", lossless=True, save_all=True, append_images=[ImageOps.invert(rgb)])


def orientations() -> Iterator[tuple]:
    rgb = Image.fromarray(picture(12, 8))
    for value in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = value
        yield f"jpeg-orientation-{value}", saved(rgb, "jpeg", quality=90, subsampling=0, exif=exif)
        yield f"png-orientation-{value}", saved(rgb, "png", exif=exif)
        yield f"webp-orientation-{value}", saved(rgb, "webp", lossless=True, exif=exif)
        yield f"tiff-orientation-{value}", saved(rgb, "tiff", tiffinfo={0x0112: value})


def profiles() -> Iterator[tuple]:
    rgb = Image.fromarray(picture())
    for kind, options in (("jpeg", {"quality": 90, "subsampling": 0}), ("png", {}), ("webp", {"lossless": True})):
        file = saved(rgb, kind, icc_profile=profile(), **options)
        yield f"{kind}-profile", file
        yield f"{kind}-profile-as-srgb", file, as_srgb(file)
    yield "tiff-profile", saved(rgb, "tiff", icc_profile=profile())
    yield "jpeg-cmyk-profile", saved(rgb.convert("CMYK"), "jpeg", quality=90, icc_profile=profile())  # of the wrong colours


def others() -> Iterator[tuple]:
    rgb = Image.fromarray(picture())
    yield "avif", saved(rgb, "avif")
    yield "jpeg2000", saved(rgb, "jpeg2000")
    for kind in ("ico", "ppm", "tga"):
        yield kind, saved(rgb.resize((16, 16)), kind)


def write(root: Path) -> list[Path]:
    lines = [*comment_lines(header(NAME, ("numpy", "pillow"), NOTES)), COLUMNS]
    content = bytearray()
    for cases in (jpegs, pngs, gifs, bmps, tiffs, webps, orientations, profiles, others):
        for name, file, *known in cases():
            pixels = known[0] if known else read(file)
            height, width, _ = pixels.shape
            offsets = len(content), len(content) + len(file)
            content += file + pixels.tobytes()
            kind = name.split("-")[0]
            lines.append(f"{name},{kind},{offsets[0]},{len(file)},{width},{height},{offsets[1]}")
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    table, binary = directory / "images.csv", directory / "images.bin"
    table.write_text("\n".join(lines) + "\n", encoding="ascii")
    binary.write_bytes(content)
    return [table, binary]
