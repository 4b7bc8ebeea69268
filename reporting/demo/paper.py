"""Small files for the demo's reports: minutes as PDF, a picture; the same bytes each time."""

import struct
import zlib

from reporting.pdf_page import PdfPage, day

_MINUTES = (
    "Ngày {day}, UBND {place} và Phòng Giao dịch Ngân hàng Chính sách xã hội cùng đối chiếu số lao "
    "động được tạo việc làm từ vốn vay giải quyết việc làm, lũy kế từ 15/12/2023.",
    "Hai bên thống nhất số liệu đã nhập vào báo cáo 6 tháng đầu năm 2024.",
    "Văn bản này do cổng tạo ra để minh họa, không có giá trị pháp lý.",
)


def minutes(place, moment):
    """Return the PDF of minutes in which a district and the bank compare their figures."""
    page = PdfPage("Biên bản đối chiếu số liệu", made_at=moment, foot="Số liệu minh họa")
    page.heading("Biên bản đối chiếu số liệu")
    for text in _MINUTES:
        page.paragraph(text.format(day=day(moment), place=place))
    return page.as_bytes()


def attendance_picture(seed, width=320, height=200):
    """Return a PNG of five bars: people who came to each of five job fairs."""
    heights = [40 + (seed >> 6 * n) % 120 for n in range(5)]
    rows = b"".join(
        b"\0" + bytes(_shade(x, height - y, heights) for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _shade(x, above, heights):
    place, inside = divmod(x - 10, 60)
    is_bar = 0 <= place < len(heights) and inside < 40 and above <= heights[place]
    return 70 if is_bar else 250


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
