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
