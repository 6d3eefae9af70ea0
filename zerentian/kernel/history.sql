-- The digest of a row: of its record as text. Empty columns at the end do not count, so that a column added later,
-- still empty, changes no digest.
-- What does not count is cut from the bytes, and the function is no more immutable than its parts: so it is written out where
-- it is called; a call of its own would cost each row of an import a microsecond.
create or replace function kernel_digest(record_text text) returns bytea language sql stable parallel safe as $$
  select sha256(rtrim(convert_to(record_text, 'UTF8'), '\x2c29'))
$$;

-- History by statement: one trigger function for every tracked table; its argument is the column of the division, if any.
-- A change without an act (no stated author and reason) is refused.
-- The settings below fix the text of a row, whoever writes it, so that its digest can be computed again later.
create or replace function kernel_track() returns trigger language plpgsql
set timezone to 'UTC' set bytea_output to 'hex' set extra_float_digits to 1 set datestyle to 'ISO' as $$
declare
  act bigint := nullif(current_setting('zerentian.act', true), '')::bigint;
  place text := case when tg_nargs > 0 then '%1$s.' || tg_argv[0] else 'null::bigint' end;
begin
  if act is null then
    raise exception 'change of % without an act: no author and no reason were stated', tg_table_name
      using errcode = 'ZT001';
  end if;
  if tg_op = 'INSERT' then
    execute format('insert into kernel_history (act_id, model, row_id, division, operation, digest)
      select $1, $2, fresh.id, ' || place || ', ''I'', kernel_digest(fresh::text) from fresh', 'fresh')
      using act, tg_table_name;
  elsif tg_op = 'UPDATE' then
    execute format('insert into kernel_history (act_id, model, row_id, division, operation, before, digest)
      select $1, $2, fresh.id, ' || place || ', ''U'', to_jsonb(stale), kernel_digest(fresh::text)
      from stale join fresh on fresh.id = stale.id where stale::text <> fresh::text', 'fresh')
      using act, tg_table_name;
  else
    execute format('insert into kernel_history (act_id, model, row_id, division, operation, before)
      select $1, $2, stale.id, ' || place || ', ''D'', to_jsonb(stale) from stale', 'stale')
      using act, tg_table_name;
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
-- A sample of 7,500 rows tells sizes and shares well enough until the autovacuum takes its own, four times larger.
-- Of a wide table the few columns that an import joins by cost a tenth of all.
drop function if exists kernel_analyze(text[]);
create or replace function kernel_analyze(tables text[], columns text[]) returns void language plpgsql security definer
set search_path to pg_catalog, public set default_statistics_target to 25 as $$
declare
  name text;
  chosen text;
begin
  foreach name in array tables loop
    select string_agg(quote_ident(a.attname), ', ') into chosen from pg_attribute a
    where a.attrelid = format('public.%I', name)::regclass and a.attname = any(columns) and not a.attisdropped;
    execute format('analyze public.%I', name) || coalesce(' (' || chosen || ')', '');
  end loop;
end $$;

-- What a row was at the end of a day, when it is changed on a later one. Arguments: table of the past, columns, time zone.
create or replace function kernel_keep_past() returns trigger language plpgsql as $$
begin
  execute format('insert into public.%1$I (row_id, kept_from, gone_at, %2$s) select id, kept_from, now(), %2$s from stale
    where (kept_from at time zone %3$L)::date < (now() at time zone %3$L)::date', tg_argv[0], tg_argv[1], tg_argv[2]);
  return null;
end $$;

-- Before such a row is changed: from now on it is what it becomes.
create or replace function kernel_begin_anew() returns trigger language plpgsql as $$
begin
  if new.kept_from is not distinct from old.kept_from then
    new.kept_from := now();
  end if;
  return new;
end $$;
