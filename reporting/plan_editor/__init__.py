"""The plan editor: a plan file edited in the browser, row by row, until it is activated."""
