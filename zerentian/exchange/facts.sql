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
