"""What was published is kept by the guard that all versions share (accounts.four_eyes)."""

from django.db import migrations

from keyuan.accounts.four_eyes import kept_by_the_database

KEEP, ALLOW = kept_by_the_database(
    "tiers_tierrules", "code", "number", "text", "digest", "effective_from", "published_at", "authors"
)


class Migration(migrations.Migration):
    dependencies = [("tiers", "0001_memberships_and_rules")]
    operations = [migrations.RunSQL(KEEP, ALLOW)]
