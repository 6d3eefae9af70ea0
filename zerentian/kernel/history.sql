-- History by statement: one trigger function for every tracked table.
-- A change without an act (no stated author and reason) is refused.
-- `offset 0` keeps the planner from making each row's JSON again for every use of it, which took three times as long.
-- The settings below fix the text of a row, whoever writes it, so that its digest can be computed again later.
create or replace function kernel_track() returns trigger language plpgsql
set timezone to 'UTC' set bytea_output to 'hex' set extra_float_digits to 1 as $$
declare
  act bigint := nullif(current_setting('zerentian.act', true), '')::bigint;
begin
  if act is null then
    raise exception 'change of % without an act: no author and no reason were stated', tg_table_name
      using errcode = 'ZT001';
  end if;
  if tg_op = 'INSERT' then
    insert into kernel_history (act_id, model, row_id, division, operation, digest)
    select act, tg_table_name, t.id, (s.j->>'division')::bigint, 'I', sha256(convert_to(s.j::text, 'UTF8'))
    from fresh t cross join lateral (select jsonb_strip_nulls(to_jsonb(t)) as j offset 0) s;
  elsif tg_op = 'UPDATE' then
    insert into kernel_history (act_id, model, row_id, division, operation, before, digest)
    select act, tg_table_name, s.id, coalesce((n->>'division')::bigint, (o->>'division')::bigint), 'U', o,
           sha256(convert_to(n::text, 'UTF8'))
    from (select fresh.id, jsonb_strip_nulls(to_jsonb(stale)) o, jsonb_strip_nulls(to_jsonb(fresh)) n
          from stale join fresh on fresh.id = stale.id offset 0) s
    where o <> n;
  else
    insert into kernel_history (act_id, model, row_id, division, operation, before)
    select act, tg_table_name, s.id, (o->>'division')::bigint, 'D', o
    from (select t.id, jsonb_strip_nulls(to_jsonb(t)) o from stale t offset 0) s;
  end if;
  return null;
end $$;

-- The last act before which no act is still being written: with the lock, every writer has finished or not begun.
-- Runs as the owner, for the app role may not lock; the caller ends its transaction at once.
create or replace function kernel_finished_act() returns bigint language plpgsql security definer
set search_path to pg_catalog, public set lock_timeout to '700ms' as $$
begin
  lock table public.kernel_act in share mode;
  return (select max(id) from public.kernel_act);
end $$;

-- Fresh statistics for tables that a bulk act has just filled; the app role owns nothing and may not ask for them.
create or replace function kernel_analyze(tables text[]) returns void language plpgsql security definer
set search_path to pg_catalog, public as $$
declare
  name text;
begin
  foreach name in array tables loop
    execute format('analyze public.%I', name);
  end loop;
end $$;
