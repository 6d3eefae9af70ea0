-- History by statement: one trigger function for every tracked table.
-- A change without an act (no stated author and reason) is refused.
create or replace function kernel_track() returns trigger language plpgsql as $$
declare
  act bigint := nullif(current_setting('zerentian.act', true), '')::bigint;
begin
  if act is null then
    raise exception 'change of % without an act: no author and no reason were stated', tg_table_name
      using errcode = 'ZT001';
  end if;
  if tg_op = 'INSERT' then
    insert into kernel_history (act_id, model, row_id, division, operation, digest)
    select act, tg_table_name, (j->>'id')::bigint, (j->>'division')::bigint, 'I', sha256(convert_to(j::text, 'UTF8'))
    from (select jsonb_strip_nulls(to_jsonb(t)) j from fresh t) s;
  elsif tg_op = 'UPDATE' then
    insert into kernel_history (act_id, model, row_id, division, operation, before, digest)
    select act, tg_table_name, (n->>'id')::bigint, coalesce((n->>'division')::bigint, (o->>'division')::bigint), 'U', o,
           sha256(convert_to(n::text, 'UTF8'))
    from (select jsonb_strip_nulls(to_jsonb(stale)) o, jsonb_strip_nulls(to_jsonb(fresh)) n
          from stale join fresh on fresh.id = stale.id) s
    where o <> n;
  else
    insert into kernel_history (act_id, model, row_id, division, operation, before)
    select act, tg_table_name, (o->>'id')::bigint, (o->>'division')::bigint, 'D', o
    from (select jsonb_strip_nulls(to_jsonb(t)) o from stale t) s;
  end if;
  return null;
end $$;
