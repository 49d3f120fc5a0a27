"""The small forms of the files room. The actions check; the forms only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class SeveralFiles(forms.ClearableFileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Every file that was chosen."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        chosen = data if isinstance(data, list | tuple) and data else [data or None]
        # Whether a file is empty is for the action to say, by its name.
        return [super(FilesField, self).clean(one, initial) for one in chosen]


class UploadForm(forms.Form):
    """Files for one record."""

    kind = forms.CharField(max_length=20)
    id = forms.IntegerField(min_value=1)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    file = FilesField(label=_("文件"), allow_empty_file=True, max_length=1000)

    def chosen(self) -> list[UploadedFile[bytes]]:
        """The files, in the order of choice."""
        found: list[UploadedFile[bytes]] = self.cleaned_data["file"]
        return found


class HideForm(forms.Form):
    """Why a file is taken off."""

    reason = forms.CharField(label=_("删除原因"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
