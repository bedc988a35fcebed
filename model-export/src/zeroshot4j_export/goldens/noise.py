"""Seeded test data by a formula in 32-bit integers, so that the Java tests make the same without a file.

int mix(int seed, int index) {
    int h = index * 0x9E3779B1 + seed * 0x85EBCA77;
    h ^= h >>> 15;  h *= 0x85EBCA77;
    h ^= h >>> 13;  h *= 0xC2B2AE3D;
    return h ^ (h >>> 16);
}
"""

import numpy as np


def mix(seed: int, index) -> np.ndarray:
    """The formula above for an array of indexes, as uint32."""
    h = np.asarray(index).astype(np.uint32) * np.uint32(0x9E3779B1)
    h += np.uint32(seed * 0x85EBCA77 & 0xFFFFFFFF)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x85EBCA77)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE3D)
    return h ^ (h >> np.uint32(16))


def floats(seed: int, count: int) -> np.ndarray:
    """In Java: (mix(seed, i) >>> 8) * 0x1p-22f - 2f. From -2 to 2, and exact in float32."""
    return (mix(seed, np.arange(count)) >> np.uint32(8)).astype(np.float32) * np.float32(2**-22) - np.float32(2)
