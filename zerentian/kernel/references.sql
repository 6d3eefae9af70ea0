-- Foreign keys that are kept once a statement: where rows come by the ten thousand, a question for each costs more than the row.
-- They hold what a constraint holds, and wait for each other as it does; only the rows of the scope are seen, so they refuse
-- what lies outside it, too.

-- After rows were put in, or one has come to refer to another; arguments: column, table referred to. Nobody removes what they
-- refer to before this ends.
create or replace function kernel_refers() returns trigger language plpgsql as $$
declare
  asked bigint[];
  found bigint;
begin
  if tg_level = 'ROW' then
    execute format('select array_remove(array[($1).%I], null)', tg_argv[0]) into asked using new;
  else
    execute format('select array_agg(distinct %1$I) from fresh where %1$I is not null', tg_argv[0]) into asked;
  end if;
  execute format('select count(*) from (select 1 from public.%I where id = any($1) for key share) s', tg_argv[1])
    into found using asked;
  if found < cardinality(asked) then
    raise exception '% of % refers to a row of % that is not there', tg_argv[0], tg_table_name, tg_argv[1]
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- After rows were removed; arguments: table and column that may refer to them.
create or replace function kernel_referred() returns trigger language plpgsql as $$
declare
  found boolean;
begin
  execute format('select true from public.%1$I where %2$I = any($1) limit 1', tg_argv[0], tg_argv[1])
    into found using array(select id from stale);
  if found then
    raise exception 'a row of % is still referred to by % of %', tg_table_name, tg_argv[1], tg_argv[0]
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- The number by which others refer to a row stays.
create or replace function kernel_key_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the id of a row of % never changes', tg_table_name using errcode = 'foreign_key_violation';
end $$;
