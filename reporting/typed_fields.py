"""What a sent entry form brings of a draft's fields: each text with the one last seen there."""


def read_typed(data, names):
    """
    Return {name: (text, text last seen)} of a sent entry form.

    Beside each field stands a hidden `seen-…` with the value the page showed. Only names the
    report asks for are taken; a field the form did not bring is left as it is. After a conflict
    `settle-…` says whose value stays: mine is then saved over the one shown beside it
    (`theirs-…`). Until that choice is made nothing counts as seen.
    """
    typed = {}
    for name in names:
        settled = data.get(f"settle-{name}")
        if name not in data or settled == "theirs":
            continue
        if f"theirs-{name}" in data:
            seen = data[f"theirs-{name}"] if settled == "mine" else None
        else:
            seen = data.get(f"seen-{name}", "")
        typed[name] = (data[name], seen)
    return typed


def taken_from_others(data, names):
    """Return the names whose other value was chosen after a conflict."""
    return {name for name in names if data.get(f"settle-{name}") == "theirs"}
