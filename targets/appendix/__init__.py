"""
Appendix tables in: a file is guarded, read in a child process, checked, shown, then applied.

`checking.check_file` reads and writes nothing; `apply.record_check` keeps what was read and
`apply.apply_import` writes what was shown. Children import this package, so no model is named here.
"""
