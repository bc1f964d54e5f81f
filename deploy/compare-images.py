"""Compares images with those that were expected: lines of seed, index, weights and PNG in base64.

compare-images.py IMAGES EXPECTED

Prints how many are the same to the byte, how many are a level of 255 apart in some pixel, as batches of
other sizes round their sums otherwise, and which are none of both. Fails if there are any of those.
"""

import base64
import struct
import sys
import zlib


def rows_of(path):
    with open(path) as lines:
        return [(tuple(line.split()[:3]), line.split()[3]) for line in lines]


def chunks(png):
    """Yields the type and the data of each chunk."""
    place = 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        yield kind, png[place + 8 : place + 8 + length]
        place += 12 + length


def pixels(png):
    """Returns the samples of a PNG of 8 bits a sample, not interlaced, with its size and channels."""
    header = next(data for kind, data in chunks(png) if kind == b"IHDR")
    width, height, depth, color = struct.unpack(">IIBB", header[:10])
    channels = {0: 1, 2: 3}[color]
    assert depth == 8, depth
    data = zlib.decompress(b"".join(data for kind, data in chunks(png) if kind == b"IDAT"))
    stride = width * channels
    above = bytearray(stride)
    samples = [width, height, channels]
    for y in range(height):
        start = y * (stride + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for x in range(stride):
            left = row[x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            row[x] = (row[x] + predicted(kind, left, above[x], corner)) & 255
        samples.extend(row)
        above = row
    return samples


def predicted(kind, left, up, corner):
    if kind == 4:
        near = left + up - corner
        return min((left, up, corner), key=lambda value: abs(near - value))
    return (0, left, up, (left + up) // 2)[kind]


def is_close(one, other):
    one, other = (pixels(base64.b64decode(png)) for png in (one, other))
    return len(one) == len(other) and max(abs(a - b) for a, b in zip(one, other)) <= 1


def main(images, expected):
    wanted = dict(rows_of(expected))
    same, close, different = 0, 0, []
    for name, png in rows_of(images):
        if name in wanted and wanted[name] == png:
            same += 1
        elif name in wanted and is_close(wanted[name], png):
            close += 1
        else:
            different.append(name)
    print(f"{same:6d}  the same as those of one process, to the byte")
    print(f"{close:6d}  a level of 255 apart in some pixel: batches of other sizes round otherwise")
    print(f"{len(different):6d}  different")
    for name in different:
        print("        seed {}, image {}, weights {:.8}".format(*name))
    return 1 if different or not wanted else 0


sys.exit(main(*sys.argv[1:]))
