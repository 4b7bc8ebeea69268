"""
Files of strangers in: an .xlsx or .docx is guarded, read in disposable children, given as sheets.

`reading.read_file` returns grids of cells; what they mean is told by whoever asked. Children import
this package, so no model and no setting is named here.
"""
