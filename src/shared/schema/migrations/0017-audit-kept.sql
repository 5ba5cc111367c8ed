-- Lines of the audit are never changed, and deleted only when they have been kept as long as the newsroom file says (accounts/audit.ts): whoever deletes says
-- so in the transaction, and nothing younger than a year goes even then.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('depesch.forgets', true) = 'audit' and old.at < clock_timestamp() - interval '365 days' then return old; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger audit_fixed on audit;
create trigger audit_fixed before update or delete on audit for each row execute function refuse_audit_change();
