"""
A report as an Excel form: written for one agency and round, read back into that agency's draft.

Its hidden mark says whose it is; its input cells are where `layout` puts them.
"""
