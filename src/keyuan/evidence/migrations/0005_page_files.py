"""A file that a page refers to is called a page file."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_sealed_is_sealed")]
    operations = [migrations.RenameModel("Asset", "PageFile")]
