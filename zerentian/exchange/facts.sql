-- Facts of the exchange: what departments delivered and when, clues and how they ended. No names, numbers or statements.
create view facts.delivery with (security_invoker) as
select d.id as delivery, d.division, d.source, d.kind, d.period, d.state, d.row_count, d.good, d.refused, d.delivered_at::date as delivered_on
from exchange_delivery d;

create view facts.clue with (security_invoker) as
select c.id as clue, c.division, c.household_id as household, c.person_id as person, c.rule, c.source, c.kind, c.severity, c.state,
       c.conclusion, c.raised_on, c.due_on, c.answered_on, c.settled_on, c.escalated_on, c.gone_on
from exchange_clue c;

create view facts.reply with (security_invoker) as
select r.id as reply, r.division, r.source, r.rule, r.conclusion, r.state, r.raised_on, r.due_on, r.answered_on
from exchange_reply r;

-- What departments owe: one row for each source, area and period, with the first delivery that came for it.
create view facts.delivery_term with (security_invoker) as
select t.id as term, t.division, t.body_id as body, t.source, t.department, t.period, t.due_on, t.delivered_on
from exchange_deliveryterm t;

-- Finished matches; `until` is the first code behind the area that was matched.
create view facts.match with (security_invoker) as
select m.id as match, m.division,
       m.division + case when m.division % 10000000000 = 0 then 10000000000 when m.division % 100000000 = 0 then 100000000
         when m.division % 1000000 = 0 then 1000000 when m.division % 1000 = 0 then 1000 else 1 end as until,
       m."on" as matched_on
from exchange_matchrun m where m.finished_at is not null;

-- Areas of which a department delivered the whole table: who has no row there is not on its list. The area is lo <= division < hi;
-- `complete_on` is the end of the newest full delivery's period, or the day it came when that was earlier.
create view facts.full_table with (security_invoker) as
with recursive whole (id) as (
  select d.id from exchange_delivery d where d.kind = 'full'
  union
  select d.id from exchange_delivery d join whole w on w.id = d.replaces_id where d.kind = 'correction'
),
newest as (
  select distinct on (v.source, v.division) v.source, v.division, v.of from exchange_tableversion v
  order by v.source, v.division, v.number desc
),
made as (
  select coalesce(d.unchanged_since_id, d.id) as id, d.delivered_at::date as delivered_on,
         (make_date(left(d.period, 4)::int, case
            when d.period ~ '^\d{4}-\d\d$' then right(d.period, 2)::int when d.period ~ 'Q\d$' then 3 * right(d.period, 1)::int
            when d.period ~ 'H\d$' then 6 * right(d.period, 1)::int else 12 end, 1) + interval '1 month' - interval '1 day')::date as period_to
  from exchange_delivery d join whole w on w.id = d.id
  where d.state = 'stored'
)
select n.source, n.division, n.division as lo,
       n.division + case when n.division % 10000000000 = 0 then 10000000000 when n.division % 100000000 = 0 then 100000000
         when n.division % 1000000 = 0 then 1000000 when n.division % 1000 = 0 then 1000 else 1 end as hi,
       max(least(m.delivered_on, m.period_to)) as complete_on
from newest n
cross join lateral jsonb_array_elements_text(n.of) as o (delivery)
join made m on m.id = o.delivery::bigint
group by n.source, n.division;
