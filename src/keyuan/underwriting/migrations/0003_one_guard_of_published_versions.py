"""What was published is kept by the guard that all versions share (accounts.four_eyes), in place of one of its own."""

from django.db import migrations, models

from keyuan.accounts.four_eyes import kept_by_the_database

KEEP, ALLOW = kept_by_the_database(
    "underwriting_ruleset", "code", "number", "text", "digest", "effective_from", "published_at", "authors"
)
FORMER = """
DROP TRIGGER underwriting_published_stays ON underwriting_ruleset;
DROP FUNCTION underwriting_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("underwriting", "0002_published_rules_stay")]
    operations = [
        migrations.RunSQL(FORMER + KEEP, ALLOW),
        migrations.AlterField(
            "ruleset", "remark", models.CharField("退回或撤回的原因", max_length=500, blank=True, default="")
        ),
    ]
