"""Where customer numbers come from: a sequence, so that none is ever given twice, not even after a rollback."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_search_by_unit_and_portal_accounts")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE customers_number_serial AS bigint MINVALUE 1 MAXVALUE 999999999 CACHE 1",
            "DROP SEQUENCE customers_number_serial",
        )
    ]
