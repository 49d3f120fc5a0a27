from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_people_by_birth_date")]

    operations = [
        migrations.AddIndex(
            model_name="contract", index=models.Index(fields=["renewal_on", "id"], name="contract_by_renewal")
        )
    ]
