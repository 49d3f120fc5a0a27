"""The log refuses to be changed: the database says so, not only the code."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION eventlog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'write a new line that corrects the old one';
END $$;
CREATE TRIGGER eventlog_is_append_only BEFORE UPDATE OR DELETE ON eventlog_event
    FOR EACH ROW EXECUTE FUNCTION eventlog_refuse_change();
CREATE TRIGGER eventlog_is_never_emptied BEFORE TRUNCATE ON eventlog_event
    FOR EACH STATEMENT EXECUTE FUNCTION eventlog_refuse_change();
"""
ALLOW = """
DROP TRIGGER eventlog_is_never_emptied ON eventlog_event;
DROP TRIGGER eventlog_is_append_only ON eventlog_event;
DROP FUNCTION eventlog_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("eventlog", "0001_founding")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
