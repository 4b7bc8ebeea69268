"""What `check_appendix` and `import_appendix` share: the plan, the print-out, the exit codes."""

import json
import sys

from django.core.management.base import CommandError

from plans.models import Plan
from targets.models import AppendixImport

NOT_CLEAN, NOT_READABLE = 1, 2


def plan_of(code):
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        raise CommandError(f"Không có kế hoạch mang mã “{code}”.")
    return plan


def unreadable(path, reason):
    """Return the error of a file that is no appendix; the message is one line."""
    return CommandError(f"{path.name}: {reason}", returncode=NOT_READABLE)


def print_check(stdout, check, *, as_json):
    if as_json:
        stdout.write(json.dumps(check.as_dict(), ensure_ascii=False, indent=2))
        return
    counts = check.changes.counts
    stdout.write(f"{check.sheet}: {check.rows} dòng, {AppendixImport.Kind(check.kind).label}")
    for problem in check.problems:
        word = "lỗi" if problem.level == "error" else "lưu ý"
        stdout.write(f"  {problem.cell} [{word}] {problem.message}")
    for question in check.questions:
        choices = " / ".join(words for _, words in question.choices)
        stdout.write(f"  {question.cell} [hỏi] {question.text} ({choices})")
    stdout.write(
        f"Mới {counts['new']}, thay đổi {counts['changed']}, không đổi {counts['unchanged']}."
    )


def leave_unless(check):
    """End with exit code 1 when errors or questions are left; the print-out says which."""
    if not check.is_clean:
        sys.exit(NOT_CLEAN)
