"""Leaves out of TrueType fonts what no part of the program reads: `python3 make_lean.py FONT.ttf…` rewrites each file.

These are the names of the glyphs (the table post keeps its header, as version 3) and FontForge's time stamp (the table FFTM). Every
other table stays as it is, and so do the letters, their widths and their hints.
"""

import struct
import sys


def checksum(data):
    data += b"\0" * (-len(data) % 4)
    return sum(struct.unpack(f">{len(data) // 4}I", data)) % (1 << 32)


def tables_of(font):
    """The tables by their names, in the order in which they stand in the file."""
    count, = struct.unpack(">H", font[4:6])
    entries = sorted((struct.unpack(">4sIII", font[12 + 16 * i:28 + 16 * i]) for i in range(count)), key=lambda entry: entry[2])
    return {name: font[at:at + length] for name, _, at, length in entries}


def written(kind, tables):
    count = len(tables)
    power = count.bit_length() - 1
    head = kind + struct.pack(">4H", count, 16 << power, power, 16 * count - (16 << power))
    entries, body = {}, b""
    for name, data in tables.items():
        entries[name] = 12 + 16 * count + len(body)
        body += data + b"\0" * (-len(data) % 4)
    directory = (struct.pack(">4sIII", name, checksum(tables[name]), entries[name], len(tables[name])) for name in sorted(entries))
    font = head + b"".join(directory) + body
    adjustment = struct.pack(">I", (0xB1B0AFBA - checksum(font)) % (1 << 32))
    at = entries[b"head"] + 8
    return font[:at] + adjustment + font[at + 4:]


def lean(font):
    tables = tables_of(font)
    tables.pop(b"FFTM", None)
    tables[b"post"] = struct.pack(">I", 0x00030000) + tables[b"post"][4:32]
    # The checksum of the whole is written last.
    tables[b"head"] = tables[b"head"][:8] + bytes(4) + tables[b"head"][12:]
    return written(font[:4], tables)


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        font = lean(file.read())
    with open(path, "wb") as file:
        file.write(font)
