from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_schedules_and_statements")]

    operations = [
        migrations.AddField(model_name="schedule", name="closed_on", field=models.DateField(null=True)),
    ]
