"""Leaves out of TrueType fonts what no part of the program reads: `python3 make_lean.py FONT.ttf…` rewrites each file.

These are the names of the glyphs (the table post keeps its header, as version 3) and FontForge's time stamp (the table FFTM). Every
other table stays as it is, and so do the letters, their widths and their hints.

A bold font also loses the letters beyond BOLD, which only headings could have: the regular font, which has them, stands in for it.
The glyphs keep their numbers, so that the tables of features stay right; those of letters that are left out are empty.
"""

import struct
import sys

# Letters of alphabets with their forms and accents, punctuation, arrows, mathematical operators, boxes and geometric shapes.
BOLD = [(0x0000, 0x13FF), (0x1D00, 0x25FF), (0x27C0, 0x27FF), (0x2C60, 0x2C7F), (0xFB00, 0xFFFF)]


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


def glyph_of_letter(cmap):
    """The number of each letter's glyph, from the subtable of format 12, which has all letters."""
    count, = struct.unpack(">H", cmap[2:4])
    places = [struct.unpack(">I", cmap[8 + 8 * i:12 + 8 * i])[0] for i in range(count)]
    at = next(place for place in places if cmap[place:place + 2] == b"\0\x0c")
    groups, = struct.unpack(">I", cmap[at + 12:at + 16])
    found = {}
    for i in range(groups):
        first, last, glyph = struct.unpack(">III", cmap[at + 16 + 12 * i:at + 28 + 12 * i])
        found.update({first + k: glyph + k for k in range(last - first + 1)})
    return found


def written_cmap(glyphs):
    """A table with one subtable, of format 12."""
    groups = []
    for letter, glyph in sorted(glyphs.items()):
        if groups and letter == groups[-1][1] + 1 and glyph == groups[-1][2] + letter - groups[-1][0]:
            groups[-1][1] = letter
        else:
            groups.append([letter, letter, glyph])
    subtable = struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, len(groups))
    subtable += b"".join(struct.pack(">III", *group) for group in groups)
    header = struct.pack(">HH", 0, 2)
    return header + struct.pack(">HHI", 0, 4, 20) + struct.pack(">HHI", 3, 10, 20) + subtable


def parts_of(glyph):
    """The glyphs that a composite glyph is made of."""
    if len(glyph) < 10 or struct.unpack(">h", glyph[:2])[0] >= 0:
        return
    at, more = 10, True
    while more:
        flags, part = struct.unpack(">HH", glyph[at:at + 4])
        yield part
        at += 4 + (4 if flags & 0x1 else 2) + (2 if flags & 0x8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
        more = flags & 0x20


def with_letters(tables, kept):
    """The tables without the letters that are in none of the ranges."""
    glyphs = glyph_of_letter(tables[b"cmap"])
    stays = {letter: glyph for letter, glyph in glyphs.items() if any(first <= letter <= last for first, last in kept)}
    is_long, = struct.unpack(">h", tables[b"head"][50:52])
    count, = struct.unpack(">H", tables[b"maxp"][4:6])
    kind, unit = ("I", 1) if is_long else ("H", 2)
    ends = [unit * end for end in struct.unpack(f">{count + 1}{kind}", tables[b"loca"][:struct.calcsize(kind) * (count + 1)])]
    shapes = [tables[b"glyf"][begin:end] for begin, end in zip(ends, ends[1:])]
    empty = set(glyphs.values()) - set(stays.values())
    waiting = [glyph for glyph in range(count) if glyph not in empty]
    while waiting:
        parts = [part for part in parts_of(shapes[waiting.pop()]) if part in empty]
        empty.difference_update(parts)
        waiting += parts
    shapes = [b"" if glyph in empty else shape for glyph, shape in enumerate(shapes)]
    starts = [0]
    for shape in shapes:
        starts.append(starts[-1] + len(shape))
    loca = struct.pack(f">{count + 1}{kind}", *(start // unit for start in starts))
    return {**tables, b"cmap": written_cmap(stays), b"glyf": b"".join(shapes), b"loca": loca}


def lean(font, kept):
    tables = tables_of(font)
    tables.pop(b"FFTM", None)
    tables[b"post"] = struct.pack(">I", 0x00030000) + tables[b"post"][4:32]
    # The checksum of the whole is written last.
    tables[b"head"] = tables[b"head"][:8] + bytes(4) + tables[b"head"][12:]
    return written(font[:4], with_letters(tables, kept) if kept else tables)


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        font = lean(file.read(), BOLD if "Bold" in path else None)
    with open(path, "wb") as file:
        file.write(font)
