"""Files made to harm whoever opens them, built anew each time: bombs, lies, disguises."""

import io
import struct
import zipfile

from docx import Document
from docx.oxml import parse_xml

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>{{more}}</Relationships>'
)


def sheet(rows, dimension=""):
    return f'<worksheet xmlns="{_MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def package(sheet_xml, *, before="", extra=(), more=""):
    """Return the bytes of a workbook of one sheet; `before` precedes the sheet's own XML."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", WORKBOOK_RELS.format(more=more))
        archive.writestr(SHEET, before + sheet_xml)
        for name, text in extra:
            archive.writestr(name, text)
    return content.getvalue()


def _number(reference, value):
    return f'<c r="{reference}"><v>{value}</v></c>'


def _formula(text):
    return f"<c><f>{text}</f><v>1</v></c>"


def _rows(count, cell="<c><v>1</v></c>"):
    return "".join(f'<row r="{n}">{cell}</row>' for n in range(1, count + 1))


def _varied_rows(count):
    """Rows that pack badly, so that only the count of rows gives them away."""
    cells = (hash((n, 7)) % 10**15 for n in range(count))
    return "".join(f"<row><c><v>{value}</v></c></row>" for value in cells)


def _blank_cells(count):
    return "".join([f'<c s="{hash((n, 7)) % 64000}"/>' for n in range(count)])


def _entities(levels, width):
    lines = ['<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, levels)]
    return "".join(lines) + "]>"


def _text(text):
    return sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')


def _overlapping():
    """Two directory entries that point at the same bytes."""
    content = bytearray(package(sheet(_rows(1))))
    end = content.rindex(b"PK\x05\x06")
    count = struct.unpack_from("<H", content, end + 10)[0]
    size, start = struct.unpack_from("<II", content, end + 12)
    entry = bytearray(content[start : start + size])
    name_length = struct.unpack_from("<H", entry, 28)[0]
    entry = entry[: 46 + name_length]
    entry[46] = ord("Z")
    head = content[:end] + entry
    tail = bytearray(content[end:])
    struct.pack_into("<HH", tail, 8, count + 1, count + 1)
    struct.pack_into("<I", tail, 12, size + len(entry))
    return bytes(head + tail)


def hostile_files(address):
    """Return {name: bytes}; links in them point at `address` (host:port), where nobody may call."""
    url = f"http://{address}/x"
    one = sheet(_rows(1))
    target = 'TargetMode="External"'
    link = f'<Relationship Id="rId9" Type="{_REL}/externalLink" Target="{url}" {target}/>'
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    outside = package(one, more=link)
    far = f'<row r="1">{_number("A1", 1)}</row><row r="1048576">{_number("XFD1048576", 1)}</row>'
    odd = "".join(
        _number(f"{c}1", value) for c, value in zip("ABC", ("1e400", "NaN", "-INF"), strict=True)
    )
    strings = f'<sst xmlns="{_MAIN}">{"<si><t/></si>" * 2_000_000}</sst>'
    quadratic = f'<!DOCTYPE x [<!ENTITY b "{"b" * 50_000}">]>'
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}"> %p;]>'
    local = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    strict = one.replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    files = {
        "a million rows": package(sheet(_rows(1_000_000))),
        "rows that pack badly": package(sheet(_varied_rows(150_000))),
        "one string of 60 MB": package(_text("a" * 60 * 2**20)),
        "two million shared strings": package(one, extra=[("xl/sharedStrings.xml", strings)]),
        "billion laughs": package(_text("&a9;"), before=_entities(10, 10)),
        "quadratic entities": package(_text("&b;" * 10_000), before=quadratic),
        "parameter entities": package(one, before=parameter),
        "a file as an entity": package(_text("&f;"), before=local),
        "an outside DTD": package(one, before=f'<!DOCTYPE worksheet SYSTEM "{url}">'),
        "a DTD in a part nobody reads": package(one, extra=[("docProps/x.xml", "<!DOCTYPE x>")]),
        "a DTD in a part with no XML name": package(one, extra=[("xl/x.bin", "\n<!DOCTYPE x>")]),
        "a DTD behind much nothing": package(one, extra=[("xl/y.bin", f"{' ' * 2**17}{local}")]),
        "a part of two-byte letters": package(
            one, extra=[("xl/z.bin", f"<?xml version='1.0'?>{local}".encode("utf-16-le"))]
        ),
        "two-byte letters behind blanks": package(
            one, extra=[("xl/z.bin", f"  {local}".encode("utf-16-le"))]
        ),
        "an encoding named with blanks": package(
            one, extra=[("xl/z.bin", "<?xml version='1.0' encoding = 'utf-7'?>+ADw-x/+AD4-")]
        ),
        "first and last cell": package(sheet(far)),
        "row two billion": package(sheet(f'<row r="2000000000">{_number("A2000000000", 1)}</row>')),
        "a wide dimension": package(sheet(_rows(5), '<dimension ref="A1:XFD1048576"/>')),
        "nested tags": package(sheet("<x>" * 100_000 + "</x>" * 100_000)),
        "names that climb": package(one, extra=[("../../tmp/evil.xml", "<x/>")]),
        "a name twice": package(one, extra=[("xl/Worksheets/Sheet1.xml", one)]),
        "a number of 200,000 digits": package(sheet(_rows(1, _number("A1", "9" * 200_000)))),
        "numbers that are none": package(sheet(f'<row r="1">{odd}</row>')),
        "overlapping parts": _overlapping(),
        "a page before the zip": b"<html><script>x</script></html>" + package(one),
        "a PDF before the zip": b"%PDF-1.7\n" + package(one),
        "a page named as Excel": b"<html><table><tr><td>1</td></tr></table></html>",
        "cut short": package(one)[:700],
        "nothing": b"",
        "an empty directory": b"PK\x05\x06" + bytes(18),
        "macros": package(one, extra=[("xl/vbaProject.bin", "x")]),
        "Excel 4 macros": package(one, extra=[("xl/macrosheets/sheet1.xml", "<x/>")]),
        "an embedded object": package(one, extra=[("xl/embeddings/oleObject1.bin", "x")]),
        "a link outside": outside,
        "a password": ole + "EncryptedPackage".encode("utf-16-le"),
        "an old workbook": ole + "Workbook".encode("utf-16-le"),
        "a text table": b"TT;Chi tieu;2021\n1;x;35\n",
        "Strict Open XML": package(strict),
        "another encoding": package(one, extra=[("docProps/x.xml", one.encode("utf-16"))]),
        "a thousand parts": package(one, extra=[(f"xl/m/{n}.xml", "<x/>") for n in range(1100)]),
    }
    files |= {
        "ten thousand sheets": _sheets(*(f"S{n}" for n in range(1, 10_001))),
        "a merge to the last cell": package(_merged(_number("A1", 1), "A1:XFD1048576")),
        "all rows merged": package(_merged(_number("A100000", 1), "A1:XFD1048576")),
        "200,000 merges": package(
            _merged(_number("A1", 1), *(f"A{n}:B{n}" for n in range(1, 200_001)))
        ),
        "blank cells that pack badly": package(sheet(f"<row>{_blank_cells(1_600_000)}</row>")),
        "a formula of brackets": package(sheet(f"<row>{_formula('[' * 200_000)}</row>")),
        "a sheet's name of 100,000 letters": _sheets("S" * 100_000),
        "a Word table of 200 columns": _wide_document(400),
    }
    return files


def _merged(cell, *ranges):
    row = cell.partition('r="A')[2].partition('"')[0]
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in ranges)
    rows = f'<row r="{row}">{cell}</row>'
    return sheet(rows).replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")


def _wide_document(rows):
    """A table in which a reader must not look at all cells before each cell."""
    document = Document()
    cells = "".join(
        f'<w:tc xmlns:w="{_WORD}"><w:p><w:r><w:t>{n}</w:t></w:r></w:p></w:tc>' for n in range(200)
    )
    row = f'<w:tr xmlns:w="{_WORD}">{cells}</w:tr>'
    table = parse_xml(f'<w:tbl xmlns:w="{_WORD}">{row * rows}</w:tbl>')
    document.element.body.insert(0, table)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _sheets(*names):
    """Return a workbook in which one sheet stands under these names."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId1"/>' for n, name in enumerate(names, 1)
    )
    content = io.BytesIO(package(sheet(_rows(1))))
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>'
    ).encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()
