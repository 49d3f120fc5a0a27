"""What the code promises of the books, the database holds: entries balance, and what is written stays as written."""

from django.db import migrations

GUARD = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'post another entry that corrects this one';
END $$;
CREATE TRIGGER billing_entry_stays BEFORE UPDATE OR DELETE ON billing_entry
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_posting_stays BEFORE UPDATE OR DELETE ON billing_posting
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();

CREATE FUNCTION billing_entry_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
    wrong record;
BEGIN
    entry := CASE TG_TABLE_NAME WHEN 'billing_entry' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    IF (SELECT count(*) FROM billing_posting WHERE entry_id = entry) < 2 THEN
        RAISE EXCEPTION 'entry % has fewer than two postings', entry USING ERRCODE = 'check_violation';
    END IF;
    SELECT currency, sum(amount) AS total INTO wrong FROM billing_posting WHERE entry_id = entry
        GROUP BY currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance: % %', entry, wrong.total, wrong.currency
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- At the end of the transaction, when all lines are there.
CREATE CONSTRAINT TRIGGER billing_entry_balances AFTER INSERT ON billing_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_entry_must_balance();
CREATE CONSTRAINT TRIGGER billing_posting_balances AFTER INSERT ON billing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_entry_must_balance();
"""
UNGUARD = """
DROP TRIGGER billing_posting_balances ON billing_posting;
DROP TRIGGER billing_entry_balances ON billing_entry;
DROP TRIGGER billing_posting_stays ON billing_posting;
DROP TRIGGER billing_entry_stays ON billing_entry;
DROP FUNCTION billing_entry_must_balance();
DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_founding")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
