"""The cache table that all processes share. UNLOGGED: a counter that a crash forgets is worth no write-ahead log."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_founding")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE keyuan_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX keyuan_cache_expires ON keyuan_cache (expires);
            """,
            "DROP TABLE keyuan_cache",
        )
    ]
