"""Element types: numpy has no bf16, whose bit patterns travel as uint16 here as in .npy files."""

import numpy as np

STORAGE = {
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(np.uint16),
    "i32": np.dtype(np.int32),
}


def encode(values, elem):
    """Numbers, rounded to nearest even, in the storage of `elem`. No number here is NaN."""
    if elem != "bf16":
        return np.ascontiguousarray(values, STORAGE[elem])
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    # By parts of the first axis, as an operand may be large.
    rounded = np.empty(bits.shape, np.uint16)
    for part, into in zip(bits.reshape(len(bits), -1), rounded.reshape(len(bits), -1)):
        into[...] = (part + (0x7FFF + ((part >> 16) & 1))) >> 16
    return rounded


def decode(array, elem, dtype=np.float32):
    """The numbers that an array in the storage of `elem` stands for."""
    if elem != "bf16":
        return array.astype(dtype)
    return (array.astype(np.uint32) << 16).view(np.float32).astype(dtype, copy=False)
