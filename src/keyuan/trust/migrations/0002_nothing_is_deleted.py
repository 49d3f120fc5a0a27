"""Certificates, signatures and time stamps stay as they were made: the database says so, not only the code.

A merge may name another customer, and a certificate may be revoked; nothing else of a row changes.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION trust_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may text[] := TG_ARGV;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may = to_jsonb(OLD) - may THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what proves something is kept as it is: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION trust_refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a revoked certificate stays revoked' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER certificates_are_kept BEFORE UPDATE OR DELETE ON trust_certificate
    FOR EACH ROW EXECUTE FUNCTION trust_refuse_change('customer_id', 'revoked_at', 'reason');
CREATE TRIGGER certificates_stay_revoked BEFORE UPDATE ON trust_certificate
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    EXECUTE FUNCTION trust_refuse_return();
CREATE TRIGGER signatures_are_kept BEFORE UPDATE OR DELETE ON trust_signature
    FOR EACH ROW EXECUTE FUNCTION trust_refuse_change('customer_id');
CREATE TRIGGER time_stamps_are_kept BEFORE UPDATE OR DELETE ON trust_timestamp
    FOR EACH ROW EXECUTE FUNCTION trust_refuse_change();
CREATE TRIGGER revocation_lists_are_kept BEFORE UPDATE OR DELETE ON trust_revocationlist
    FOR EACH ROW EXECUTE FUNCTION trust_refuse_change();
"""
ALLOW = """
DROP TRIGGER revocation_lists_are_kept ON trust_revocationlist;
DROP TRIGGER time_stamps_are_kept ON trust_timestamp;
DROP TRIGGER signatures_are_kept ON trust_signature;
DROP TRIGGER certificates_stay_revoked ON trust_certificate;
DROP TRIGGER certificates_are_kept ON trust_certificate;
DROP FUNCTION trust_refuse_return();
DROP FUNCTION trust_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_founding")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
