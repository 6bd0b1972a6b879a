#!/usr/bin/env python3
"""Writes tests/data/csv: one small table as different programs write it.

python3 tests/data/make_csv.py   (needs pandas and numpy; the files were written with pandas 3.1 and numpy 2.4)

Files from Python's csv, from pandas and from NumPy are written by these. Those of R, LibreOffice and Excel follow the
formats that their manuals describe: R's `write.table`, `write.csv` and `write.csv2` (R Data Import/Export, help page of
write.table), LibreOffice's export of text (help page "Exporting Text Files"), Excel's "CSV (semicolon delimited)" and
"Unicode text".
"""

import csv
import pathlib

import numpy
import pandas

FOLDER = pathlib.Path(__file__).parent / "csv"
HEADER = ["name", "mass (kg)", "height"]
ROWS = [("Ångström", 1.5, 1234.5), ("Müller; sen.", -0.25, 2.0), ('O"Brien, jr', None, 3.125)]


def write(name: str, text: str, encoding: str = "utf-8") -> None:
    (FOLDER / name).write_bytes(text.encode(encoding))


def number(value: float | None, missing: str, comma: bool) -> str:
    if value is None:
        return missing
    text = f"{value:g}" if value != 1234.5 else "1234.5"
    return text.replace(".", ",") if comma else text


def quoted(text: str, escape: str = '""') -> str:
    return '"' + text.replace('"', escape) + '"'


def python_csv() -> None:
    for name, options in {
        "python-default.csv": {},
        "python-quote-all.csv": {"quoting": csv.QUOTE_ALL},
        "python-pipe.csv": {"delimiter": "|", "lineterminator": "\n"},
        "python-tab.tsv": {"dialect": "excel-tab"},
    }.items():
        with open(FOLDER / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, **options)
            writer.writerow(HEADER)
            writer.writerows(ROWS)


def of_pandas() -> None:
    frame = pandas.DataFrame(ROWS, columns=HEADER)
    frame.to_csv(FOLDER / "pandas-default.csv")
    frame.to_csv(FOLDER / "pandas-no-index.csv", index=False)
    frame.to_csv(FOLDER / "pandas-german.csv", index=False, sep=";", decimal=",", na_rep="NaN")
    frame.to_csv(FOLDER / "pandas-tab-comma.tsv", index=False, sep="\t", decimal=",", na_rep="NA")
    frame.to_csv(FOLDER / "pandas-latin-1.csv", index=False, encoding="latin-1")
    frame.to_csv(FOLDER / "pandas-utf-16.csv", index=False, encoding="utf-16")
    frame.to_csv(FOLDER / "pandas-utf-8-sig.csv", index=False, encoding="utf-8-sig")
    frame[HEADER[1:]].to_csv(FOLDER / "pandas-no-header.csv", index=False, header=False, na_rep="NA")


def of_numpy() -> None:
    values = numpy.array([[1.5, 1234.5], [-0.25, 2.0], [numpy.nan, 3.125]])
    numpy.savetxt(FOLDER / "numpy-default.txt", values, header="mass_kg height")
    numpy.savetxt(FOLDER / "numpy-comma.csv", values, delimiter=",", fmt="%g", header="mass_kg,height", comments="")


def of_r() -> None:
    def table(sep: str, comma: bool, first: list[str], escape: str) -> str:
        lines = [sep.join(first)]
        for row, (name, mass, height) in enumerate(ROWS, start=1):
            numbers = [number(mass, "NA", comma), number(height, "NA", comma)]
            lines.append(sep.join([quoted(str(row)), quoted(name, escape), *numbers]))
        return "\n".join(lines) + "\n"

    header = [quoted(name) for name in ["name", "mass..kg.", "height"]]
    write("r-write-csv.csv", table(",", False, ['""', *header], '""'))
    write("r-write-csv2.csv", table(";", True, ['""', *header], '""'))
    write("r-write-table.txt", table(" ", False, header, '\\"'))
    write("r-latin-1.csv", table(",", False, ['""', *header], '""'), "latin-1")


def of_libreoffice() -> None:
    lines = [",".join(HEADER)]
    german = [";".join(quoted(name) for name in HEADER)]
    for name, mass, height in ROWS:
        cell = quoted(name) if set(name) & set(',"') else name
        lines.append(",".join([cell, number(mass, "", False), number(height, "", False)]))
        german.append(";".join([quoted(name), number(mass, "", True), number(height, "", True)]))
    write("libreoffice-default.csv", "\n".join(lines) + "\n")
    write("libreoffice-german.csv", "\n".join(german) + "\n")


def of_excel() -> None:
    def line(cells: list[str], sep: str) -> str:
        return sep.join(quoted(cell) if set(cell) & set(sep + '"') else cell for cell in cells)

    shown = [[name, number(mass, "", True), "1.234,5" if height == 1234.5 else number(height, "", True)] for name, mass, height in ROWS]
    plain = [[name, number(mass, "", False), "1,234.5" if height == 1234.5 else number(height, "", False)] for name, mass, height in ROWS]
    write("excel-semicolon.csv", "\r\n".join(line(row, ";") for row in [HEADER, *shown]) + "\r\n;;\r\n", "cp1252")
    write("excel-sep-line.csv", "sep=;\r\n" + "\r\n".join(line(row, ";") for row in [HEADER, *shown]) + "\r\n")
    write("excel-thousands.csv", "\r\n".join(line(row, ",") for row in [HEADER, *plain]) + "\r\n")
    write("excel-mac.csv", "\r".join(line(row, ",") for row in [HEADER, *plain]) + "\r")
    write("excel-unicode-text.txt", "\ufeff" + "\r\n".join(line(row, "\t") for row in [HEADER, *plain]) + "\r\n", "utf-16-le")


def refused() -> None:
    table = "x,y\n1,2\n3,4\n"
    write("refused-utf-16-without-mark.csv", table, "utf-16-le")
    write("refused-nul.csv", "x,y\n1,2\n3,\0\n")
    (FOLDER / "refused-binary.csv").write_bytes(bytes(range(256)) * 4)
    write("refused-ragged.csv", "x,y\n1,2\n3\n")
    write("refused-open-quote.csv", 'x,y\n1,"2\n3,4\n')
    write("refused-header-only.csv", "x,y\n")
    write("refused-blanks.csv", " \n\t\n \r\n")
    write("refused-spreadsheet.xlsx", "PK\x03\x04 and so on", "latin-1")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for part in [python_csv, of_pandas, of_numpy, of_r, of_libreoffice, of_excel, refused]:
        part()
