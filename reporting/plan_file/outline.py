"""The outline of reports: headings a plan has unless its staff choose others."""

# Evidence: vietnam.md §5.1.
USUAL_OUTLINE = [
    "Tình hình chỉ đạo, triển khai",
    "Kết quả thực hiện",
    "Khó khăn, vướng mắc và nguyên nhân",
    "Phương hướng, nhiệm vụ thời gian tới",
    "Kiến nghị, đề xuất",
]


def usual_outline():
    """Return the usual headings as rows of a plan file."""
    return [{"heading": heading} for heading in USUAL_OUTLINE]
