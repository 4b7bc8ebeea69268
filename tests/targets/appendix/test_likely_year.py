"""Which year the names of a table speak of, and which numbers in them are no year of a plan."""

import pytest

from targets.appendix.likely_year import likely_year


@pytest.mark.parametrize(
    ("table", "file", "year", "why"),
    [
        ("Giao chỉ tiêu 2024", "giao.xlsx", 2024, "theo tên bảng: năm 2024"),
        ("Giao chỉ tiêu", "giao_2024.xlsx", 2024, "theo tên tệp: năm 2024"),
        ("Giao NĂM 2024", "2024.xlsx", 2024, "theo tên bảng, tên tệp: năm 2024"),
        ("Giao 2024", "giao 2023.xlsx", None, ""),  # which of the two?
        ("Giao giai đoạn 2023 - 2024", "giao.xlsx", None, ""),
        ("Giao chỉ tiêu 2019", "giao.xlsx", None, ""),  # no year of the plan
        ("Quyết định 12/QĐ-UBND ngày 28/12/2023", "giao.xlsx", None, ""),
        ("ngày 28 tháng 12 năm 2023", "giao 28.12.2023.xlsx", None, ""),
        ("Nghị quyết 06/2023/NQ-HĐND", "giao 2023-12-28.xlsx", None, ""),
        ("Giao 2024 (Quyết định ngày 28/12/2023)", "120240.xlsx", 2024, "theo tên bảng: năm 2024"),
    ],
)
def test_the_one_year_that_names_speak_of(table, file, year, why):
    names = {"tên bảng": table, "tên tệp": file}

    assert likely_year(names, range(2021, 2026)) == (year, why)
