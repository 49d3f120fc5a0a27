"""What was published is kept by the guard that all versions share (accounts.four_eyes), in place of one of its own."""

from django.db import migrations

from keyuan.accounts.four_eyes import kept_by_the_database

KEEP, ALLOW = kept_by_the_database(
    "products_productversion", "code", "number", "text", "digest", "effective_from", "effective_until", "published_at", "authors"
)
FORMER = """
DROP TRIGGER products_published_stays ON products_productversion;
DROP FUNCTION products_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0003_published_texts_stay")]
    operations = [migrations.RunSQL(FORMER + KEEP, ALLOW)]
