"""
Appendix tables in: sheets read by `agencies.workbooks` are understood, checked, shown, applied.

`checking.check_file` reads and writes nothing; `imports` keeps what was read and writes what was
shown.
"""
