"""Third-party files served under `vendor/`: a closed list out of node_modules."""

import os

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import Error
from django.core.files.storage import FileSystemStorage

_TYPEFACE = [
    f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("vietnamese", "latin", "latin-ext")
    for weight in (400, 600, 700)
]

# Folder under STATIC_URL → folder in node_modules and the files taken from it. The map belongs
# to the list: the style sheet names it, and ManifestStaticFilesStorage stops where it is missing.
VENDOR_FILES = {
    "vendor/bootstrap": ("bootstrap/dist/css", ["bootstrap.min.css", "bootstrap.min.css.map"]),
    "vendor/be-vietnam-pro/files": ("@fontsource/be-vietnam-pro/files", _TYPEFACE),
    # The Open Font License travels with every copy of the typeface.
    "vendor/be-vietnam-pro": ("@fontsource/be-vietnam-pro", ["LICENSE"]),
}


class NodeModulesFinder(BaseFinder):
    def check(self, **kwargs):
        missing = [
            name
            for storage in self._storages()
            for name in VENDOR_FILES[storage.prefix][1]
            if not storage.exists(name)
        ]
        if not missing:
            return []
        return [
            Error(
                f"{len(missing)} files of node_modules are missing, {missing[0]} among them.",
                hint="Run `npm ci` (part of `make setup`).",
                id="portal.E001",
            )
        ]

    def find(self, path, find_all=False, **kwargs):
        if kwargs:
            find_all = self._check_deprecated_find_param(find_all=find_all, **kwargs)
        folder, _, name = path.replace(os.sep, "/").rpartition("/")
        source, names = VENDOR_FILES.get(folder, (None, ()))
        found = _storage(folder, source).path(name) if name in names else None
        if not found or not os.path.exists(found):
            return []  # as Django's own finders: None would be taken for a match
        return [found] if find_all else found

    def list(self, ignore_patterns):
        for storage in self._storages():
            for name in VENDOR_FILES[storage.prefix][1]:
                yield name, storage

    @staticmethod
    def _storages():
        return [_storage(folder, source) for folder, (source, _) in VENDOR_FILES.items()]


def _storage(folder, source):
    storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules" / source)
    storage.prefix = folder  # what collectstatic puts before each name
    return storage
