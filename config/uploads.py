"""Where an upload too large for memory lies while its request lasts: on disk, without a name."""

import tempfile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessFileUploadHandler(FileUploadHandler):
    """
    Django's handler for large uploads, but for the name of the file.

    A named one is removed when its request ends, which a killed process never comes to: what
    somebody sent would stay in the temporary folder for good. One that no folder knows is gone
    with the process.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        # Closed with its request.
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    def receive_data_chunk(self, raw_data, start):
        self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        return UploadedFile(
            self.file,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def upload_interrupted(self):
        if hasattr(self, "file"):
            self.file.close()
