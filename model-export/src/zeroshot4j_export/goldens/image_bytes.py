"""Image files that Pillow cannot write: the rarer forms of PNG, GIF, BMP and JPEG, byte by byte."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

PNG_COLOURS = {"gray": 0, "rgb": 2, "palette": 3, "gray-alpha": 4, "rgb-alpha": 6}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # x, y, steps


def png(samples: np.ndarray, bits: int, kind: str, palette=None, clear: bytes | None = None, interlaced: bool = False) -> bytes:
    """A PNG of samples [height, width, channels], stored without compression; ``clear`` is the content of tRNS."""
    height, width, _ = samples.shape
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    rows = b"".join(b"\0" + _packed(row, bits) for part in passes if part.size for row in part)
    head = struct.pack(">IIBBBBB", width, height, bits, PNG_COLOURS[kind], 0, 0, int(interlaced))
    chunks = [(b"IHDR", head)]
    if palette is not None:
        chunks.append((b"PLTE", np.asarray(palette, np.uint8).tobytes()))
    if clear is not None:
        chunks.append((b"tRNS", clear))
    chunks += [(b"IDAT", zlib.compress(rows, 0)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def _packed(row: np.ndarray, bits: int) -> bytes:
    """One row of samples, big-endian, the first in the highest bits."""
    values = row.reshape(-1)
    if bits >= 8:
        return values.astype(f">u{bits // 8}").tobytes()
    unpacked = (values[:, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(unpacked.astype(np.uint8).reshape(-1)).tobytes()


def gif(indices, palette, clear=None, interlaced=False, frames=1, screen=None, at=(0, 0)) -> bytes:
    """A GIF of 16 colours whose LZW codes are all five bits: a clear code before the table grows."""
    height, width = indices.shape
    rows = np.concatenate([indices[0::8], indices[4::8], indices[2::4], indices[1::2]]) if interlaced else indices
    control = b"" if clear is None else b"\x21\xf9\x04" + struct.pack("<BHBB", 1, 0, clear, 0)
    descriptor = b"\x2c" + struct.pack("<HHHHB", *at, width, height, 0x40 if interlaced else 0)
    data = _lzw(rows.reshape(-1))
    blocks = b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255))
    frame = control + descriptor + b"\x04" + blocks + b"\0"
    head = b"GIF89a" + struct.pack("<HHBBB", *(screen or (width, height)), 0xB3, 0, 0)
    return head + np.asarray(palette, np.uint8).tobytes() + frame * frames + b"\x3b"


def _lzw(indices: np.ndarray) -> bytes:
    codes = []
    for i in range(0, len(indices), 12):
        codes += [16, *indices[i : i + 12].tolist()]
    codes.append(17)
    bits = (np.array(codes)[:, None] >> np.arange(5)) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()


def bmp(rgb: np.ndarray, bits: int, top_down: bool = False) -> bytes:
    """A BMP of 16 (5 each), 24 or 32 bits a pixel."""
    height, width, _ = rgb.shape
    rows = rgb if top_down else rgb[::-1]
    if bits == 16:
        five = rows.astype(np.uint16) >> 3
        data = (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]).astype("<u2").view(np.uint8).reshape(height, -1)
    else:
        unused = np.zeros((height, width, bits // 8 - 3), np.uint8)
        data = np.concatenate([rows[..., ::-1], unused], 2).reshape(height, -1)
    data = np.pad(data, ((0, 0), (0, -data.shape[1] % 4))).tobytes()
    head = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, 0, len(data), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + head + data


def ycck(rgb: Image.Image, black: Image.Image) -> bytes:
    """A JPEG of luma, two chromas and black as Adobe writes it: a CMYK file of these planes that says what they are."""
    # Pillow inverts what it saves as CMYK; the planes of YCCK are those of the inks' inverse already.
    planes = [Image.eval(plane, lambda v: 255 - v) for plane in rgb.convert("YCbCr").split()]
    out = io.BytesIO()
    Image.merge("CMYK", [*planes, black]).save(out, "jpeg", quality=90)
    file = bytearray(out.getvalue())
    file[file.index(b"Adobe") + 11] = 2  # the transform: 0 none, 2 YCCK
    return bytes(file)


def profile() -> bytes:
    """An ICC profile of a wide RGB with a gamma of 2.2: the primaries of Adobe RGB (1998), adapted to D50."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))

    text = b"a wide RGB\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0no rights reserved\0",
        b"wtpt": xyz(0.9642, 1, 0.8249),
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        **{name: b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) for name in (b"rTRC", b"gTRC", b"bTRC")},
    }
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", 128 + len(table + data), b"\0" * 4, 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + xyz(0.9642, 1, 0.8249)[8:]
    return head + bytes(128 - len(head)) + table + data
